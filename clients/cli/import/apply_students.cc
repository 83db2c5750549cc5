// Students, in chunks per school.

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/import/apply_folder.h"
#include "clients/cli/import/request_ids.h"
#include "clients/cli/words.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

namespace {

using consumption::v1::SchoolService;

constexpr size_t kChunkMax = 1'000;

bool IsExcludedLater(const StudentRow& row) {
  return row.excluded_from.has_value() && row.enrolled_on.has_value() &&
         *row.excluded_from > *row.enrolled_on;
}

consumption::v1::Student ToMessage(const StudentRow& row) {
  consumption::v1::Student student;
  student.set_student_number(row.student_number);
  student.set_class_name(row.class_name.str());
  student.set_birth_month(row.birth_month.str());
  student.set_sex(row.sex);
  student.set_enrolled_on(FormatDay(row.enrolled_on.value()));
  if (row.left_on.has_value()) student.set_left_on(FormatDay(*row.left_on));
  if (!IsExcludedLater(row)) student.set_exclusion(row.exclusion);
  return student;
}

// Those who were excluded after they had come are excluded from that day on.
absl::Status ExcludeLater(const ApplyParts& parts, const std::vector<uint32_t>& students) {
  for (const uint32_t index : students) {
    const StudentRow& row = parts.folder.students[index];
    const RequestRows rows{{Table::kStudents, index}, {}, {}};
    if (!IsExcludedLater(row) || parts.sender.Hold(rows, std::nullopt)) continue;
    consumption::v1::UpdateStudentRequest request;
    request.set_request_id(
        RowRequestId(Table::kStudents, {row.school_id.view(), absl::StrCat(row.student_number),
                                        "exclusion", FormatDay(*row.excluded_from)}));
    request.set_school_id(row.school_id.str());
    request.set_student_number(row.student_number);
    if (row.left_on.has_value()) request.set_left_on(FormatDay(*row.left_on));
    request.set_exclusion(row.exclusion);
    request.set_from_day(FormatDay(*row.excluded_from));
    RETURN_IF_ERROR(parts.sender.Send(&SchoolService::Stub::UpdateStudent, request, rows).status());
  }
  return absl::OkStatus();
}

// A student that is there already with equal content stays as it is, so a chunk may be
// cut in any way; its id stands for exactly these students with exactly this content.
std::string ChunkRequestId(absl::string_view school_id,
                           const consumption::v1::EnrolStudentsRequest& request) {
  std::vector<std::string> parts = {std::string(SpecOf(Table::kStudents).file),
                                    std::string(school_id)};
  for (const consumption::v1::Student& student : request.students()) {
    parts.push_back(absl::StrCat(student.student_number()));
    parts.push_back(student.class_name());
    parts.push_back(student.birth_month());
    parts.push_back(std::string(WordOf(kSexes, student.sex())));
    parts.push_back(student.enrolled_on());
    parts.push_back(student.left_on());
    const bool drinks = student.exclusion() == consumption::v1::EXCLUSION_UNSPECIFIED;
    parts.push_back(drinks ? "" : std::string(WordOf(kExclusions, student.exclusion())));
  }
  return ImportRequestId(std::vector<absl::string_view>(parts.begin(), parts.end()));
}

RequestRows RowsOf(const Folder& folder, const std::vector<uint32_t>& students) {
  RequestRows rows{{Table::kStudents, students.front()}, {}, {}};
  for (const uint32_t index : students) {
    rows.lines.push_back(
        {{Table::kStudents, index},
         {{"student_numbers", absl::StrCat(folder.students[index].student_number)}}});
  }
  return rows;
}

class RosterSender {
 public:
  RosterSender(const ApplyParts& parts, Name school_id) : parts_(parts), school_id_(school_id) {}

  // Sends the students; those that are refused are reported, and the rest is sent.
  absl::Status Send(std::vector<uint32_t> students) {
    while (!students.empty()) {
      absl::Status status = Enrol(students);
      if (status.ok()) {
        parts_.sender.Record(RowsOf(parts_.folder, students));
        return absl::OkStatus();
      }
      if (EndsImport(status)) return status;
      const Refusal refusal = RefusalOf(status);
      if (IsAboutAll(refusal)) {
        parts_.sender.Refuse(refusal, RowsOf(parts_.folder, students));
        return absl::OkStatus();
      }
      const size_t before = students.size();
      DropRefused(refusal, &students);
      // A refusal that names nobody: one of two halves holds whom it means.
      if (students.size() == before) return SendHalves(students);
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Enrol(const std::vector<uint32_t>& students) {
    consumption::v1::EnrolStudentsRequest request;
    request.set_school_id(school_id_.str());
    for (const uint32_t index : students) {
      *request.add_students() = ToMessage(parts_.folder.students[index]);
    }
    request.set_request_id(ChunkRequestId(school_id_.view(), request));
    return parts_.sender.connection().Call(&SchoolService::Stub::EnrolStudents, request).status();
  }

  // A school that is not registered, for one: no other cut of the chunk would help.
  static bool IsAboutAll(const Refusal& refusal) {
    return !refusal.reason.empty() && !absl::StartsWith(refusal.reason, "STUDENT_") &&
           refusal.fields.empty();
  }

  // Reports those whom the refusal names, and takes them out.
  void DropRefused(const Refusal& refusal, std::vector<uint32_t>* students) {
    const RequestRows rows = RowsOf(parts_.folder, *students);
    for (const RowError& error : PlaceRefusal(refusal, rows)) {
      if (!error.is_certain) continue;
      parts_.report.AddError(error.row, error.column, error.rule);
      students->erase(std::remove(students->begin(), students->end(), error.row.index),
                      students->end());
    }
    parts_.sender.PrintErrors();
  }

  absl::Status SendHalves(const std::vector<uint32_t>& students) {
    const auto middle = students.begin() + static_cast<std::ptrdiff_t>(students.size() / 2);
    RETURN_IF_ERROR(Send({students.begin(), middle}));
    return Send({middle, students.end()});
  }

  const ApplyParts& parts_;
  Name school_id_;
};

// The rows of each school, in order of their first rows.
std::vector<std::pair<Name, std::vector<uint32_t>>> BySchool(const Folder& folder) {
  std::vector<std::pair<Name, std::vector<uint32_t>>> schools;
  absl::flat_hash_map<Name, size_t> positions;
  for (uint32_t i = 0; i < folder.students.size(); ++i) {
    const Name school_id = folder.students[i].school_id;
    const auto [position, is_new] = positions.try_emplace(school_id, schools.size());
    if (is_new) schools.push_back({school_id, {}});
    schools[position->second].second.push_back(i);
  }
  return schools;
}

}  // namespace

absl::Status ApplyStudents(const ApplyParts& parts) {
  for (const auto& [school_id, all] : BySchool(parts.folder)) {
    ASSIGN_OR_RETURN(const auto blocker, parts.references.Blocker(Table::kLocations, school_id));
    RosterSender roster(parts, school_id);
    for (size_t start = 0; start < all.size(); start += kChunkMax) {
      const size_t end = std::min(all.size(), start + kChunkMax);
      std::vector<uint32_t> chunk;
      for (size_t i = start; i < end; ++i) {
        const RequestRows rows{{Table::kStudents, all[i]}, {}, {}};
        if (!parts.sender.Hold(rows, blocker)) chunk.push_back(all[i]);
      }
      RETURN_IF_ERROR(roster.Send(chunk));
      RETURN_IF_ERROR(ExcludeLater(parts, chunk));
      parts.sender.Advance(end - start);
    }
  }
  return absl::OkStatus();
}

}  // namespace milkway::cli
