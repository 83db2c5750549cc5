// export.

#include <limits>
#include <memory>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/export/export_list.h"
#include "clients/cli/export/export_programme.h"
#include "clients/cli/words.h"

namespace milkway::cli {

namespace {

struct ExportOptions {
  ExportFolderOptions folder;
  std::vector<std::string> only;
  bool no_byte_order_mark = false;
  bool check = false;
  ListOptions list;
  int64_t lot_id = 0;
};

absl::StatusOr<ExitCode> Export(ExportOptions options, Session& session) {
  options.folder.byte_order_mark = !options.no_byte_order_mark;
  options.list.byte_order_mark = !options.no_byte_order_mark;
  if (options.lot_id > 0) options.list.lot.lot_id = options.lot_id;
  const bool is_list = !options.list.list.empty();
  if (is_list == !options.folder.path.empty()) {
    return UsageError("expected a folder DIR to export to, or --list NAME");
  }
  if (is_list) return ExportList(options.list, session);
  if (options.check) return CheckExport(options.folder.path, &session.connection, &session.console);
  options.folder.only = {options.only.begin(), options.only.end()};
  auto result = ExportProgramme(options.folder, &session.connection, &session.console);
  const ExitCode code = result.ok() ? kDone : ExitCodeOf(result.status());
  if (code == kUnreachable || code == kInterrupted) {
    session.advice = "go on with milkway export DIR --resume";
  }
  return result;
}

}  // namespace

void AddExportCommand(Commands* commands) {
  auto options = std::make_shared<ExportOptions>();
  CLI::App* command = commands->Add(
      "export", "Writes every list as CSV files that an import takes back",
      "milkway export backup-2025-06-30\n"
      "      writes the folder; milkway import backup-2025-06-30 into an empty server gives the\n"
      "      same books. --check compares it with the server, --resume goes on after a stop.\n"
      "  milkway export --list stock-card --location changyuan --product devondale-1kg --lot "
      "L2401\n"
      "      prints one list as the screen shows it.");
  command->add_option("DIR", options->folder.path, "a new folder, or the one to go on with");
  command->add_option("--only", options->only, "only these files, with commas between them")
      ->type_name("FILE,…")
      ->delimiter(',')
      ->allow_extra_args(false);
  command->add_flag("--no-bom", options->no_byte_order_mark,
                    "leave out the byte order mark that Excel needs to read Chinese");
  command->add_flag("--resume", options->folder.resume, "go on with an export that was stopped");
  command->add_flag("--check", options->check,
                    "compare the folder with its manifest and with the server");
  const std::string group = "One list, on the output";
  ListOptions& list = options->list;
  command->add_option("--list", list.list, ListNames())->type_name("NAME")->group(group);
  command->add_option("--location", list.location_id, "only at this place")->group(group);
  command->add_option("--shipment", list.shipment_id, "only of this shipment")->group(group);
  command->add_option("--gift", list.gift_id, "only of this gift")->group(group);
  command->add_option("--product", list.product_id, "only of this product")->group(group);
  command->add_option("--lot", list.lot.lot_number, "only of this lot number")->group(group);
  command->add_option("--purchase", list.lot.purchase_id, "the lot's purchase")->group(group);
  command->add_option("--lot-id", options->lot_id, "the inventory's number of the lot, instead")
      ->check(CLI::Range(int64_t{1}, std::numeric_limits<int64_t>::max()))
      ->group(group);
  command->add_option("--condition", list.condition, ListOf(kConditions))->group(group);
  command->add_flag("--virtual", list.include_virtual, "also accounts that hold no stock")
      ->group(group);
  commands->OnRun(command, [options](Session& session) { return Export(*options, session); });
}

}  // namespace milkway::cli
