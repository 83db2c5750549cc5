#include "services/consumption/summary_service.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "clients/cpp/status_macros.h"
#include "services/consumption/calendar_convert.h"
#include "services/consumption/schools.h"
#include "services/consumption/summary_convert.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"
#include "services/runtime/page_scan.h"

namespace milkway::consumption {

using runtime::Call;
using storage::Reader;

namespace {

constexpr int32_t kSummaryDaysMax = 400;
constexpr int32_t kCheckDaysMax = 200;

using SchoolPlace = KeySchema<0x030B, uint32_t>;  // where a page of schools goes on
using StudentPlace = KeySchema<0x0304, uint32_t, uint32_t>;

// The ids of schools that a page names again and again.
class SchoolIds {
 public:
  explicit SchoolIds(const Reader& reader) : reader_(reader) {}

  absl::StatusOr<std::string> Of(uint32_t school_number) {
    const auto known = ids_.find(school_number);
    if (known != ids_.end()) return known->second;
    ASSIGN_OR_RETURN(std::string id, FindSchoolId(reader_, school_number));
    ids_.emplace(school_number, id);
    return id;
  }

 private:
  const Reader& reader_;
  absl::flat_hash_map<uint32_t, std::string> ids_;
};

absl::StatusOr<LotDaysAsked> ParseLotDays(const Reader& reader,
                                          const v1::ListLotClassDaysRequest& request) {
  LotDaysAsked asked;
  ASSIGN_OR_RETURN(asked.lots, ParseLots(request.lot_ids()));
  if (!request.school_id().empty()) {
    ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(reader, request.school_id()));
    asked.school_number = school.number();
  }
  if (!request.from_day().empty()) {
    ASSIGN_OR_RETURN(asked.from, ParseDate("from_day", request.from_day()));
  }
  if (!request.to_day().empty()) {
    ASSIGN_OR_RETURN(asked.to, ParseDate("to_day", request.to_day()));
  }
  if (asked.to < asked.from) {
    return runtime::InvalidField("to_day", "must not be before from_day");
  }
  return asked;
}

// A page of the rows of several lots, one lot after the other.
absl::Status AddClassDays(const Reader& reader, const v1::ListLotClassDaysRequest& request,
                          v1::ListLotClassDaysResponse* answer) {
  ASSIGN_OR_RETURN(const LotDaysAsked asked, ParseLotDays(reader, request));
  ASSIGN_OR_RETURN(const runtime::PageRequest page, runtime::ParsePage(request));
  SchoolIds ids(reader);
  std::string last_key;
  absl::Status status;
  bool has_more = false;
  size_t looked_at = 0;
  for (const storage::KeyRange& range : RangesOf(asked)) {
    RETURN_IF_ERROR(LotDayTable::Scan(
        reader, page.Rest(range), [&](const LotDayKey::Key& key, const rec::LotDayRecord& record) {
          has_more = static_cast<size_t>(answer->class_days_size()) == page.size ||
                     looked_at == runtime::kRowsPerPageMax;
          if (has_more) return false;
          ++looked_at;
          last_key = std::apply(LotDayKey::Encode, key);
          if (!IsAsked(asked, key)) return true;
          const auto school_id = ids.Of(std::get<1>(key));
          status = school_id.status();
          if (!status.ok()) return false;
          *answer->add_class_days() = ToMessage(*school_id, key, record);
          return true;
        }));
    RETURN_IF_ERROR(status);
    if (has_more) break;
  }
  if (has_more) answer->set_next_page_token(runtime::NextPageToken(request, last_key));
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* SummaryService::ListLotSchools(Context* context,
                                                         const v1::ListLotSchoolsRequest* request,
                                                         v1::ListLotSchoolsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::ListLotSchoolsResponse> {
        ASSIGN_OR_RETURN(const std::vector<LotId> lots, ParseLots(request->lot_ids()));
        ASSIGN_OR_RETURN(const runtime::PageRequest page, runtime::ParsePage(*request));
        uint32_t after = 0;
        if (!page.after_key.empty()) {
          ASSIGN_OR_RETURN(const SchoolPlace::Key place, SchoolPlace::Decode(page.after_key));
          after = std::get<0>(place);
        }
        ASSIGN_OR_RETURN(const LotSchoolPage found, FindLotSchools(reader, lots, after, page.size));
        v1::ListLotSchoolsResponse answer;
        for (const LotSchoolSums& sums : found.schools) {
          ASSIGN_OR_RETURN(const std::string id, FindSchoolId(reader, sums.school_number));
          *answer.add_schools() = ToMessage(id, sums);
        }
        if (found.go_on_after.has_value()) {
          answer.set_next_page_token(
              runtime::NextPageToken(*request, SchoolPlace::Encode(*found.go_on_after)));
        }
        return answer;
      });
}

grpc::ServerUnaryReactor* SummaryService::ListLotClassDays(
    Context* context, const v1::ListLotClassDaysRequest* request,
    v1::ListLotClassDaysResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::ListLotClassDaysResponse> {
        v1::ListLotClassDaysResponse answer;
        RETURN_IF_ERROR(AddClassDays(reader, *request, &answer));
        return answer;
      });
}

