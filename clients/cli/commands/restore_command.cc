// restore.

#include <memory>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/restore.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

namespace {

struct RestoreOptions {
  std::string backup;
  std::string folder;
};

}  // namespace

void AddRestoreCommand(Commands* commands) {
  auto options = std::make_shared<RestoreOptions>();
  CLI::App* command =
      commands->Add("restore", "Checks a backup and copies it into a new folder; asks no server",
                    "milkway restore var/backups/2025-03-01T02-00-00 var-restored\n"
                    "  then: milkwayd --data var-restored …");
  command->add_option("BACKUP", options->backup, "the folder that milkway backup printed")
      ->required();
  command->add_option("DIR", options->folder, "must not exist, or be empty")->required();
  commands->OnRun(command, [options](Session& session) -> absl::StatusOr<ExitCode> {
    ASSIGN_OR_RETURN(const Restored restored,
                     Restore(options->backup, options->folder, &session.console,
                             session.connection.interrupt()));
    session.console.Print(absl::StrCat("restored ", WithThousands(restored.files), " files, ",
                                       WithThousands(restored.bytes), " bytes, into ",
                                       Printable(options->folder), "\n"));
    return kDone;
  });
}

}  // namespace milkway::cli
