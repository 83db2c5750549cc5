// Later changes of students, as requests that bring them about again.

#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cli/export/export_records.h"
#include "milkway/consumption/v1/schools.grpc.pb.h"

namespace milkway::cli {

namespace {

using consumption::v1::RollOverClassesRequest;
using consumption::v1::SchoolService;
using consumption::v1::Student;
using consumption::v1::StudentChange;

// A roll-over changes many students at one time.
struct RollOver {
  RollOverClassesRequest request;
  std::map<std::string, std::string> moves;

  void Add(const StudentChange& change) {
    const Student& student = change.student();
    request.set_on_day(change.from_day());
    request.add_student_numbers(student.student_number());
    const bool graduates = student.leaving() == consumption::v1::LEAVING_GRADUATED;
    moves[change.earlier_class()] = graduates ? "" : student.class_name();
  }
};

class ChangeWriter {
 public:
  ChangeWriter(const ExportParts& parts, const std::string& school_id)
      : parts_(parts), school_id_(school_id) {}

  // Changes come student by student, oldest first.
  absl::Status Write(const StudentChange& change) {
    if (change.student().student_number() != before_.student_number()) number_ = 0;
    if (change.has_enrolled()) before_ = change.enrolled();
    ++number_;
    absl::Status status;
    switch (change.kind()) {
      case consumption::v1::STUDENT_CHANGE_KIND_ROLLED_OVER:
        roll_overs_[change.recorded_us()].Add(change);
        break;
      case consumption::v1::STUDENT_CHANGE_KIND_TRANSFERRED:
        status = WriteTransfer(change);
        break;
      default:
        status = WriteUpdate(change);
    }
    before_ = change.student();
    return status;
  }

  absl::Status Finish() {
    for (auto& [recorded_us, roll_over] : roll_overs_) {
      RollOverClassesRequest& request = roll_over.request;
      request.set_school_id(school_id_);
      for (const auto& [from_class, to_class] : roll_over.moves) {
        consumption::v1::ClassMove& move = *request.add_moves();
        move.set_from_class(from_class);
        move.set_to_class(to_class);
      }
      RETURN_IF_ERROR(WriteRecord(parts_, "roll_over",
                                  absl::StrCat(school_id_, "/", request.on_day()), request,
                                  {0, recorded_us}, {}));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status WriteRow(absl::string_view kind, const StudentChange& change,
                        const google::protobuf::Message& request) {
    const std::string subject =
        absl::StrCat(school_id_, "/", change.student().student_number(), "/", number_);
    return WriteRecord(parts_, kind, subject, request, {0, change.recorded_us()}, {});
  }

  absl::Status WriteUpdate(const StudentChange& change) {
    const Student& student = change.student();
    // An earlier program kept only what the student was after it.
    const bool is_known = change.kind() == consumption::v1::STUDENT_CHANGE_KIND_UPDATED;
    const bool states_class =
        is_known ? change.states_class() : student.class_name() != before_.class_name();
    const bool states_exclusion =
        is_known ? change.states_exclusion() : student.exclusion() != before_.exclusion();
    consumption::v1::UpdateStudentRequest request;
    request.set_school_id(school_id_);
    request.set_student_number(student.student_number());
    request.set_left_on(student.left_on());
    request.set_exclusion(student.exclusion());
    request.set_keep_exclusion(!states_exclusion);
    if (states_class) request.set_class_name(student.class_name());
    request.set_from_day(change.from_day());
    return WriteRow("student_update", change, request);
  }

  absl::Status WriteTransfer(const StudentChange& change) {
    consumption::v1::TransferStudentRequest request;
    request.set_school_id(school_id_);
    request.set_student_number(change.student().student_number());
    request.set_to_school_id(change.went_to().school_id());
    request.set_to_student_number(change.went_to().student_number());
    request.set_to_class_name(change.class_there());
    request.set_on_day(change.from_day());
    return WriteRow("student_transfer", change, request);
  }

  const ExportParts& parts_;
  const std::string& school_id_;
  Student before_;
  int number_ = 0;  // among the changes of the student
  std::map<int64_t, RollOver> roll_overs_;
};

template <typename Take>
absl::Status ForEachChange(const ExportParts& parts, const std::string& school_id,
                           const Take& take) {
  consumption::v1::ListStudentChangesRequest request;
  request.set_school_id(school_id);
  return ForEachPage(parts.connection, &SchoolService::Stub::ListStudentChanges, request,
                     [&](const consumption::v1::ListStudentChangesResponse& page) -> absl::Status {
                       for (const StudentChange& change : page.changes()) {
                         RETURN_IF_ERROR(take(change));
                       }
                       return absl::OkStatus();
                     });
}

}  // namespace

absl::Status WriteStudentChanges(const ExportParts& parts, const std::string& school_id) {
  ChangeWriter writer(parts, school_id);
  RETURN_IF_ERROR(ForEachChange(parts, school_id,
                                [&](const StudentChange& change) { return writer.Write(change); }));
  return writer.Finish();
}

absl::StatusOr<StudentsByNumber> FindAsEnrolled(const ExportParts& parts,
                                                const std::string& school_id) {
  StudentsByNumber enrolled;
  RETURN_IF_ERROR(ForEachChange(parts, school_id, [&](const StudentChange& change) {
    const bool is_shown = change.recorded_us() < parts.survey.end_us;
    if (is_shown && change.has_enrolled()) {
      enrolled.emplace(change.student().student_number(), change.enrolled());
    }
    return absl::OkStatus();
  }));
  return enrolled;
}

}  // namespace milkway::cli