grpc::ServerUnaryReactor* SummaryService::ListLotStudents(Context* context,
                                                          const v1::ListLotStudentsRequest* request,
                                                          v1::ListLotStudentsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::ListLotStudentsResponse> {
        ASSIGN_OR_RETURN(const std::vector<LotId> lots, ParseLots(request->lot_ids()));
        ASSIGN_OR_RETURN(const runtime::PageRequest page, runtime::ParsePage(*request));
        ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(reader, request->school_id()));
        int32_t after = 0;
        if (!page.after_key.empty()) {
          ASSIGN_OR_RETURN(const StudentPlace::Key place, StudentPlace::Decode(page.after_key));
          after = static_cast<int32_t>(std::get<1>(place));
        }
        ASSIGN_OR_RETURN(const LotStudentPage found,
                         FindLotStudents(reader, school.number(), lots, after, page.size));
        v1::ListLotStudentsResponse answer;
        for (const LotStudentCount& count : found.students) {
          v1::LotStudent& student = *answer.add_students();
          student.set_student_number(count.student_number);
          student.set_servings(count.servings);
        }
        if (found.has_more) {
          const auto last = static_cast<uint32_t>(found.students.back().student_number);
          answer.set_next_page_token(
              runtime::NextPageToken(*request, StudentPlace::Encode(school.number(), last)));
        }
        return answer;
      });
}

grpc::ServerUnaryReactor* SummaryService::SummarizeServings(
    Context* context, const v1::SummarizeServingsRequest* request,
    v1::SummarizeServingsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader,
                const Call&) -> absl::StatusOr<v1::SummarizeServingsResponse> {
        ASSIGN_OR_RETURN(const DaysAsked asked,
                         ParseDaysAsked(request->from_day(), request->to_day(), kSummaryDaysMax));
        ASSIGN_OR_RETURN(const Period period, ParsePeriod(request->period()));
        ASSIGN_OR_RETURN(const std::string class_name, ParseClassFilter(request->class_name()));
        ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(reader, request->school_id()));
        ASSIGN_OR_RETURN(const std::vector<PeriodSums> periods,
                         SumUpPeriods(reader, school.number(), class_name, asked, period));
        v1::SummarizeServingsResponse answer;
        for (const PeriodSums& sums : periods) *answer.add_periods() = ToMessage(sums);
        return answer;
      });
}

grpc::ServerUnaryReactor* SummaryService::CheckServings(Context* context,
                                                        const v1::CheckServingsRequest* request,
                                                        v1::CheckServingsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::CheckServingsResponse> {
        ASSIGN_OR_RETURN(const DaysAsked asked,
                         ParseDaysAsked(request->from_day(), request->to_day(), kCheckDaysMax));
        ASSIGN_OR_RETURN(const std::string class_name, ParseClassFilter(request->class_name()));
        ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(reader, request->school_id()));
        ASSIGN_OR_RETURN(const std::vector<CupsAndBags> lots,
                         CompareCupsAndBags(reader, school.number(), class_name, asked));
        v1::CheckServingsResponse answer;
        for (const CupsAndBags& lot : lots) *answer.add_lots() = ToMessage(lot);
        return answer;
      });
}

grpc::ServerUnaryReactor* SummaryService::ListServedDays(Context* context,
                                                         const v1::ListServedDaysRequest* request,
                                                         v1::ListServedDaysResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::ListServedDaysResponse> {
        ASSIGN_OR_RETURN(const DaysAsked asked,
                         ParseAnyDays(request->from_day(), request->to_day()));
        ASSIGN_OR_RETURN(const std::string class_name, ParseClassFilter(request->class_name()));
        ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(reader, request->school_id()));
        v1::ListServedDaysResponse answer;
        absl::Status status;
        ASSIGN_OR_RETURN(*answer.mutable_next_page_token(),
                         runtime::ScanPage<DayTable>(
                             reader, DaysBetween(school.number(), asked.from, asked.to), *request,
                             [&](const DayTable::Key& key, const rec::DayRecord& record) {
                               const LocalDate day{static_cast<int32_t>(std::get<1>(key))};
                               const auto sums =
                                   SumsFor(reader, school.number(), day, record, class_name);
                               status.Update(sums.status());
                               if (!sums.ok() || sums->class_records == 0) return false;
                               *answer.add_days() = ToMessage(day, *sums);
                               return true;
                             }));
        RETURN_IF_ERROR(status);
        return answer;
      });
}

}  // namespace milkway::consumption
