#include "clients/cli/import/read_folder.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/csv.h"
#include "clients/cli/failure.h"
#include "clients/cli/import/parse_rows.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

namespace {

constexpr uint32_t kRowsBetweenPauses = 4'096;

// By Table.
constexpr void (*kParsers[kTableCount])(Cells&, Folder*) = {
    ParseProduct,      ParseLocation, ParseExchangeRate, ParsePurchase,         ParsePurchaseLine,
    ParsePurchaseCost, ParseGift,     ParseAllocation,   ParseShipment,         ParseShipmentLine,
    ParseMilestone,    ParseReceipt,  ParseStudent,      ParseDistribution,     ParseCount,
    ParseAdjustment,   ParseOutcome,  ParsePastReceipt,  ParsePastDistribution, ParseRecord,
};

std::vector<absl::string_view> ColumnsOf(const TableSpec& spec) {
  std::vector<absl::string_view> columns(spec.required.begin(), spec.required.end());
  columns.insert(columns.end(), spec.optional.begin(), spec.optional.end());
  return columns;
}

// Which column each cell of the header names; nullopt if the rows cannot be read
// without what is missing.
std::optional<Columns> ReadHeader(Table table, const CsvRecord& header, Report* report) {
  const TableSpec& spec = SpecOf(table);
  const std::vector<absl::string_view> columns = ColumnsOf(spec);
  if (!header.problem.empty()) {
    report->AddFileError(table, header.row, "", header.problem);
    return std::nullopt;
  }
  if (header.cells.size() == 1 && header.cells[0].find_first_of(";\t") != std::string::npos) {
    report->AddFileError(table, header.row, "", "must have commas between its columns");
    return std::nullopt;
  }
  std::vector<int> positions(columns.size(), -1);
  for (size_t i = 0; i < header.cells.size(); ++i) {
    const auto found = std::find(columns.begin(), columns.end(), header.cells[i]);
    if (found == columns.end()) {
      report->AddFileError(
          table, header.row, Printable(header.cells[i]),
          absl::StrCat("is not a column of this file, which are ", absl::StrJoin(columns, ", ")));
      continue;
    }
    int& position = positions[static_cast<size_t>(found - columns.begin())];
    if (position >= 0) report->AddFileError(table, header.row, header.cells[i], "is there twice");
    position = static_cast<int>(i);
  }
  bool complete = true;
  for (size_t i = 0; i < spec.required.size(); ++i) {
    if (positions[i] >= 0) continue;
    report->AddFileError(table, header.row, spec.required[i], "is missing");
    complete = false;
  }
  if (!complete) return std::nullopt;
  return Columns(table, positions, header.cells.size());
}

class FileReader {
 public:
  FileReader(Table table, const std::filesystem::path& path, Folder* folder, Report* report,
             Console* console, const Interrupt& interrupt)
      : table_(table),
        path_(path),
        folder_(*folder),
        report_(*report),
        console_(*console),
        interrupt_(interrupt) {}

  // CANCELLED when interrupted; what is wrong with the file is reported.
  absl::Status Read() {
    std::ifstream input(path_, std::ios::binary);
    if (!input) {
      report_.AddFileError(table_, 1, "", absl::StrCat("cannot be read: ", std::strerror(errno)));
      return absl::OkStatus();
    }
    std::error_code error;
    const auto bytes = static_cast<int64_t>(std::filesystem::file_size(path_, error));
    CsvReader reader(&input);
    CsvRecord record;
    if (!NextRecord(&reader, &record)) {
      if (!report_.IsBroken(table_)) report_.AddFileError(table_, 1, "", NoHeader());
      return absl::OkStatus();
    }
    const std::optional<Columns> columns = ReadHeader(table_, record, &report_);
    if (!columns.has_value()) return absl::OkStatus();
    while (NextRecord(&reader, &record)) {
      AddRow(*columns, record);
      if (record.row % kRowsBetweenPauses != 0) continue;
      RETURN_IF_ERROR(interrupt_.Check());
      const auto position = static_cast<int64_t>(input.tellg());
      console_.ShowProgress(absl::StrCat("reading ", SpecOf(table_).file, " (kB)"),
                            (position < 0 ? bytes : position) / 1000, bytes / 1000);
    }
    return absl::OkStatus();
  }

 private:
  std::string NoHeader() const {
    return absl::StrCat("is empty; expected a header row with the columns ",
                        absl::StrJoin(ColumnsOf(SpecOf(table_)), ","));
  }

  // False at the end, and where nothing more can be read.
  bool NextRecord(CsvReader* reader, CsvRecord* record) {
    const absl::StatusOr<bool> more = reader->Next(record);
    if (more.ok()) return *more;
    report_.AddFileError(table_, std::max<uint32_t>(reader->row(), 1), "", more.status().message());
    return false;
  }

  void AddRow(const Columns& columns, const CsvRecord& record) {
    const RowRef row = report_.AddRow(table_, record.row);
    // Wrong quotes move cells, and maybe rows: what follows cannot be trusted.
    if (!record.problem.empty()) {
      report_.AddFileError(table_, record.row, "", record.problem);
    }
    Cells cells(columns, record, row, &folder_, &report_);
    kParsers[static_cast<int>(table_)](cells, &folder_);
  }

  Table table_;
  std::filesystem::path path_;
  Folder& folder_;
  Report& report_;
  Console& console_;
  const Interrupt& interrupt_;
};

// Says which CSV files nobody will read: most are misspelt.
void MentionOtherFiles(const std::filesystem::path& path, Console* console) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(path, error)) {
    const std::string name = entry.path().filename().string();
    bool known = false;
    for (int i = 0; i < kTableCount; ++i) known |= SpecOf(static_cast<Table>(i)).file == name;
    if (!known && absl::EndsWithIgnoreCase(name, ".csv")) {
      console->Say(absl::StrCat("note: ", Printable(name),
                                " is not read: it has none of the names in docs/import.md"));
    }
  }
}

}  // namespace

absl::Status ReadFolder(const std::string& path, Folder* folder, Report* report, Console* console,
                        const Interrupt& interrupt) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) {
    return UsageError(absl::StrCat(path, " is not a folder; expected one with CSV files such as ",
                                   SpecOf(Table::kProducts).file));
  }
  int found = 0;
  for (int i = 0; i < kTableCount; ++i) {
    const auto table = static_cast<Table>(i);
    const std::filesystem::path file =
        std::filesystem::path(path) / std::string(SpecOf(table).file);
    if (!std::filesystem::exists(file, error)) continue;
    ++found;
    RETURN_IF_ERROR(FileReader(table, file, folder, report, console, interrupt).Read());
  }
  MentionOtherFiles(path, console);
  if (found == 0) {
    return UsageError(absl::StrCat(path, " holds none of the files that an import reads, such as ",
                                   SpecOf(Table::kProducts).file));
  }
  return absl::OkStatus();
}

}  // namespace milkway::cli
