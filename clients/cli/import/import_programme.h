// milkway import DIR: reads, checks and records a programme folder.

#ifndef MILKWAY_CLIENTS_CLI_IMPORT_IMPORT_PROGRAMME_H_
#define MILKWAY_CLIENTS_CLI_IMPORT_IMPORT_PROGRAMME_H_

#include <string>

#include "absl/status/statusor.h"
#include "clients/cli/connection.h"
#include "clients/cli/console.h"
#include "clients/cli/failure.h"

namespace milkway::cli {

struct ImportOptions {
  std::string folder;
  // Against a sandbox; without a server, only what can be checked without one.
  bool dry_run = false;
  std::string base_currency = "AUD";
  // The user asked for it: it is set even if the folder holds no money.
  bool base_currency_given = false;
};

// kDone if every row is recorded (or would be), kRefused if one is not; an error if
// the import could not be finished. `connection` leads to the real servers.
absl::StatusOr<ExitCode> ImportProgramme(const ImportOptions& options, Connection* connection,
                                         Console* console);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_IMPORT_IMPORT_PROGRAMME_H_
