// count, count-sheet, counts, explain-count.

#include <fstream>
#include <memory>
#include <set>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/count_sheet.h"
#include "clients/cli/enum_words.h"
#include "clients/cli/line_syntax.h"
#include "clients/cli/lots.h"
#include "clients/cli/message_json.h"
#include "clients/cli/pages.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"
#include "milkway/inventory/v1/purchases.pb.h"
#include "milkway/inventory/v1/stock.grpc.pb.h"

namespace milkway::cli {

namespace {

using inventory::v1::CountReason;
using inventory::v1::StockService;

constexpr int64_t kCountedMaxG = 1'000'000'000'000;
constexpr size_t kCountsMax = 500;  // of one call

struct CountOptions {
  std::string location_id;
  std::string counted_at;
  std::string line;
  std::string sheet;
  bool dry_run = false;
  bool after_serving = false;
  std::string reason;
  std::string note;
  std::string request_id;
};

std::string Signed(int64_t grams) {
  return absl::StrCat(grams > 0 ? "+" : "", WithThousands(grams));
}

// What every count of the command has in common.
absl::StatusOr<inventory::v1::StockCount> CountOf(const CountOptions& options) {
  inventory::v1::StockCount count;
  count.set_location_id(options.location_id);
  ASSIGN_OR_RETURN(const Instant counted_at, TimeOption("--counted-at", options.counted_at));
  *count.mutable_counted_at() = ToZonedTime(counted_at);
  count.set_after_serving(options.after_serving);
  return count;
}

absl::StatusOr<ExitCode> RecordLine(const CountOptions& options, Session& session) {
  inventory::v1::RecordCountRequest request;
  inventory::v1::StockCount& count = *request.mutable_count();
  ASSIGN_OR_RETURN(count, CountOf(options));
  ASSIGN_OR_RETURN(const LineFields line,
                   LineFields::Parse(options.line, LotKeysAnd({"counted_g"})));
  ASSIGN_OR_RETURN(const int64_t counted_g, line.Whole("counted_g", 0, kCountedMaxG, std::nullopt));
  count.set_counted_g(counted_g);
  count.set_note(options.note);
  if (!options.reason.empty()) {
    ASSIGN_OR_RETURN(const auto reason, WordOption<CountReason>("--reason", options.reason));
    count.set_reason(reason);
  }
  ASSIGN_OR_RETURN(const LotChoice choice, LotOfLine(line));
  ASSIGN_OR_RETURN(const inventory::v1::Lot lot, FindLot(session.connection, choice));
  count.set_lot_id(lot.lot_id());
  ASSIGN_OR_RETURN(const auto response,
                   Write(session, &StockService::Stub::RecordCount, options.request_id, request));
  session.console.Print(absl::StrCat("counted ", WithThousands(counted_g), " g of ",
                                     DescribeLot(lot), "; the books held ",
                                     WithThousands(response.expected_g()), " g, difference ",
                                     Signed(response.variance_g()), " g\n"));
  return kDone;
}

absl::StatusOr<CountSheet> ReadSheetFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open()) {
    return UsageError(absl::StrCat("--sheet ", Quoted(path), " cannot be read"));
  }
  return ReadCountSheet(&file);
}

void PrintDifferences(const CountSheet& sheet, const inventory::v1::RecordCountsResponse& response,
                      const LotsById& lots, Console* console) {
  using Align = TextTable::Align;
  TextTable table({{"LOT"},
                   {"COUNTED g", Align::kRight},
                   {"BOOKS g", Align::kRight},
                   {"DIFFERENCE g", Align::kRight}});
  for (int index = 0; index < response.results_size(); ++index) {
    const CountedRow& row = sheet.rows[static_cast<size_t>(index)];
    table.AddRow({DescribeLot(lots, row.lot_id), WithThousands(row.counted_g),
                  WithThousands(response.results(index).expected_g()),
                  Signed(response.results(index).variance_g())});
  }
  console->Print(table.ToString());
}

