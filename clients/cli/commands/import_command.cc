// import.

#include <memory>

#include "clients/cli/command.h"
#include "clients/cli/import/import_programme.h"

namespace milkway::cli {

void AddImportCommand(Commands* commands) {
  auto options = std::make_shared<ImportOptions>();
  CLI::App* command = commands->Add(
      "import", "Records a folder of CSV files; importing it again changes nothing",
      "milkway import ops/demo/changyuan --dry-run\n"
      "      checks every row against a throwaway copy of the server and writes nothing.\n"
      "  docs/import.md describes the files.");
  command->add_option("DIR", options->folder, "the folder")->required();
  command->add_flag("--dry-run", options->dry_run, "report all errors, write nothing");
  CLI::Option* currency =
      command->add_option("--base-currency", options->base_currency,
                          "currency in which the programme adds up its money (default AUD)");
  commands->OnRun(command, [options, currency](Session& session) {
    options->base_currency_given = currency->count() > 0;
    return ImportProgramme(*options, &session.connection, &session.console);
  });
}

}  // namespace milkway::cli
