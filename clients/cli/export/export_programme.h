// milkway export DIR: writes the programme as the folder that an import reads.

#ifndef MILKWAY_CLIENTS_CLI_EXPORT_EXPORT_PROGRAMME_H_
#define MILKWAY_CLIENTS_CLI_EXPORT_EXPORT_PROGRAMME_H_

#include <string>

#include "absl/status/statusor.h"
#include "clients/cli/connection.h"
#include "clients/cli/console.h"
#include "clients/cli/export/export_folder.h"
#include "clients/cli/failure.h"

namespace milkway::cli {

// Writes the files, as of one posting of the log, and the manifest.
absl::StatusOr<ExitCode> ExportProgramme(const ExportFolderOptions& options, Connection* connection,
                                         Console* console);

// Compares the files of an export with its manifest, and the manifest with the server:
// kDone if they agree, kRefused if they do not.
absl::StatusOr<ExitCode> CheckExport(const std::string& path, Connection* connection,
                                     Console* console);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_EXPORT_EXPORT_PROGRAMME_H_