// A dry run compares with what the server expects of the place now.
absl::StatusOr<ExitCode> RecordSheet(const CountOptions& options, Session& session) {
  ASSIGN_OR_RETURN(const inventory::v1::StockCount common, CountOf(options));
  ASSIGN_OR_RETURN(const CountSheet sheet, ReadSheetFile(options.sheet));
  for (const std::string& error : sheet.errors) session.console.Say(error);
  if (!sheet.errors.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(sheet.errors.size(), " rows are wrong; nothing was recorded"));
  }
  if (sheet.rows.empty() || sheet.rows.size() > kCountsMax) {
    return absl::InvalidArgumentError(absl::StrCat("the sheet has ", sheet.rows.size(),
                                                   " counted rows, expected 1 to ", kCountsMax));
  }
  inventory::v1::RecordCountsRequest request;
  request.set_location_id(options.location_id);
  std::set<int64_t> lot_ids;
  for (const CountedRow& row : sheet.rows) {
    inventory::v1::StockCount& count = *request.add_counts();
    count = common;
    count.set_lot_id(row.lot_id);
    count.set_counted_g(row.counted_g);
    count.set_reason(row.reason);
    count.set_note(row.note.empty() ? options.note : row.note);
    lot_ids.insert(row.lot_id);
  }
  ASSIGN_OR_RETURN(const LotsById lots, GetLots(session.connection, lot_ids));
  if (options.dry_run) {
    session.console.Print(absl::StrCat("dry run: ", sheet.rows.size(),
                                       " counts would be recorded, ", sheet.blank_rows,
                                       " rows are blank\n"));
    return kDone;
  }
  ASSIGN_OR_RETURN(const auto response,
                   Write(session, &StockService::Stub::RecordCounts, options.request_id, request));
  session.console.Print(absl::StrCat("recorded ", response.results_size(), " counts, ",
                                     sheet.blank_rows, " rows were blank\n"));
  PrintDifferences(sheet, response, lots, &session.console);
  return kDone;
}

absl::StatusOr<ExitCode> RecordCount(const CountOptions& options, Session& session) {
  if (options.line.empty() == options.sheet.empty()) {
    return UsageError("expected --line with one count, or --sheet with a file of them");
  }
  if (options.dry_run && options.sheet.empty()) return UsageError("--dry-run goes with --sheet");
  return options.sheet.empty() ? RecordLine(options, session) : RecordSheet(options, session);
}

struct SheetOptions {
  std::string location_id;
  bool with_expected = false;
};

absl::StatusOr<ExitCode> PrintSheet(const SheetOptions& options, Session& session) {
  inventory::v1::GetCountSheetRequest request;
  request.set_location_id(options.location_id);
  request.set_with_expected(options.with_expected);
  ASSIGN_OR_RETURN(const auto lines, ListAll<inventory::v1::CountSheetLine>(
                                         session.connection, &StockService::Stub::GetCountSheet,
                                         request, &inventory::v1::GetCountSheetResponse::lines));
  session.console.Print(CountSheetCsv(lines, options.with_expected));
  return kDone;
}

struct CountsOptions {
  std::string location_id;
  bool json = false;
};

absl::StatusOr<ExitCode> PrintCounts(const CountsOptions& options, Session& session) {
  inventory::v1::ListCountsRequest request;
  request.set_location_id(options.location_id);
  ASSIGN_OR_RETURN(const auto counts, ListAll<inventory::v1::RecordedCount>(
                                          session.connection, &StockService::Stub::ListCounts,
                                          request, &inventory::v1::ListCountsResponse::counts));
  if (options.json) {
    session.console.Print(ListJson(counts));
    return kDone;
  }
  std::set<int64_t> lot_ids;
  for (const inventory::v1::RecordedCount& count : counts) lot_ids.insert(count.count().lot_id());
  ASSIGN_OR_RETURN(const LotsById lots, GetLots(session.connection, lot_ids));
  using Align = TextTable::Align;
  TextTable table({{"COUNTED AT"},
                   {"LOT"},
                   {"COUNTED g", Align::kRight},
                   {"BOOKS g", Align::kRight},
                   {"REASON"},
                   {"NOTE"}});
  for (const inventory::v1::RecordedCount& count : counts) {
    const inventory::v1::StockCount& stated = count.count();
    const bool has_reason = stated.reason() != inventory::v1::COUNT_REASON_UNSPECIFIED;
    table.AddRow({FormatTime(FromZonedTime(stated.counted_at())),
                  DescribeLot(lots, stated.lot_id()), WithThousands(stated.counted_g()),
                  WithThousands(count.expected_g()), has_reason ? WordOfEnum(stated.reason()) : "",
                  stated.note()});
  }
  session.console.Print(counts.empty() ? "no count\n" : table.ToString());
  return kDone;
}

