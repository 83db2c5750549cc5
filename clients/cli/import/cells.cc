#include "clients/cli/import/cells.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "clients/cli/numbers.h"
#include "clients/cli/text.h"
#include "clients/cpp/currency.h"

namespace milkway::cli {

namespace {

constexpr size_t kIdBytesMax = 64;
constexpr size_t kLotNumberBytesMax = 64;
constexpr size_t kReasonBytesMax = 500;
constexpr size_t kFefoReasonBytesMax = 200;
constexpr int64_t kPositionMax = 1'000'000'000'000'000;
constexpr int64_t kVersionMax = 1'000'000;
constexpr int64_t kMoneyMinorMax = 1'000'000'000'000'000;

constexpr char kIdExpected[] = R"(must be 1 to 64 letters, digits, "-", "_" or ".")";

}  // namespace

std::string Is(absl::string_view text) {
  return text.empty() ? ", is empty" : absl::StrCat(", is ", Quoted(text));
}

bool IsId(absl::string_view text) {
  return !text.empty() && text.size() <= kIdBytesMax &&
         std::all_of(text.begin(), text.end(), [](char character) {
           return absl::ascii_isalnum(static_cast<unsigned char>(character)) || character == '-' ||
                  character == '_' || character == '.';
         });
}

std::optional<int64_t> ParseAmount(absl::string_view text, absl::string_view currency,
                                   int64_t minimum, std::string* rule) {
  const int digits = clients::FindMinorDigits(currency).value_or(0);
  const std::optional<int64_t> minor = ParseDecimal(text, digits);
  if (minor.has_value() && *minor >= minimum && *minor <= kMoneyMinorMax) return minor;
  *rule = absl::StrCat("must be an amount of ", FormatMoney(minimum, currency), " or more, with ",
                       digits == 0 ? "no decimals" : absl::StrCat("at most ", digits, " decimals"),
                       Is(text));
  return std::nullopt;
}

Columns::Columns(Table table, const std::vector<int>& positions, size_t width)
    : table_(table), width_(width) {
  const TableSpec& spec = SpecOf(table);
  size_t i = 0;
  for (const auto& columns : {spec.required, spec.optional}) {
    for (const absl::string_view name : columns) columns_.push_back({name, positions[i++]});
  }
}

int Columns::PositionOf(absl::string_view column) const {
  for (size_t tried = 0; tried < columns_.size(); ++tried) {
    const Column& candidate = columns_[next_];
    next_ = next_ + 1 == columns_.size() ? 0 : next_ + 1;
    if (candidate.name == column) return candidate.position;
  }
  return -1;
}

Cells::Cells(const Columns& columns, const CsvRecord& record, RowRef row, Folder* folder,
             Report* report)
    : columns_(columns), record_(record), row_(row), folder_(*folder), report_(*report) {
  // Wrong quotes are reported with the file.
  if (!record.problem.empty()) trusted_ = false;
  if (record.cells.size() != columns.width()) {
    Distrust("",
             absl::StrCat("has ", record.cells.size(), " cells, the header has ", columns.width()));
  }
  const TableSpec& spec = SpecOf(columns.table());
  for (const auto& names : {spec.required, spec.optional}) {
    for (const absl::string_view name : names) {
      if (!IsUtf8(Text(name))) Distrust(name, "is not UTF-8: save the file as \"CSV UTF-8\"");
    }
  }
}

void Cells::Distrust(absl::string_view column, absl::string_view rule) {
  if (trusted_) report_.AddError(row_, column, rule);
  trusted_ = false;
}

void Cells::Wrong(absl::string_view column, absl::string_view rule) {
  if (trusted_) report_.AddError(row_, column, absl::StrCat(rule, Is(Text(column))));
}

absl::string_view Cells::Text(absl::string_view column) const {
  const int position = columns_.PositionOf(column);
  if (position < 0 || static_cast<size_t>(position) >= record_.cells.size()) return {};
  return record_.cells[static_cast<size_t>(position)];
}

Name Cells::Id(absl::string_view column) {
  const absl::string_view text = Text(column);
  if (IsId(text)) return folder_.names.Intern(text);
  Wrong(column, kIdExpected);
  return Name();
}

Name Cells::Required(absl::string_view column, size_t bytes_max) {
  const absl::string_view text = Text(column);
  if (!text.empty() && text.size() <= bytes_max) return folder_.names.Intern(text);
  Wrong(column, absl::StrCat("must be a text of 1 to ", bytes_max, " bytes"));
  return Name();
}

Name Cells::Optional(absl::string_view column, size_t bytes_max) {
  const absl::string_view text = Text(column);
  if (text.size() <= bytes_max) return folder_.names.Intern(text);
  Wrong(column, absl::StrCat("must be a text of at most ", bytes_max, " bytes"));
  return Name();
}

LotRef Cells::Lot() {
  LotName name;
  const bool has_purchase = !IsEmpty("purchase_id");
  if (has_purchase) name.purchase_id = Id("purchase_id");
  name.product_id = Id("product_id");
  name.lot_number = Required("lot_number", kLotNumberBytesMax);
  if (name.product_id.empty() || name.lot_number.empty()) return kNoLot;
  if (has_purchase && name.purchase_id.empty()) return kNoLot;
  return folder_.lots.Intern(name);
}

int64_t Cells::Whole(absl::string_view column, int64_t minimum, int64_t maximum) {
  const std::optional<int64_t> number = ParseWhole(Text(column));
  if (number.has_value() && *number >= minimum && *number <= maximum) return *number;
  Wrong(column,
        absl::StrCat("must be a whole number from ", minimum, " to ", WithThousands(maximum)));
  return 0;
}

int64_t Cells::OptionalWhole(absl::string_view column, int64_t minimum, int64_t maximum,
                             int64_t otherwise) {
  return IsEmpty(column) ? otherwise : Whole(column, minimum, maximum);
}

bool Cells::YesNo(absl::string_view column) {
  const absl::string_view text = Text(column);
  if (!text.empty() && text != "yes" && text != "no") Wrong(column, "must be yes, no or empty");
  return text == "yes";
}

RecordedAs Cells::Recorded() {
  RecordedAs recorded;
  recorded.position = OptionalWhole("recorded", 1, kPositionMax, 0);
  recorded.version = static_cast<int32_t>(OptionalWhole("version", 1, kVersionMax, 0));
  recorded.reason = Optional("reason", kReasonBytesMax);
  recorded.fefo_reason = Optional("fefo_reason", kFefoReasonBytesMax);
  recorded.discrepancy_reason = Optional("discrepancy_reason", kReasonBytesMax);
  return recorded;
}

int64_t Cells::Decimal(absl::string_view column, int decimals, int64_t maximum) {
  const std::optional<int64_t> number = ParseDecimal(Text(column), decimals);
  if (number.has_value() && *number <= maximum) return *number;
  int64_t one = 1;
  for (int i = 0; i < decimals; ++i) one *= 10;
  Wrong(column, absl::StrCat("must be a number from 0 to ", WithThousands(maximum / one),
                             " with at most ", decimals, " decimals"));
  return 0;
}

Name Cells::Currency(absl::string_view column) {
  const absl::string_view text = Text(column);
  if (clients::FindMinorDigits(text).has_value()) return folder_.names.Intern(text);
  Wrong(column, "must be an ISO 4217 currency code such as AUD");
  return Name();
}

int64_t Cells::Amount(absl::string_view column, Name currency, int64_t minimum) {
  if (currency.empty()) return 0;
  std::string rule;
  const std::optional<int64_t> minor = ParseAmount(Text(column), currency.view(), minimum, &rule);
  if (minor.has_value()) return *minor;
  if (trusted_) report_.AddError(row_, column, rule);
  return 0;
}

std::optional<Day> Cells::RequiredDay(absl::string_view column) {
  const std::optional<Day> day = ParseDay(Text(column));
  if (!day.has_value()) Wrong(column, kDayExpected);
  return day;
}

std::optional<Day> Cells::OptionalDay(absl::string_view column) {
  if (IsEmpty(column)) return std::nullopt;
  return RequiredDay(column);
}

std::optional<Instant> Cells::Time(absl::string_view column) {
  const std::optional<Instant> time = ParseTime(Text(column));
  if (!time.has_value()) Wrong(column, kTimeExpected);
  return time;
}

}  // namespace milkway::cli
