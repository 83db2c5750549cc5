// Children in class records, over gRPC: who was there, packs taken home, incidents,
// histories, and how old a record may be.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/consumption/v1/history.grpc.pb.h"
#include "milkway/consumption/v1/schools.grpc.pb.h"
#include "milkway/consumption/v1/summaries.grpc.pb.h"
#include "tests/consumption/consumption_system.h"
#include "tests/support/deployments.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::CallAndWait;
using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;
using ::milkway::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kContact[] = "school_contact:zhang:school";

class Histories : public testing::InEveryDeployment<ConsumptionSystem> {
 protected:
  template <typename Request, typename Response>
  absl::StatusOr<Response> Ask(grpc::Status (v1::HistoryService::Stub::*method)(
                                   grpc::ClientContext*, const Request&, Response*),
                               const Request& request, const std::string& caller = kContact) {
    return CallAndWait(milkway_.channel(), method, request, caller);
  }

  void Exclude(int32_t student, const std::string& from_day = "2025-06-05") {
    v1::UpdateStudentRequest request;
    request.set_request_id(milkway_.NextRequestId());
    request.set_school_id(kSchool);
    request.set_student_number(student);
    request.set_exclusion(v1::EXCLUSION_MILK_ALLERGY);
    request.set_from_day(from_day);
    ASSERT_THAT(CallAndWait(milkway_.channel(), &v1::SchoolService::Stub::UpdateStudent, request),
                IsOk());
  }

  v1::RecordDistributionRequest RequestWithIncident(const std::vector<int32_t>& incident,
                                                    int day = 10) {
    auto request = milkway_.MakeRequest(MakeDistribution({{lot_, 25, Students(1, 10)}}, "1A", day));
    for (const int32_t student : incident) request.mutable_incident()->add_student_numbers(student);
    request.mutable_incident()->set_note("cups were mixed up; the parents were called");
    return request;
  }

