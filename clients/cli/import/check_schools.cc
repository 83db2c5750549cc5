// Students and distributions.

#include <algorithm>
#include <limits>
#include <tuple>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/import/cells.h"
#include "clients/cli/import/check_folder.h"
#include "clients/cli/students.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

namespace {

constexpr size_t kLinesMax = 20;
// Earlier than every day.
constexpr int32_t kAlways = std::numeric_limits<int32_t>::min();
constexpr size_t kSessionBytesMax = 128;
constexpr uint32_t kRowsBetweenPauses = 4'096;

absl::Status RequireSchool(const CheckParts& parts, RowRef row, Name school_id) {
  RETURN_IF_ERROR(parts.references.Require(row, "school_id", Table::kLocations, school_id));
  ASSIGN_OR_RETURN(const auto* location, parts.references.FindLocation(school_id));
  if (location == nullptr || location->kind() == inventory::v1::LOCATION_KIND_UNSPECIFIED ||
      location->kind() == inventory::v1::LOCATION_KIND_SCHOOL) {
    return absl::OkStatus();
  }
  parts.report.AddError(
      row, "school_id",
      absl::StrCat("must be a school, is a location of another kind: ", Quoted(school_id.view())));
  return absl::OkStatus();
}

// What the roster says about one student of a distribution.
struct Enrolment {
  bool known = false;
  std::optional<Day> enrolled_on;
  std::optional<Day> left_on;
  // Since when; absent: not at all.
  std::optional<Day> excluded_from;
};

absl::StatusOr<Enrolment> FindEnrolment(const CheckParts& parts, Name school_id, int32_t number) {
  const uint32_t index = parts.index.FindStudent(school_id, number);
  if (index != kNoRow) {
    const StudentRow& student = parts.folder.students[index];
    const bool excluded = student.exclusion != consumption::v1::EXCLUSION_UNSPECIFIED;
    const auto since = student.excluded_from.has_value() ? student.excluded_from
                                                         : std::optional<Day>(Day{kAlways});
    return Enrolment{true, student.enrolled_on, student.left_on, excluded ? since : std::nullopt};
  }
  ASSIGN_OR_RETURN(const auto* roster, parts.references.directory().FindRoster(school_id.str()));
  if (roster == nullptr) return Enrolment{};
  const auto found = roster->find(number);
  if (found == roster->end()) return Enrolment{};
  const consumption::v1::Student& student = found->second;
  const bool excluded = student.exclusion() != consumption::v1::EXCLUSION_UNSPECIFIED;
  const auto since = ParseDay(student.excluded_from()).value_or(Day{kAlways});
  return Enrolment{true, ParseDay(student.enrolled_on()), ParseDay(student.left_on()),
                   excluded ? std::optional<Day>(since) : std::nullopt};
}

// Checks who drank against the roster, where the folder has the school's roster.
absl::Status CheckRoster(const CheckParts& parts, const DistributionRow& row, RowRef ref,
                         const std::vector<int32_t>& numbers) {
  if (!row.has_served_on || parts.report.IsBroken(Table::kStudents) ||
      !parts.index.rosters.contains(row.school_id)) {
    return absl::OkStatus();
  }
  std::vector<int32_t> unknown, away, excluded;
  for (const int32_t number : numbers) {
    ASSIGN_OR_RETURN(const Enrolment enrolment, FindEnrolment(parts, row.school_id, number));
    if (!enrolment.known) {
      unknown.push_back(number);
    } else if (enrolment.excluded_from.has_value() && row.served_on >= *enrolment.excluded_from &&
               row.incident_students.empty()) {
      excluded.push_back(number);
    } else if ((enrolment.enrolled_on.has_value() && row.served_on < *enrolment.enrolled_on) ||
               (enrolment.left_on.has_value() && row.served_on >= *enrolment.left_on)) {
      away.push_back(number);
    }
  }
  const auto report = [&](absl::string_view rule, const std::vector<int32_t>& who) {
    if (who.empty()) return;
    parts.report.AddError(
        ref, "students",
        absl::StrCat("must be students who ", rule, "; not so: ", FormatStudents(who)));
  };
  report("are on the roster of the school", unknown);
  report(absl::StrCat("are enrolled on ", FormatDay(row.served_on)), away);
  report("are given milk (column exclusion of students.csv)", excluded);
  return absl::OkStatus();
}

// Rows of one record that differ in what belongs to the record as a whole.
void RequireSameRecord(const CheckParts& parts, uint32_t first_index, uint32_t index) {
  const DistributionRow& first = parts.folder.distributions[first_index];
  const DistributionRow& row = parts.folder.distributions[index];
  const auto require = [&](bool same, absl::string_view column) {
    if (same) return;
    parts.report.AddError({Table::kDistributions, index}, column,
                          absl::StrCat("must be that of row ",
                                       parts.report.NumberOf({Table::kDistributions, first_index}),
                                       ": rows with one distribution_id are one record"));
  };
  const auto same_name = [](Name a, Name b) { return a.empty() || b.empty() || a == b; };
  require(same_name(row.school_id, first.school_id), "school_id");
  require(same_name(row.class_name, first.class_name), "class");
  require(!row.has_served_on || !first.has_served_on || row.served_on == first.served_on,
          "served_on");
  require(row.session == first.session, "session");
  require(row.has_served_at == first.has_served_at && row.served_at == first.served_at,
          "served_at");
}

class DistributionCheck {
 public:
  explicit DistributionCheck(const CheckParts& parts) : parts_(parts) {}

