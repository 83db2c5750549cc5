// Students and distributions.

#include <algorithm>
#include <utility>

#include "clients/cli/import/parse_rows.h"
#include "clients/cli/students.h"
#include "clients/cli/words.h"

namespace milkway::cli {

namespace {

constexpr size_t kKeyBytesMax = 128;
constexpr size_t kClassBytesMax = 64;
constexpr size_t kSessionBytesMax = 128;
constexpr int64_t kServingMaxG = 1'000;
constexpr int64_t kPackMaxG = 10'000;
constexpr int64_t kTakeHomePacksMax = 20;
constexpr int64_t kOpenedPacksMax = 1'000;
constexpr size_t kNoteBytesMax = 500;
constexpr int64_t kWastedMaxG = 1'000'000;

void ParseServedAt(Cells& cells, DistributionRow* row) {
  if (cells.IsEmpty("served_at")) return;
  const std::optional<Instant> served_at = cells.Time("served_at");
  if (!served_at.has_value()) return;
  row->has_served_at = true;
  row->served_at = *served_at;
}

Name OptionalStudents(Cells& cells, Folder* folder, absl::string_view column) {
  const absl::string_view text = cells.Text(column);
  const absl::StatusOr<std::vector<int32_t>> students = ParseStudents(text);
  if (students.ok()) return folder->names.Intern(text);
  cells.Wrong(column, students.status().message());
  return Name();
}

void ParseStudentList(Cells& cells, Folder* folder, DistributionRow* row) {
  const absl::string_view text = cells.Text("students");
  const absl::StatusOr<std::vector<int32_t>> students = ParseStudents(text);
  if (!students.ok()) {
    cells.Wrong("students", students.status().message());
    return;
  }
  row->has_students = true;
  row->students = folder->names.Intern(text);
  if (students->empty() && cells.Text("wasted_g") == "0") {
    cells.Wrong("students", "must list who drank, unless something was wasted");
  }
}

}  // namespace

void ParseStudent(Cells& cells, Folder* folder) {
  StudentRow row;
  row.school_id = cells.Id("school_id");
  row.student_number = static_cast<int32_t>(cells.Whole("student_number", 1, kStudentNumberMax));
  row.class_name = cells.Required("class", kClassBytesMax);
  const absl::string_view birth_month = cells.Text("birth_month");
  if (ParseDay(absl::StrCat(birth_month, "-01")).has_value()) {
    row.birth_month = folder->names.Intern(birth_month);
  } else {
    cells.Wrong("birth_month", "must be a month YYYY-MM");
  }
  row.sex = cells.OneOf(kSexes, "sex");
  row.enrolled_on = cells.RequiredDay("enrolled_on");
  row.left_on = cells.OptionalDay("left_on");
  if (row.enrolled_on.has_value() && row.left_on.has_value() && *row.left_on < *row.enrolled_on) {
    cells.Wrong("left_on", "must not be before enrolled_on");
  }
  if (!cells.IsEmpty("exclusion")) row.exclusion = cells.OneOf(kExclusions, "exclusion");
  row.excluded_from = cells.OptionalDay("excluded_from");
  if (row.excluded_from.has_value() && row.exclusion == consumption::v1::EXCLUSION_UNSPECIFIED) {
    cells.Wrong("excluded_from", "must be empty where exclusion is");
  }
  folder->students.push_back(row);
}

namespace {

DistributionRow ReadDistribution(Cells& cells, Folder* folder, bool may_be_empty) {
  DistributionRow row;
  row.distribution_id = cells.Required("distribution_id", kKeyBytesMax);
  row.school_id = cells.Id("school_id");
  const std::optional<Day> served_on = cells.RequiredDay("served_on");
  if (served_on.has_value() && !CanBeDated(*served_on)) {
    cells.Wrong("served_on", "must be from 2000-01-01 to 2099-12-31");
  }
  row.has_served_on = served_on.has_value();
  row.served_on = served_on.value_or(Day());
  row.class_name = cells.Required("class", kClassBytesMax);
  row.session = cells.Optional("session", kSessionBytesMax);
  ParseServedAt(cells, &row);
  row.recorded = cells.Recorded();
  row.absent = OptionalStudents(cells, folder, "absent");
  row.refused = OptionalStudents(cells, folder, "refused");
  row.incident_students = OptionalStudents(cells, folder, "incident_students");
  row.incident_note = cells.Optional("incident_note", kNoteBytesMax);
  row.is_empty = may_be_empty && cells.IsEmpty("product_id") && cells.IsEmpty("lot_number");
  if (row.is_empty) return row;
  row.lot = cells.Lot();
  row.take_home_packs =
      static_cast<int32_t>(cells.OptionalWhole("take_home_packs", 0, kTakeHomePacksMax, 0));
  row.opened_packs =
      static_cast<int32_t>(cells.OptionalWhole("opened_packs", 0, kOpenedPacksMax, 0));
  row.pack_g = cells.OptionalWhole("pack_g", 0, kPackMaxG, 0);
  row.serving_g =
      static_cast<int32_t>(row.take_home_packs > 0 ? cells.Whole("serving_g", 0, kPackMaxG)
                                                   : cells.Whole("serving_g", 1, kServingMaxG));
  ParseStudentList(cells, folder, &row);
  row.wasted_g = static_cast<int32_t>(cells.Whole("wasted_g", 0, kWastedMaxG));
  return row;
}

}  // namespace

void ParseDistribution(Cells& cells, Folder* folder) {
  DistributionRow row = ReadDistribution(cells, folder, /*may_be_empty=*/false);
  row.key = row.distribution_id;
  folder->distributions.push_back(row);
}

void ParsePastDistribution(Cells& cells, Folder* folder) {
  DistributionRow row = ReadDistribution(cells, folder, /*may_be_empty=*/true);
  if (!row.distribution_id.empty()) {
    row.key = folder->names.Intern(
        absl::StrCat(row.distribution_id.view(), "#", std::max(1, row.recorded.version)));
  }
  folder->distribution_history.push_back(row);
}

}  // namespace milkway::cli