  // "10 1A daily SERVED 25 g"
  std::vector<std::string> HistoryOf(int32_t student, int page_size = 0) {
    v1::GetStudentHistoryRequest request;
    request.set_page_size(page_size);
    request.set_school_id(kSchool);
    request.set_student_number(student);
    std::vector<std::string> lines;
    do {
      const auto page = Ask(&v1::HistoryService::Stub::GetStudentHistory, request);
      EXPECT_THAT(page, IsOk());
      if (!page.ok()) return lines;
      for (const v1::StudentDay& day : page->days()) {
        for (const v1::StudentServing& serving : day.servings()) {
          lines.push_back(
              absl::StrCat(day.day().substr(8), " ", serving.class_name(), " ", serving.session(),
                           " ", v1::Presence_Name(serving.presence()).substr(9), " ",
                           serving.served_g(), " g", serving.is_incident() ? " incident" : ""));
        }
      }
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return lines;
  }

  int64_t lot_ = milkway_.Buy(200);
};

INSTANTIATE_TEST_SUITE_P(EveryDeployment, Histories, testing::EveryDeployment(),
                         testing::NameOfDeployment);

TEST_P(Histories, ARecordSaysWhoWasAbsentAndWhoRefused) {
  v1::Distribution distribution = MakeDistribution({{lot_, 25, Students(1, 10)}});
  distribution.add_absent_numbers(11);
  distribution.add_refused_numbers(12);
  const auto recorded = milkway_.Record(distribution);
  ASSERT_THAT(recorded, IsOk());

  const auto shown = milkway_.Get(recorded->distribution_id());

  ASSERT_THAT(shown, IsOk());
  EXPECT_THAT(shown->distribution().absent_numbers(), ElementsAre(11));
  EXPECT_THAT(shown->revisions(0).refused_numbers(), ElementsAre(12));
  auto correction =
      milkway_.MakeCorrection(recorded->distribution_id(), {{lot_, 25, Students(1, 11)}});
  correction.add_absent_numbers(12);
  ASSERT_THAT(milkway_.Correct(correction), IsOk());
  const auto corrected = milkway_.Get(recorded->distribution_id());
  EXPECT_THAT(corrected->distribution().absent_numbers(), ElementsAre(12));
  EXPECT_THAT(corrected->distribution().refused_numbers(), IsEmpty());
  EXPECT_THAT(corrected->revisions(0).absent_numbers(), ElementsAre(11));
}

TEST_P(Histories, AChildIsServedAbsentOrRefusedButNotTwoOfThem) {
  const auto with = [&](void (*change)(v1::Distribution&)) {
    v1::Distribution distribution = MakeDistribution({{lot_, 25, Students(1, 10)}});
    change(distribution);
    return milkway_.Record(distribution).status();
  };
  EXPECT_THAT(with([](auto& d) { d.add_absent_numbers(10); }),
              NamesField("distribution.absent_numbers"));
  EXPECT_THAT(with([](auto& d) { d.add_refused_numbers(1); }),
              NamesField("distribution.refused_numbers"));
  EXPECT_THAT(with([](auto& d) {
                d.add_absent_numbers(11);
                d.add_refused_numbers(11);
              }),
              NamesField("distribution.refused_numbers"));
  EXPECT_THAT(with([](auto& d) {
                d.add_absent_numbers(11);
                d.add_absent_numbers(11);
              }),
              NamesField("distribution.absent_numbers"));
  EXPECT_THAT(with([](auto& d) { d.add_absent_numbers(999); }), IsRefusal("STUDENT_UNKNOWN"));
  EXPECT_THAT(milkway_.ListAll(), IsEmpty());
}

TEST_P(Histories, PacksTakenHomeAreGramsAndNoSecondCup) {
  v1::Distribution packs = MakeDistribution({{lot_, 0, Students(1, 10)}});
  packs.mutable_lines(0)->set_take_home_packs(2);
  packs.mutable_lines(0)->set_pack_g(400);
  ASSERT_THAT(milkway_.Record(MakeDistribution({{lot_, 25, Students(1, 12)}})), IsOk());

  const auto recorded = milkway_.Record(packs);

  ASSERT_THAT(recorded, IsOk());
  EXPECT_EQ(recorded->served_twice_count(), 0);
  const auto shown = milkway_.Get(recorded->distribution_id());
  EXPECT_EQ(shown->distribution().session(), "take-home");
  EXPECT_EQ(shown->distribution().lines(0).serving_g(), 800);
  EXPECT_EQ(milkway_.Balance(lot_, inv::ACCOUNT_KIND_SERVED), 12 * 25 + 10 * 800);
  v1::ListServedTwiceRequest twice;
  twice.set_school_id(kSchool);
  EXPECT_THAT(Ask(&v1::HistoryService::Stub::ListServedTwice, twice)->days(), IsEmpty());
  ASSERT_THAT(milkway_.Record(MakeDistribution({{lot_, 25, Students(12, 2)}}, "1B")), IsOk());
  const auto listed = Ask(&v1::HistoryService::Stub::ListServedTwice, twice);
  ASSERT_THAT(listed->days(), SizeIs(1));
  EXPECT_THAT(listed->days(0).student_numbers(), ElementsAre(12));
}

TEST_P(Histories, PacksThatCannotBeAreRefused) {
  const auto with = [&](void (*change)(v1::DistributionLine&)) {
    v1::Distribution distribution = MakeDistribution({{lot_, 25, Students(1, 10)}});
    change(*distribution.mutable_lines(0));
    return milkway_.Record(distribution).status();
  };
  EXPECT_THAT(with([](auto& l) { l.set_opened_packs(1); }),
              NamesField("distribution.lines[0].pack_g"));
  EXPECT_THAT(with([](auto& l) { l.set_pack_g(400); }), NamesField("distribution.lines[0].pack_g"));
  EXPECT_THAT(with([](auto& l) {
                l.set_take_home_packs(1);
                l.set_pack_g(400);
              }),
              NamesField("distribution.lines[0].serving_g"));
  EXPECT_THAT(with([](auto& l) {
                l.set_take_home_packs(1);
                l.set_opened_packs(1);
                l.set_pack_g(25);
              }),
              NamesField("distribution.lines[0].opened_packs"));
  EXPECT_THAT(with([](auto& l) {
                l.set_take_home_packs(11);
                l.set_pack_g(1'000);
              }),
              NamesField("distribution.lines[0].take_home_packs"));
}

TEST_P(Histories, AnExcludedChildIsServedOnlyWithAStatedIncident) {
  Exclude(7);
  auto plain = milkway_.MakeRequest(MakeDistribution({{lot_, 25, Students(1, 10)}}));
  EXPECT_THAT(milkway_.Record(plain, kContact), IsRefusal("STUDENT_EXCLUDED"));
  EXPECT_THAT(milkway_.Record(RequestWithIncident({8}), kContact), IsRefusal("STUDENT_EXCLUDED"));
  EXPECT_THAT(milkway_.Record(RequestWithIncident({7, 8}), kContact),
              NamesField("incident.student_numbers"));
  EXPECT_THAT(milkway_.Record(RequestWithIncident({7, 30}), kContact),
              NamesField("incident.student_numbers"));
  EXPECT_THAT(milkway_.Record(RequestWithIncident({}), kContact),
              NamesField("incident.student_numbers"));

  const auto recorded = milkway_.Record(RequestWithIncident({7}), kContact);

  ASSERT_THAT(recorded, IsOk());
  v1::ListIncidentsRequest asking;
  asking.set_school_id(kSchool);
  auto incidents = Ask(&v1::HistoryService::Stub::ListIncidents, asking);
  ASSERT_THAT(incidents, IsOk());
  ASSERT_THAT(incidents->incidents(), SizeIs(1));
  EXPECT_THAT(incidents->incidents(0).student_numbers(), ElementsAre(7));
  EXPECT_TRUE(incidents->incidents(0).still_stands());
  asking.set_since_us(incidents->incidents(0).recorded_us() + 1);
  EXPECT_THAT(Ask(&v1::HistoryService::Stub::ListIncidents, asking)->incidents(), IsEmpty());

  ASSERT_THAT(milkway_.Correct(recorded->distribution_id(), {{lot_, 25, Students(1, 6)}}), IsOk());
  asking.clear_since_us();
  incidents = Ask(&v1::HistoryService::Stub::ListIncidents, asking);
  ASSERT_THAT(incidents->incidents(), SizeIs(1));
  EXPECT_FALSE(incidents->incidents(0).still_stands());
}

TEST_P(Histories, StaffHearOfIncidentsWithoutTheChild) {
  Exclude(7);
  ASSERT_THAT(milkway_.Record(RequestWithIncident({7})), IsOk());
  const v1::ListIncidentCountsRequest request;

  for (const char* staff : {"procurement:p", "auditor:a", "service:planning"}) {
    const auto counts = Ask(&v1::HistoryService::Stub::ListIncidentCounts, request, staff);
    ASSERT_THAT(counts, IsOk());
    ASSERT_THAT(counts->counts(), SizeIs(1));
    EXPECT_EQ(counts->counts(0).students(), 1);
    EXPECT_EQ(counts->counts(0).school_id(), kSchool);
    v1::ListIncidentsRequest names;
    names.set_school_id(kSchool);
    EXPECT_THAT(Ask(&v1::HistoryService::Stub::ListIncidents, names, staff),
                StatusIs(absl::StatusCode::kPermissionDenied));
  }
  EXPECT_THAT(Ask(&v1::HistoryService::Stub::ListIncidentCounts, request, kContact),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_P(Histories, AChildsHistoryIsItsClassDaysAndWhatItGotElsewhere) {
  Exclude(12, "2025-06-11");
  v1::Distribution monday = MakeDistribution({{lot_, 25, Students(1, 10)}}, "1A", 9);
  monday.add_absent_numbers(11);
  monday.add_refused_numbers(12);
  ASSERT_THAT(milkway_.Record(monday), IsOk());
  ASSERT_THAT(milkway_.Record(MakeDistribution({{lot_, 20, {11, 20}}}, "1B", 10)), IsOk());
  ASSERT_THAT(milkway_.Record(MakeDistribution({{lot_, 25, Students(1, 11)}}, "1A", 11)), IsOk());
  ASSERT_THAT(milkway_.Record(MakeDistribution({{lot_, 20, {11}}}, "1B", 11)), IsOk());

  const std::vector<std::string> history = {"09 1A daily ABSENT 0 g", "10 1B daily SERVED 20 g",
                                            "11 1A daily SERVED 25 g", "11 1B daily SERVED 20 g"};
  EXPECT_EQ(HistoryOf(11), history);
  EXPECT_EQ(HistoryOf(11, 1), history);
  EXPECT_THAT(HistoryOf(12), ElementsAre("09 1A daily REFUSED 0 g", "11 1A daily EXCLUDED 0 g"));
  EXPECT_THAT(HistoryOf(13),
              ElementsAre("09 1A daily NOT_STATED 0 g", "11 1A daily NOT_STATED 0 g"));
  v1::GetStudentHistoryRequest request;
  request.set_school_id(kSchool);
  request.set_student_number(999);
  EXPECT_THAT(Ask(&v1::HistoryService::Stub::GetStudentHistory, request),
              IsRefusal("STUDENT_UNKNOWN"));
  EXPECT_THAT(
      Ask(&v1::HistoryService::Stub::GetStudentHistory, request, "school_contact:wu:other-school"),
      StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_P(Histories, ASchoolRecordsATermBackAndTheAdministrationAnyDay) {
  const auto request = milkway_.MakeRequest(MakeDistribution({{lot_, 25, Students(1, 10)}}));
  const auto recorded = milkway_.Record(request, kContact);
  ASSERT_THAT(recorded, IsOk());
  // 2025-06-10 and 200 days are 2025-12-27.
  milkway_.system().clock().Set(1'766'880'000'000'000);  // 2025-12-28T00:00Z
  auto later = milkway_.MakeRequest(MakeDistribution({{lot_, 25, Students(1, 10)}}, "1B"));
  const auto correction = milkway_.MakeCorrection(recorded->distribution_id(), {});

  EXPECT_THAT(milkway_.Record(later, kContact), IsRefusal("RECORD_TOO_OLD"));
  EXPECT_THAT(milkway_.Correct(correction, kContact), IsRefusal("RECORD_TOO_OLD"));

  EXPECT_THAT(milkway_.Record(later), IsOk());
  later = milkway_.MakeRequest(MakeDistribution({{lot_, 25, Students(1, 10)}}, "1B", 11));
  EXPECT_THAT(milkway_.Record(later, kContact), IsOk());
}

}  // namespace
}  // namespace milkway::consumption