  // Checks the record that starts in row `first`.
  absl::Status Check(uint32_t first) {
    absl::flat_hash_map<LotRef, uint32_t> lots;
    std::vector<int32_t> listed;
    size_t lines = 0;
    for (uint32_t index = first; index != kNoRow; index = parts_.folder.distributions[index].next) {
      const DistributionRow& row = parts_.folder.distributions[index];
      const RowRef ref{Table::kDistributions, index};
      RETURN_IF_ERROR(RequireSchool(parts_, ref, row.school_id));
      parts_.lots.Require(ref, row.lot);
      if (index != first) RequireSameRecord(parts_, first, index);
      const LotRef lot = parts_.lots.IdentityOf(row.lot);
      const auto [earlier, is_new] = lots.try_emplace(lot, index);
      if (lot != kNoLot && !is_new) {
        parts_.report.AddError(
            ref, "lot_number",
            absl::StrCat("must be there once in a record, the lot is already in row ",
                         parts_.report.NumberOf({ref.table, earlier->second})));
      }
      RETURN_IF_ERROR(CheckStudentsOf(row, ref, &listed));
      ++lines;
    }
    if (lines > kLinesMax) {
      parts_.report.AddError({Table::kDistributions, first}, "distribution_id",
                             absl::StrCat("must have at most ", kLinesMax, " rows, has ", lines));
    }
    RETURN_IF_ERROR(CheckServedAt(first));
    CheckNaturalKey(first);
    return absl::OkStatus();
  }

 private:
  // `listed` holds the students of the record's earlier rows.
  absl::Status CheckStudentsOf(const DistributionRow& row, RowRef ref,
                               std::vector<int32_t>* listed) {
    if (!row.has_students) return absl::OkStatus();
    ASSIGN_OR_RETURN(const std::vector<int32_t> numbers, ParseStudents(row.students.view()));
    std::vector<int32_t> twice;
    std::set_intersection(numbers.begin(), numbers.end(), listed->begin(), listed->end(),
                          std::back_inserter(twice));
    if (!twice.empty()) {
      parts_.report.AddError(
          ref, "students",
          absl::StrCat("lists students of an earlier row of the record: ", FormatStudents(twice)));
    }
    const auto middle = static_cast<std::ptrdiff_t>(listed->size());
    listed->insert(listed->end(), numbers.begin(), numbers.end());
    std::inplace_merge(listed->begin(), listed->begin() + middle, listed->end());
    return CheckRoster(parts_, row, ref, numbers);
  }

