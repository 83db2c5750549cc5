// From the files of a programme folder to its rows.

#ifndef MILKWAY_CLIENTS_CLI_IMPORT_READ_FOLDER_H_
#define MILKWAY_CLIENTS_CLI_IMPORT_READ_FOLDER_H_

#include <string>

#include "absl/status/status.h"
#include "clients/cli/console.h"
#include "clients/cli/import/report.h"
#include "clients/cli/import/rows.h"
#include "clients/cli/interrupt.h"

namespace milkway::cli {

// Reads every file that is there and reports what is wrong with its header and its
// cells. A usage error if `path` is no folder or holds none of the files; CANCELLED
// when interrupted.
absl::Status ReadFolder(const std::string& path, Folder* folder, Report* report, Console* console,
                        const Interrupt& interrupt);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_IMPORT_READ_FOLDER_H_
