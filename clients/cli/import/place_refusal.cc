#include "clients/cli/import/place_refusal.h"

#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/numbers.h"

namespace milkway::cli {

namespace {

struct NamedColumns {
  // A refusal's name, or the start of one where it ends in "_".
  absl::string_view reason;
  // The first that the table has is meant.
  std::vector<absl::string_view> columns;
};

// The first entry that fits decides. docs/import.md shows the same table.
const std::vector<NamedColumns>& ColumnsByReason() {
  static const auto* const kTable = new std::vector<NamedColumns>{
      {"STOCK_MISSING", {"students", "packs", "received_packs", "counted_g", "origin_id"}},
      {"QUANTITY_TOO_LARGE", {"packs", "received_packs", "counted_g", "wasted_g"}},
      {"AMOUNT_TOO_LARGE", {"amount", "unit_price"}},
      {"GIFT_OVERSPENT", {"amount"}},
      {"GIFT_LOTS_TOO_MANY", {"lot_number"}},
      {"LOT_OVERPAID", {"amount"}},
      {"LOT_", {"lot_number"}},
      {"FEFO_OVERRIDE_REASON_REQUIRED", {"lot_number"}},
      {"EXCHANGE_RATE_MISSING", {"currency"}},
      {"EXCHANGE_RATE_EXISTS", {"on"}},
      {"DISTRIBUTION_RECORDED", {"session"}},
      {"STUDENT_", {"students", "student_number"}},
      {"SCHOOL_", {"school_id", "location_id"}},
      {"PRODUCT_", {"product_id"}},
      {"LOCATION_", {"location_id", "school_id", "destination_id", "shipment_id"}},
      {"PURCHASE_", {"purchase_id"}},
      {"COST_", {"cost_id"}},
      {"GIFT_", {"gift_id"}},
      {"ALLOCATION_", {"allocation_id"}},
      {"SHIPMENT_", {"shipment_id"}},
      {"RECEIPT_MISSING_TOO_MANY", {"missing_packs"}},
      {"RECEIPT_BEFORE_DISPATCH", {"received_at"}},
      {"RECEIPT_DESTINATION_WRONG", {"shipment_id"}},
      {"RECEIPT_", {"receipt_id"}},
      {"MILESTONE_BEFORE_DISPATCH", {"occurred_at"}},
      {"COUNT_RECORDED", {"counted_at"}},
  };
  return *kTable;
}

struct FieldColumn {
  absl::string_view field;
  absl::string_view column;
};

// Fields whose column has another name.
constexpr FieldColumn kFieldColumns[] = {
    {"energy_j_100g", "energy_kj_100g"},
    {"protein_mg_100g", "protein_g_100g"},
    {"fat_mg_100g", "fat_g_100g"},
    {"carbohydrate_mg_100g", "carbohydrate_g_100g"},
    {"calcium_ug_100g", "calcium_mg_100g"},
    {"sodium_ug_100g", "sodium_mg_100g"},
    {"latitude_e7", "latitude"},
    {"longitude_e7", "longitude"},
    {"from_currency", "from"},
    {"to_currency", "to"},
    {"currency_code", "currency"},
    {"class_name", "class"},
    {"student_numbers", "students"},
    {"lot_id", "lot_number"},
    {"destination_id", "shipment_id"},
    {"fefo_override_reason", "lot_number"},
};

constexpr char kReused[] =
    "was imported before with other content; what is recorded is changed by a correction, not by "
    "importing it again";

// `name` of "name[3]", and 3.
std::pair<absl::string_view, std::optional<size_t>> SplitIndex(absl::string_view segment) {
  const size_t bracket = segment.find('[');
  if (bracket == absl::string_view::npos) return {segment, std::nullopt};
  const absl::string_view rest = segment.substr(bracket + 1);
  const std::optional<int64_t> index = ParseWhole(rest.substr(0, rest.find(']')));
  if (!index.has_value()) return {segment.substr(0, bracket), std::nullopt};
  return {segment.substr(0, bracket), static_cast<size_t>(*index)};
}

// The column of a field's last segments; empty if the table has none for it.
absl::string_view ColumnOf(Table table, const std::vector<absl::string_view>& segments) {
  for (auto segment = segments.rbegin(); segment != segments.rend(); ++segment) {
    const absl::string_view name = SplitIndex(*segment).first;
    if (HasColumn(table, name)) return name;
    for (const FieldColumn& known : kFieldColumns) {
      if (known.field == name && HasColumn(table, known.column)) return known.column;
    }
  }
  return {};
}

RowError PlaceField(const FieldViolation& violation, const RequestRows& rows) {
  const std::vector<absl::string_view> segments = absl::StrSplit(violation.field, '.');
  RowError error{rows.main, "", violation.description, rows.lines.size() <= 1};
  for (const absl::string_view segment : segments) {
    const auto [name, index] = SplitIndex(segment);
    const std::vector<RequestRow>* entries = nullptr;
    if (name == "lines" || name == "students") entries = &rows.lines;
    if (name == "costs") entries = &rows.costs;
    if (entries != nullptr && index.has_value() && *index < entries->size()) {
      error.row = (*entries)[*index].row;
      error.is_certain = true;
    }
  }
  const absl::string_view column = ColumnOf(error.row.table, segments);
  error.column = std::string(column.empty() ? SpecOf(error.row.table).key_column : column);
  return error;
}

// How many of the row's marks the refusal's metadata repeat.
int CountMarks(const Refusal& refusal, const RequestRow& row) {
  int count = 0;
  for (const auto& [key, value] : row.marks) {
    const auto said = refusal.metadata.find(key);
    if (said != refusal.metadata.end() && said->second == value) ++count;
  }
  return count;
}

const std::vector<absl::string_view>* FindColumns(absl::string_view reason) {
  for (const NamedColumns& entry : ColumnsByReason()) {
    const bool fits = absl::EndsWith(entry.reason, "_") ? absl::StartsWith(reason, entry.reason)
                                                        : reason == entry.reason;
    if (fits) return &entry.columns;
  }
  return nullptr;
}

RowError PlaceByName(const Refusal& refusal, const RequestRows& rows) {
  RowError error{rows.main, "", absl::StrCat(refusal.message), rows.lines.size() <= 1};
  if (!refusal.reason.empty()) absl::StrAppend(&error.rule, " (", refusal.reason, ")");
  std::vector<const RequestRow*> entries;
  for (const RequestRow& line : rows.lines) entries.push_back(&line);
  for (const RequestRow& cost : rows.costs) entries.push_back(&cost);
  int best = 0;
  for (const RequestRow* entry : entries) {
    const int count = CountMarks(refusal, *entry);
    if (count <= best) continue;
    best = count;
    error.row = entry->row;
    error.is_certain = true;
  }
  if (refusal.reason == "REQUEST_ID_REUSED") {
    error.row = rows.main;
    error.rule = absl::StrCat(kReused, " (", refusal.reason, ")");
  } else if (const auto* columns = FindColumns(refusal.reason); columns != nullptr) {
    for (const absl::string_view column : *columns) {
      if (!error.column.empty() || !HasColumn(error.row.table, column)) continue;
      error.column = std::string(column);
    }
    // A column that only the lines have.
    if (error.column.empty() && !entries.empty() &&
        HasColumn(entries.front()->row.table, columns->front())) {
      error.row = entries.front()->row;
      error.column = std::string(columns->front());
    }
  }
  if (error.column.empty()) error.column = std::string(SpecOf(error.row.table).key_column);
  return error;
}

}  // namespace

std::vector<RowError> PlaceRefusal(const Refusal& refusal, const RequestRows& rows) {
  std::vector<RowError> errors;
  for (const FieldViolation& violation : refusal.fields) {
    errors.push_back(PlaceField(violation, rows));
  }
  if (errors.empty()) errors.push_back(PlaceByName(refusal, rows));
  return errors;
}

}  // namespace milkway::cli