  // A time may be written with any offset, as long as it is that day somewhere: for
  // the person who wrote it, or at the school.
  absl::Status CheckServedAt(uint32_t first) {
    const DistributionRow& row = parts_.folder.distributions[first];
    if (!row.has_served_at || !row.has_served_on || DayOf(row.served_at) == row.served_on) {
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(const auto time_zone, parts_.references.FindTimeZoneOf(row.school_id));
    if (!time_zone.has_value() || DayIn(row.served_at.us, *time_zone) == row.served_on) {
      return absl::OkStatus();
    }
    parts_.report.AddError(
        {Table::kDistributions, first}, "served_at",
        absl::StrCat("must be on ", FormatDay(row.served_on), ", the day in column served_on, is ",
                     FormatTime(row.served_at)));
    return absl::OkStatus();
  }

  void CheckNaturalKey(uint32_t first) {
    const DistributionRow& row = parts_.folder.distributions[first];
    const RowRef ref{Table::kDistributions, first};
    const std::string session = SessionOf(parts_.folder, parts_.lots, ref);
    if (session.size() > kSessionBytesMax) {
      parts_.report.AddError(ref, "session",
                             absl::StrCat("must be set where the names of the lots together are "
                                          "longer than ",
                                          kSessionBytesMax, " bytes, is empty"));
      return;
    }
    if (session.empty() || row.school_id.empty() || row.class_name.empty() || !row.has_served_on) {
      return;
    }
    const auto [earlier, is_new] = keys_.try_emplace(
        {row.school_id, row.class_name, parts_.folder.names.Intern(session), row.served_on.days},
        first);
    if (is_new) return;
    const RowRef other{Table::kDistributions, earlier->second};
    parts_.report.AddError(
        ref, "distribution_id",
        absl::StrCat(
            "must be ", Quoted(parts_.folder.distributions[earlier->second].distribution_id.view()),
            " as in row ", parts_.report.NumberOf(other),
            ", which has the same school, day, class and session", Is(row.distribution_id.view())));
  }

  const CheckParts& parts_;
  absl::flat_hash_map<std::tuple<Name, Name, Name, int32_t>, uint32_t> keys_;
};

}  // namespace

std::string SessionOf(const Folder& folder, const LotBook& lots, RowRef first) {
  const std::vector<DistributionRow>& rows = folder.DistributionsOf(first.table);
  if (!rows[first.index].session.empty()) return rows[first.index].session.str();
  std::vector<std::string> names;
  for (uint32_t index = first.index; index != kNoRow; index = rows[index].next) {
    names.push_back(lots.FullNameOf(rows[index].lot));
    if (names.back().empty()) return "";
  }
  std::sort(names.begin(), names.end());
  return absl::StrJoin(names, "+");
}

absl::Status CheckStudents(const CheckParts& parts) {
  for (uint32_t i = 0; i < parts.folder.students.size(); ++i) {
    RETURN_IF_ERROR(
        RequireSchool(parts, {Table::kStudents, i}, parts.folder.students[i].school_id));
  }
  return absl::OkStatus();
}

absl::Status CheckDistributions(const CheckParts& parts) {
  DistributionCheck check(parts);
  const auto& firsts = parts.index.distributions;
  for (uint32_t i = 0; i < firsts.size(); ++i) {
    RETURN_IF_ERROR(check.Check(firsts[i]));
    if (i % kRowsBetweenPauses != 0) continue;
    RETURN_IF_ERROR(parts.interrupt.Check());
    parts.console.ShowProgress("checking distributions.csv", i,
                               static_cast<int64_t>(firsts.size()));
  }
  return absl::OkStatus();
}

absl::Status CheckFolder(const CheckParts& parts) {
  RETURN_IF_ERROR(CheckPurchases(parts));
  RETURN_IF_ERROR(CheckGifts(parts));
  RETURN_IF_ERROR(CheckShipments(parts));
  RETURN_IF_ERROR(CheckReceipts(parts));
  RETURN_IF_ERROR(CheckStudents(parts));
  RETURN_IF_ERROR(CheckDistributions(parts));
  RETURN_IF_ERROR(CheckCounts(parts));
  RETURN_IF_ERROR(CheckAdjustments(parts));
  RETURN_IF_ERROR(CheckOutcomes(parts));
  return CheckHistory(parts);
}

}  // namespace milkway::cli
