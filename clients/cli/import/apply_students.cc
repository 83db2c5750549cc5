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

consumption::v1::Student ToMessage(const StudentRow& row) {
  consumption::v1::Student student;
  student.set_student_number(row.student_number);
  student.set_class_name(row.class_name.str());
  student.set_birth_month(row.birth_month.str());
  student.set_sex(row.sex);
  student.set_enrolled_on(FormatDay(row.enrolled_on.value()));
  if (row.left_on.has_value()) student.set_left_on(FormatDay(*row.left_on));
  student.set_exclusion(row.exclusion);
  return student;
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
      RETURN_IF_ERROR(roster.Send(std::move(chunk)));
      parts.sender.Advance(end - start);
    }
  }
  return absl::OkStatus();
}

}  // namespace milkway::cli
