// paper-sheet, enter-sheet.

#include <fstream>
#include <map>
#include <memory>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cli/command.h"
#include "clients/cli/lots.h"
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
  bool english = false;
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
  if (options.english) request.set_language(con::PAPER_LANGUAGE_EN);
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
  bool record = false;
  std::string correct;
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
    case con::PAPER_OUTCOME_DIFFERS:
      return absl::StrCat("recorded otherwise, ", day.servings_before(),
                          " cups; left as it is (--correct REASON corrects it)");
    case con::PAPER_OUTCOME_EMPTY:
      return "nobody drank";
    default:
      return absl::StrCat("refused: ", Printable(day.refusal_message()), " (", day.refusal_reason(),
                          ")");
  }
}

// The inventory's numbers of the lots that the sheet names.
absl::Status SetLots(Connection& connection, const std::vector<std::string>& lots,
                     con::EnterPaperSheetRequest* request) {
  std::map<std::string, int64_t> lot_ids;
  for (size_t index = 0; index < lots.size(); ++index) {
    const std::string& name = lots[index];
    auto known = lot_ids.find(name);
    if (known == lot_ids.end()) {
      LotChoice choice;
      int64_t lot_id = 0;
      if (name[0] == '#' && absl::SimpleAtoi(name.substr(1), &lot_id)) {
        choice.lot_id = lot_id;
      } else {
        choice.lot_number = name;
      }
      ASSIGN_OR_RETURN(const inventory::v1::Lot lot, FindLot(connection, choice));
      known = lot_ids.emplace(name, lot.lot_id()).first;
    }
    request->mutable_days(static_cast<int>(index))->set_lot_id(known->second);
  }
  return absl::OkStatus();
}

// The refusal of a row, with the roster number that stands in the file.
absl::Status NamingRows(const absl::Status& refusal, const con::EnterPaperSheetRequest& request) {
  for (const FieldViolation& violation : RefusalOf(refusal).fields) {
    absl::string_view field = violation.field;
    int index = -1;
    if (!absl::ConsumePrefix(&field, "rows[") ||
        !absl::SimpleAtoi(field.substr(0, field.find(']')), &index) || index < 0 ||
        index >= request.rows_size()) {
      continue;
    }
    return absl::InvalidArgumentError(absl::StrCat(
        "the row of student ", request.rows(index).student_number(), ": ",
        violation.field.substr(violation.field.rfind('.') + 1), " ", violation.description));
  }
  return refusal;
}

absl::StatusOr<ExitCode> EnterSheet(const EnterOptions& options, Session& session) {
  std::ifstream file(options.file, std::ios::binary);
  if (!file) return UsageError(absl::StrCat("cannot read ", Printable(options.file)));
  absl::StatusOr<PaperFile> sheet = ReadPaperFile(&file);
  if (!sheet.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(Printable(options.file), ", ", sheet.status().message()));
  }
  con::EnterPaperSheetRequest& request = sheet->request;
  RETURN_IF_ERROR(SetLots(session.connection, sheet->lots, &request));
  request.set_dry_run(!options.record);
  request.set_allow_corrections(!options.correct.empty());
  request.set_correction_reason(options.correct);
  request.set_discrepancy_reason(options.discrepancy_reason);
  request.set_fefo_override_reason(options.fefo_override_reason);
  const auto response = session.connection.Call(&PaperSheetService::Stub::EnterPaperSheet, request);
  if (!response.ok()) return NamingRows(response.status(), request);
  bool is_all_well = true;
  TextTable table({{"day"}, {"cups", TextTable::Align::kRight}, {"record"}, {"what"}});
  for (const con::PaperDayResult& day : response->days()) {
    is_all_well &=
        day.outcome() != con::PAPER_OUTCOME_REFUSED && day.outcome() != con::PAPER_OUTCOME_DIFFERS;
    table.AddRow({day.day(), absl::StrCat(day.servings()),
                  day.distribution_id() == 0 ? "" : absl::StrCat(day.distribution_id()),
                  OutcomeText(day, !options.record)});
  }
  session.console.Print(options.json ? JsonText(*response) : table.ToString());
  if (!options.record) session.console.Say("nothing is recorded yet; --record records it");
  return is_all_well ? kDone : kRefused;
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
  command->add_flag("--english", options->english, "print it in English");
  command->add_option("--csv", options->csv, "the file to type the ticks into, for enter-sheet");
  commands->OnRun(command, [options](Session& session) { return MakeSheet(*options, session); });
}

void AddEnterSheet(Commands* commands) {
  auto options = std::make_shared<EnterOptions>();
  CLI::App* command = commands->Add(
      "enter-sheet", "Enters a sheet of paper; the same sheet again changes nothing",
      "milkway enter-sheet 3A.csv\n"
      "  shows what would happen;\n"
      "  milkway enter-sheet 3A.csv --record\n"
      "  records it. Fill lot and serving_g for each day with milk, and a mark a child and\n"
      "  day: 1 or ○ drank, 0 or 缺 was not there, r or 拒 did not want any.");
  command->add_option("FILE", options->file, "a CSV file of paper-sheet, filled in")->required();
  command->add_flag("--record", options->record, "record it (default: show what would happen)");
  command
      ->add_option("--correct", options->correct,
                   "correct records that say something else, for this reason")
      ->type_name("REASON");
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
