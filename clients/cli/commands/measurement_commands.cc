// record-measurements, correct-measurement, measurements, growth-summary.

#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/command.h"
#include "clients/cli/line_syntax.h"
#include "clients/cli/message_json.h"
#include "clients/cli/numbers.h"
#include "clients/cli/pages.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cpp/growth/z_score.h"
#include "clients/cpp/status_macros.h"
#include "milkway/consumption/v1/measurements.grpc.pb.h"

namespace milkway::cli {

namespace {

namespace con = consumption::v1;
using con::MeasurementService;

constexpr int64_t kStudentMax = 100'000;
constexpr int kHeightDecimals = 1;  // of centimetres: millimetres
constexpr int kWeightDecimals = 3;  // of kilograms: grams
constexpr int kMilliDecimals = 3;
constexpr char kLineHelp[] =
    "student; height_cm and weight_kg, or one of them; oedema (y or n); one --line a child";

struct MeasureOptions {
  std::string school_id;
  std::string on;
  std::vector<std::string> lines;
  int32_t version = 0;
  std::string reason;
  std::string request_id;
};

// 0 where the line does not have the key.
absl::StatusOr<int64_t> DecimalOf(const LineFields& line, const std::string& key, int decimals) {
  const std::optional<std::string> text = line.Find(key);
  if (!text.has_value()) return 0;
  const std::optional<int64_t> value = ParseDecimal(*text, decimals);
  if (value.has_value() && *value > 0) return *value;
  return line.Wrong(absl::StrCat(key, " must be a number above 0 with at most ", decimals,
                                 decimals == 1 ? " decimal" : " decimals"));
}

absl::StatusOr<con::Measurement> ParseLine(const std::string& text) {
  ASSIGN_OR_RETURN(const LineFields line,
                   LineFields::Parse(text, {"student", "height_cm", "weight_kg", "oedema"}));
  con::Measurement measurement;
  ASSIGN_OR_RETURN(const int64_t student, line.Whole("student", 1, kStudentMax, std::nullopt));
  measurement.set_student_number(static_cast<int32_t>(student));
  ASSIGN_OR_RETURN(const int64_t height_mm, DecimalOf(line, "height_cm", kHeightDecimals));
  measurement.set_height_mm(height_mm);
  ASSIGN_OR_RETURN(const int64_t weight_g, DecimalOf(line, "weight_kg", kWeightDecimals));
  measurement.set_weight_g(weight_g);
  const std::string oedema = line.Find("oedema").value_or("n");
  if (oedema != "y" && oedema != "n") return line.Wrong("oedema must be y or n");
  measurement.set_oedema(oedema == "y");
  return measurement;
}

absl::StatusOr<ExitCode> RecordLines(const MeasureOptions& options, Session& session) {
  con::RecordMeasurementsRequest request;
  request.set_school_id(options.school_id);
  ASSIGN_OR_RETURN(const Day on, DayOption("--on", options.on));
  request.set_measured_on(FormatDay(on));
  for (const std::string& line : options.lines) {
    ASSIGN_OR_RETURN(*request.add_measurements(), ParseLine(line));
  }
  ASSIGN_OR_RETURN(
      const auto response,
      Write(session, &MeasurementService::Stub::RecordMeasurements, options.request_id, request));
  session.console.Print(absl::StrCat("recorded ", response.added(), " of ", options.lines.size(),
                                     " measurements", response.added() == 0 ? ": " : "",
                                     response.added() == 0 ? "all were there already" : "", "\n"));
  return kDone;
}

std::string ZText(bool is_defined, const con::ZScore& score) {
  if (!is_defined) return "";
  return absl::StrCat(growth::FormatHundredths(score.hundredths()),
                      score.implausible() ? " ?" : "");
}

std::string MeasureText(int64_t value, int decimals) {
  return value == 0 ? "" : FormatDecimal(value, decimals);
}

TextTable TableOf(const std::vector<con::RecordedMeasurement>& measurements) {
  using Align = TextTable::Align;
  TextTable table({{"DAY"},
                   {"STUDENT", Align::kRight},
                   {"HEIGHT cm", Align::kRight},
                   {"WEIGHT kg", Align::kRight},
                   {"OEDEMA"},
                   {"HEIGHT z", Align::kRight},
                   {"WEIGHT z", Align::kRight},
                   {"BMI z", Align::kRight},
                   {"VERSION", Align::kRight}});
  for (const con::RecordedMeasurement& row : measurements) {
    const con::Measurement& measured = row.measurement();
    table.AddRow({row.measured_on(), absl::StrCat(measured.student_number()),
                  MeasureText(measured.height_mm(), kHeightDecimals),
                  MeasureText(measured.weight_g(), kWeightDecimals), measured.oedema() ? "yes" : "",
                  ZText(row.has_height_for_age(), row.height_for_age()),
                  ZText(row.has_weight_for_age(), row.weight_for_age()),
                  ZText(row.has_bmi_for_age(), row.bmi_for_age()), absl::StrCat(row.version())});
  }
  return table;
}

absl::StatusOr<ExitCode> CorrectLine(const MeasureOptions& options, Session& session) {
  con::CorrectMeasurementRequest request;
  request.set_school_id(options.school_id);
  ASSIGN_OR_RETURN(const Day on, DayOption("--on", options.on));
  request.set_measured_on(FormatDay(on));
  ASSIGN_OR_RETURN(*request.mutable_measurement(), ParseLine(options.lines.front()));
  request.set_version(options.version);
  request.set_reason(options.reason);
  ASSIGN_OR_RETURN(
      const auto response,
      Write(session, &MeasurementService::Stub::CorrectMeasurement, options.request_id, request));
  session.console.Print(TableOf({response.measurement()}).ToString());
  return kDone;
}

struct ListOptions {
  std::string school_id;
  std::string from;
  std::string to;
  int32_t student = 0;
  bool json = false;
};

absl::StatusOr<ExitCode> PrintMeasurements(const ListOptions& options, Session& session) {
  con::ListMeasurementsRequest request;
  request.set_school_id(options.school_id);
  request.set_student_number(options.student);
  if (!options.from.empty()) {
    ASSIGN_OR_RETURN(const Day from, DayOption("--from", options.from));
    request.set_from_day(FormatDay(from));
  }
  if (!options.to.empty()) {
    ASSIGN_OR_RETURN(const Day to, DayOption("--to", options.to));
    request.set_to_day(FormatDay(to));
  }
  ASSIGN_OR_RETURN(const auto rows,
                   ListAll<con::RecordedMeasurement>(
                       session.connection, &MeasurementService::Stub::ListMeasurements, request,
                       &con::ListMeasurementsResponse::measurements));
  if (options.json) {
    session.console.Print(ListJson(rows));
  } else {
    session.console.Print(rows.empty() ? "nothing was measured\n" : TableOf(rows).ToString());
  }
  return kDone;
}

struct SummaryOptions {
  std::string school_id;
  std::string first;
  std::string second;
  bool json = false;
};

// "2025-03-01..2025-03-31", or one day.
absl::StatusOr<con::MeasuringPeriod> PeriodOption(absl::string_view option,
                                                  const std::string& text) {
  const std::vector<std::string> ends = absl::StrSplit(text, absl::MaxSplits("..", 1));
  con::MeasuringPeriod period;
  ASSIGN_OR_RETURN(const Day from, DayOption(option, ends.front()));
  ASSIGN_OR_RETURN(const Day to, DayOption(option, ends.back()));
  period.set_from_day(FormatDay(from));
  period.set_to_day(FormatDay(to));
  return period;
}

std::string MilliText(int64_t milli) {
  return absl::StrCat(milli < 0 ? "-" : "",
                      FormatDecimal(milli < 0 ? -milli : milli, kMilliDecimals));
}

void AddMean(const std::string& indicator, const std::string& what, const con::MeanZ& mean,
             TextTable* table) {
  if (mean.children() == 0) {
    table->AddRow({indicator, what, "fewer than 10", "", "", ""});
    return;
  }
  table->AddRow({indicator, what, absl::StrCat(mean.children()), MilliText(mean.mean_milli()),
                 MilliText(mean.standard_error_milli()),
                 absl::StrCat(MilliText(mean.low_milli()), " to ", MilliText(mean.high_milli()))});
}

void AddIndicator(const std::string& indicator, const con::IndicatorSummary& summary,
                  TextTable* table) {
  AddMean(indicator, "first", summary.first(), table);
  AddMean("", "second", summary.second(), table);
  AddMean("", "change", summary.change(), table);
}

absl::StatusOr<ExitCode> PrintSummary(const SummaryOptions& options, Session& session) {
  con::GetGrowthSummaryRequest request;
  request.set_school_id(options.school_id);
  ASSIGN_OR_RETURN(*request.mutable_first(), PeriodOption("--first", options.first));
  ASSIGN_OR_RETURN(*request.mutable_second(), PeriodOption("--second", options.second));
  ASSIGN_OR_RETURN(const auto summary,
                   session.connection.Call(&MeasurementService::Stub::GetGrowthSummary, request));
  if (options.json) {
    session.console.Print(JsonText(summary));
    return kDone;
  }
  using Align = TextTable::Align;
  TextTable table({{"FOR AGE"},
                   {"PERIOD"},
                   {"CHILDREN", Align::kRight},
                   {"MEAN z", Align::kRight},
                   {"ERROR", Align::kRight},
                   {"95 % INTERVAL"}});
  AddIndicator("height", summary.height_for_age(), &table);
  AddIndicator("weight", summary.weight_for_age(), &table);
  AddIndicator("BMI", summary.bmi_for_age(), &table);
  session.console.Print(absl::StrCat(table.ToString(),
                                     "\n\"change\" is of the children measured in both periods. It "
                                     "says how they grew, not why.\n"));
  return kDone;
}

void AddRecord(Commands* commands) {
  auto options = std::make_shared<MeasureOptions>();
  CLI::App* command = commands->Add(
      "record-measurements", "Records heights and weights that a school took on a day",
      "milkway record-measurements changyuan --on 2025-03-10\n"
      "      --line student=1,height_cm=121.5,weight_kg=23.4 --line student=2,height_cm=118");
  command->add_option("SCHOOL", options->school_id, "the school")->required();
  command->add_option("--on", options->on, "the school's day, YYYY-MM-DD")->required();
  AddLines(command, &options->lines, kLineHelp);
  command->get_option("--line")->required();
  AddRequestId(command, &options->request_id);
  commands->OnRun(command, [options](Session& session) { return RecordLines(*options, session); });
}

void AddCorrect(Commands* commands) {
  auto options = std::make_shared<MeasureOptions>();
  CLI::App* command = commands->Add(
      "correct-measurement", "Replaces what was measured of a child; the old figures are kept",
      "milkway correct-measurement changyuan --on 2025-03-10 --version 1 --reason \"read again\"\n"
      "      --line student=1,height_cm=124.5,weight_kg=23.4");
  command->add_option("SCHOOL", options->school_id, "the school")->required();
  command->add_option("--on", options->on, "the day on which it was taken")->required();
  AddLines(command, &options->lines,
           "what is right, in whole; without height_cm and weight_kg nothing was measured");
  command->get_option("--line")->required()->expected(1);
  command->add_option("--version", options->version, "the version that measurements shows")
      ->required();
  command->add_option("--reason", options->reason, "why")->required();
  AddRequestId(command, &options->request_id);
  commands->OnRun(command, [options](Session& session) { return CorrectLine(*options, session); });
}

void AddList(Commands* commands) {
  auto options = std::make_shared<ListOptions>();
  CLI::App* command = commands->Add(
      "measurements",
      "Heights and weights of a school with their z-scores; \"?\" marks what is not plausible",
      "milkway measurements changyuan --from 2025-03-01 --student 12");
  command->add_option("SCHOOL", options->school_id, "the school")->required();
  command->add_option("--from", options->from, "from this day on");
  command->add_option("--to", options->to, "up to and with this day");
  command->add_option("--student", options->student, "only of this child");
  command->add_flag("--json", options->json, "for programs; the keys are stable");
  commands->OnRun(command,
                  [options](Session& session) { return PrintMeasurements(*options, session); });
}

void AddSummary(Commands* commands) {
  auto options = std::make_shared<SummaryOptions>();
  CLI::App* command = commands->Add(
      "growth-summary", "How the children of a school grew between two periods, as a group",
      "milkway growth-summary changyuan --first 2025-03-01..2025-03-31\n"
      "      --second 2025-09-01..2025-09-30");
  command->add_option("SCHOOL", options->school_id, "the school")->required();
  command->add_option("--first", options->first, "when they were measured first")
      ->type_name("DAY..DAY")
      ->required();
  command->add_option("--second", options->second, "when they were measured again")
      ->type_name("DAY..DAY")
      ->required();
  command->add_flag("--json", options->json, "for programs; the keys are stable");
  commands->OnRun(command, [options](Session& session) { return PrintSummary(*options, session); });
}

}  // namespace

void AddMeasurementCommands(Commands* commands) {
  AddRecord(commands);
  AddCorrect(commands);
  AddList(commands);
  AddSummary(commands);
}

}  // namespace milkway::cli
