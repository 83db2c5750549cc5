// paper-sheet, enter-sheet.

#include <fstream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/message_json.h"
#include "clients/cli/paper_file.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

namespace {

namespace con = consumption::v1;

using con::PaperSheetService;

struct SheetOptions {
  std::string school_id;
  std::string class_name;
  std::string month;
  std::string html;
  std::string csv;
};

absl::Status WriteFile(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (file.good()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("cannot write ", Printable(path)));
}

absl::StatusOr<ExitCode> MakeSheet(const SheetOptions& options, Session& session) {
  con::GetPaperSheetRequest request;
  request.set_school_id(options.school_id);
  request.set_class_name(options.class_name);
  request.set_month(options.month);
  ASSIGN_OR_RETURN(const auto sheet,
                   session.connection.Call(&PaperSheetService::Stub::GetPaperSheet, request));
  if (!options.csv.empty()) {
    RETURN_IF_ERROR(WriteFile(
        options.csv, PaperFileOf(options.school_id, options.class_name, options.month, sheet)));
  }
  if (options.html.empty()) {
    session.console.Print(sheet.html());
    return kDone;
  }
  RETURN_IF_ERROR(WriteFile(options.html, sheet.html()));
  session.console.Print(absl::StrCat("wrote ", Printable(options.html), ": ", sheet.rows_size(),
                                     " children, ", sheet.days_size(),
                                     " school days; open it in a browser and print it\n"));
  return kDone;
}

struct EnterOptions {
  std::string file;
  bool dry_run = false;
  bool correct = false;
  bool json = false;
  std::string discrepancy_reason;
  std::string fefo_override_reason;
};

std::string OutcomeText(const con::PaperDayResult& day, bool is_dry_run) {
  switch (day.outcome()) {
    case con::PAPER_OUTCOME_RECORDED:
      return is_dry_run ? "would be recorded" : "recorded";
    case con::PAPER_OUTCOME_UNCHANGED:
      return "recorded before, the same";
    case con::PAPER_OUTCOME_CORRECTED:
      return absl::StrCat(is_dry_run ? "would be corrected" : "corrected", ", ",
                          day.servings_before(), " cups before");
    case con::PAPER_OUTCOME_EMPTY:
      return "nobody drank";
    default:
      return absl::StrCat("refused: ", Printable(day.refusal_message()), " (", day.refusal_reason(),
                          ")");
  }
}

absl::StatusOr<ExitCode> EnterSheet(const EnterOptions& options, Session& session) {
  std::ifstream file(options.file, std::ios::binary);
  if (!file) return UsageError(absl::StrCat("cannot read ", Printable(options.file)));
  absl::StatusOr<con::EnterPaperSheetRequest> request = ReadPaperFile(&file);
  if (!request.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(Printable(options.file), ", ", request.status().message()));
  }
  request->set_dry_run(options.dry_run);
  request->set_allow_corrections(options.correct);
  request->set_discrepancy_reason(options.discrepancy_reason);
  request->set_fefo_override_reason(options.fefo_override_reason);
  const auto response =
      session.connection.Call(&PaperSheetService::Stub::EnterPaperSheet, *request);
  if (!response.ok()) {
    if (RefusalOf(response.status()).reason == "SHEET_DIFFERS") {
      session.advice = "see what would change with --dry-run, then enter it with --correct";
    }
    return response.status();
  }
  bool has_refusal = false;
  TextTable table({{"day"}, {"cups", TextTable::Align::kRight}, {"record"}, {"what"}});
  for (const con::PaperDayResult& day : response->days()) {
    has_refusal |= day.outcome() == con::PAPER_OUTCOME_REFUSED;
    table.AddRow({day.day(), absl::StrCat(day.servings()),
                  day.distribution_id() == 0 ? "" : absl::StrCat(day.distribution_id()),
                  OutcomeText(day, options.dry_run)});
  }
  session.console.Print(options.json ? JsonText(*response) : table.ToString());
  return has_refusal ? kRefused : kDone;
}

void AddPaperSheet(Commands* commands) {
  auto options = std::make_shared<SheetOptions>();
  CLI::App* command = commands->Add(
      "paper-sheet", "Makes the sheet of paper of a class and month, to be printed and ticked",
      "milkway paper-sheet changyuan --class 3A --month 2025-03 --html 3A.html --csv 3A.csv");
  command->add_option("SCHOOL", options->school_id, "the school")->required();
  command->add_option("--class", options->class_name, "the class")->required();
  command->add_option("--month", options->month, "the month, YYYY-MM")->required();
  command->add_option("--html", options->html, "the file to print (default: show it)");
  command->add_option("--csv", options->csv, "the file to type the ticks into, for enter-sheet");
  commands->OnRun(command, [options](Session& session) { return MakeSheet(*options, session); });
}

void AddEnterSheet(Commands* commands) {
  auto options = std::make_shared<EnterOptions>();
  CLI::App* command = commands->Add(
      "enter-sheet", "Enters a sheet of paper; the same sheet again changes nothing",
      "milkway enter-sheet 3A.csv --dry-run\n"
      "      milkway enter-sheet 3A.csv\n"
      "  Fill lot_id and serving_g for each day with milk, and a mark a child and day:\n"
      "  √ or 1 drank, 0 was not there, × did not want any.");
  command->add_option("FILE", options->file, "a CSV file of paper-sheet, filled in")->required();
  command->add_flag("--dry-run", options->dry_run, "say what would happen, change nothing");
  command->add_flag("--correct", options->correct, "correct records that say something else");
  command->add_flag("--json", options->json, "print JSON");
  command->add_option("--discrepancy-reason", options->discrepancy_reason,
                      "it really happened although the books have too little: why");
  command->add_option("--fefo-override-reason", options->fefo_override_reason,
                      "why stock that expires earlier stays behind");
  commands->OnRun(command, [options](Session& session) { return EnterSheet(*options, session); });
}

}  // namespace

void AddPaperCommands(Commands* commands) {
  AddPaperSheet(commands);
  AddEnterSheet(commands);
}

}  // namespace milkway::cli