struct ExplainOptions {
  std::string location_id;
  int64_t lot_id = 0;
  std::string counted_at;
  std::string reason;
  std::string request_id;
};

absl::StatusOr<ExitCode> ExplainCount(const ExplainOptions& options, Session& session) {
  inventory::v1::ExplainCountRequest request;
  request.set_location_id(options.location_id);
  request.set_lot_id(options.lot_id);
  ASSIGN_OR_RETURN(const Instant counted_at, TimeOption("--counted-at", options.counted_at));
  *request.mutable_counted_at() = ToZonedTime(counted_at);
  ASSIGN_OR_RETURN(const auto reason, WordOption<CountReason>("--reason", options.reason));
  request.set_reason(reason);
  RETURN_IF_ERROR(
      Write(session, &StockService::Stub::ExplainCount, options.request_id, request).status());
  session.console.Print(absl::StrCat("explained: ", options.reason, "\n"));
  return kDone;
}

void AddCount(Commands* commands) {
  auto options = std::make_shared<CountOptions>();
  CLI::App* command = commands->Add(
      "count", "Records a physical count of usable stock: one lot, or a whole count sheet",
      "milkway count changyuan --counted-at 2025-06-30T16:00:00+08:00 --after-serving\n"
      "      --line product=devondale-1kg,lot=L2401,counted_g=3400\n"
      "  milkway count changyuan --counted-at 2025-06-30T16:00:00+08:00 --sheet sheet.csv "
      "--dry-run");
  command->add_option("LOCATION", options->location_id, "where it was counted")->required();
  command->add_option("--counted-at", options->counted_at, "when, with the UTC offset")->required();
  command->add_option("--line", options->line, "product, lot, purchase or lot_id; counted_g")
      ->type_name("KEY=VALUE,…");
  command->add_option("--sheet", options->sheet,
                      "a file that count-sheet made, filled in: all of it or nothing");
  command->add_flag("--dry-run", options->dry_run, "checks the sheet and records nothing");
  command->add_flag("--after-serving", options->after_serving,
                    "counted after that day's distributions");
  command->add_option("--reason", options->reason,
                      ListOfWords(*inventory::v1::CountReason_descriptor()));
  command->add_option("--note", options->note, "free text");
  AddRequestId(command, &options->request_id);
  commands->OnRun(command, [options](Session& session) { return RecordCount(*options, session); });
}

void AddSheet(Commands* commands) {
  auto options = std::make_shared<SheetOptions>();
  CLI::App* command = commands->Add(
      "count-sheet", "What should lie at a place, as a CSV file to be filled in there",
      "milkway count-sheet changyuan > sheet.csv");
  command->add_option("LOCATION", options->location_id, "the place")->required();
  command->add_flag("--with-expected", options->with_expected,
                    "with what the books hold; without it, figures are counted and not copied");
  commands->OnRun(command, [options](Session& session) { return PrintSheet(*options, session); });
}

void AddCounts(Commands* commands) {
  auto options = std::make_shared<CountsOptions>();
  CLI::App* command = commands->Add("counts", "All counts of a place, with what the books held",
                                    "milkway counts changyuan");
  command->add_option("LOCATION", options->location_id, "the place")->required();
  command->add_flag("--json", options->json, "for programs; the keys are stable");
  commands->OnRun(command, [options](Session& session) { return PrintCounts(*options, session); });
}

void AddExplain(Commands* commands) {
  auto options = std::make_shared<ExplainOptions>();
  CLI::App* command = commands->Add(
      "explain-count", "Says why a count differed from the books, once that is known",
      "milkway explain-count changyuan --lot-id 7 --counted-at 2025-06-30T16:00:00+08:00\n"
      "      --reason serving_not_recorded");
  command->add_option("LOCATION", options->location_id, "where it was counted")->required();
  command->add_option("--lot-id", options->lot_id, "the inventory's number of the lot")->required();
  command->add_option("--counted-at", options->counted_at, "the time of the count")->required();
  command
      ->add_option("--reason", options->reason,
                   ListOfWords(*inventory::v1::CountReason_descriptor()))
      ->required();
  AddRequestId(command, &options->request_id);
  commands->OnRun(command, [options](Session& session) { return ExplainCount(*options, session); });
}

}  // namespace

void AddCountCommands(Commands* commands) {
  AddCount(commands);
  AddSheet(commands);
  AddCounts(commands);
  AddExplain(commands);
}

}  // namespace milkway::cli
