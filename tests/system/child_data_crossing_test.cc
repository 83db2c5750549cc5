// What tells of a child stays with the consumption service, which can run alone in the
// children's country: by what the messages between services can hold, and by the bytes
// that go over the wire.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/synchronization/mutex.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/common/v1/access.pb.h"
#include "milkway/consumption/v1/consents.grpc.pb.h"
#include "milkway/consumption/v1/distributions.grpc.pb.h"
#include "milkway/consumption/v1/history.grpc.pb.h"
#include "milkway/consumption/v1/measurements.grpc.pb.h"
#include "milkway/consumption/v1/personal.grpc.pb.h"
#include "milkway/impact/v1/donors.grpc.pb.h"
#include "milkway/planning/v1/alerts.grpc.pb.h"
#include "milkway/planning/v1/plans.grpc.pb.h"
#include "milkway/trace/v1/recalls.grpc.pb.h"
#include "milkway/trace/v1/trace.grpc.pb.h"
#include "services/milkwayd/targets.h"
#include "services/runtime/sensitivity.h"
#include "tests/support/status_matchers.h"
#include "tests/trace/programme.h"

namespace milkway {
namespace {

namespace con = consumption::v1;
namespace inv = inventory::v1;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;
using testing::InProcessSystem;
using ::testing::IsEmpty;
using testing::IsOk;

// The fields in a message of a type, also in its parts, that `is_meant` accepts.
template <typename IsMeant>
void Collect(const Descriptor* type, const IsMeant& is_meant, std::set<const Descriptor*>* seen,
             std::vector<std::string>* found) {
  if (!seen->insert(type).second) return;
  for (int index = 0; index < type->field_count(); ++index) {
    const FieldDescriptor& field = *type->field(index);
    if (is_meant(field)) found->push_back(field.full_name());
    if (field.message_type() != nullptr) Collect(field.message_type(), is_meant, seen, found);
  }
}

bool IsOpenToServices(const MethodDescriptor& method) {
  for (const int role : method.options().GetExtension(common::v1::access).roles()) {
    if (role == common::v1::ROLE_SERVICE) return true;
  }
  return false;
}

// Fields of consumption must name nobody at all; those of others may name a contact.
bool TellsOfAChild(const FieldDescriptor& field) {
  switch (runtime::SensitivityOf(field)) {
    case common::v1::SENSITIVITY_CHILD:
    case common::v1::SENSITIVITY_ROSTER_NUMBER:
      return true;
    case common::v1::SENSITIVITY_PERSONAL:
      return absl::StartsWith(field.full_name(), "milkway.consumption.");
    default:
      return false;
  }
}

TEST(ChildDataCrossing, NoMessageOpenToServicesHasAFieldOfAChild) {
  int methods = 0;
  for (const ServiceDescriptor* service : DescriptorsOf(AllTargets())) {
    for (int index = 0; index < service->method_count(); ++index) {
      const MethodDescriptor& method = *service->method(index);
      if (!IsOpenToServices(method)) continue;
      ++methods;
      std::set<const Descriptor*> seen;
      std::vector<std::string> found;
      Collect(method.input_type(), TellsOfAChild, &seen, &found);
      Collect(method.output_type(), TellsOfAChild, &seen, &found);
      EXPECT_THAT(found, IsEmpty()) << method.full_name();
    }
  }
  EXPECT_GT(methods, 40);
}

TEST(ChildDataCrossing, NoOtherServiceHasAFieldOfAChild) {
  for (const ServiceDescriptor* service : DescriptorsOf(AllTargets())) {
    if (absl::StartsWith(service->full_name(), "milkway.consumption.")) continue;
    for (int index = 0; index < service->method_count(); ++index) {
      std::set<const Descriptor*> seen;
      std::vector<std::string> found;
      Collect(service->method(index)->input_type(), TellsOfAChild, &seen, &found);
      Collect(service->method(index)->output_type(), TellsOfAChild, &seen, &found);
      EXPECT_THAT(found, IsEmpty()) << service->method(index)->full_name();
    }
  }
}

// The other two tests are as good as the marks; a new field must not be forgotten.
TEST(ChildDataCrossing, FieldsThatLookLikeAChildAreMarked) {
  const std::set<std::string> telling = {
      "student_number", "student_numbers", "to_student_number", "confirm_student_number",
      "absent_numbers", "refused_numbers", "birth_month",       "height_mm",
      "oedema",         "excluded_from",   "guardian_name",     "witness_name"};
  const auto is_forgotten = [&telling](const FieldDescriptor& field) {
    return telling.count(field.name()) > 0 &&
           runtime::SensitivityOf(field) == common::v1::SENSITIVITY_UNSPECIFIED;
  };
  std::set<const Descriptor*> seen;
  std::vector<std::string> forgotten;
  for (const ServiceDescriptor* service : DescriptorsOf(AllTargets())) {
    for (int index = 0; index < service->method_count(); ++index) {
      Collect(service->method(index)->input_type(), is_forgotten, &seen, &forgotten);
      Collect(service->method(index)->output_type(), is_forgotten, &seen, &forgotten);
    }
  }
  EXPECT_THAT(forgotten, IsEmpty());
}

TEST(ChildDataCrossing, WhoeverIsToldOfSingleChildrenIsKeptInTheAuditLog) {
  for (const ServiceDescriptor* service : DescriptorsOf(AllTargets())) {
    for (int index = 0; index < service->method_count(); ++index) {
      const MethodDescriptor& method = *service->method(index);
      std::set<const Descriptor*> seen;
      std::vector<std::string> told;
      Collect(method.output_type(), TellsOfAChild, &seen, &told);
      const bool is_kept = method.options().GetExtension(common::v1::access).child_data();
      EXPECT_TRUE(told.empty() || is_kept)
          << method.full_name() << " answers " << absl::StrJoin(told, ", ")
          << " and does not say child_data";
    }
  }
}

// Words that are planted where children are, and must not be seen between services.
constexpr char kName[] = "王小明";
constexpr char kGuardian[] = "赵奶奶";
constexpr char kNote[] = "drank the cup of a friend";
constexpr int32_t kNumber = 77'777;
// The number as protobuf writes it; no text has these bytes, and no other number here.
constexpr char kNumberBytes[] = "\xD1\xDF\x04";
constexpr int64_t kHeightMm = 1'357;
constexpr char kHeightBytes[] = "\x10\xCD\x0A";  // with its field's tag before it

// All that goes from service to service.
class Wire {
 public:
  void Keep(const std::string& method, const std::string& bytes) {
    absl::MutexLock lock(&mutex_);
    ++calls_[method];
    bytes_ += bytes;
  }
  bool Holds(const std::string& bytes) {
    absl::MutexLock lock(&mutex_);
    return absl::StrContains(bytes_, bytes);
  }
  // Calls whose method ends so.
  int CallsOf(const std::string& method) {
    absl::MutexLock lock(&mutex_);
    int calls = 0;
    for (const auto& [name, count] : calls_) {
      if (absl::EndsWith(name, "/" + method)) calls += count;
    }
    return calls;
  }

 private:
  absl::Mutex mutex_;
  std::map<std::string, int> calls_;
  std::string bytes_;
};

class OnTheWire : public ::testing::Test {
 protected:
  static constexpr char kContact[] = "school_contact:wang:east";

  OnTheWire() : programme_(InProcessSystem::Keys::kKept) {
    programme_.AddPlace("depot", inv::LOCATION_KIND_WAREHOUSE);
    programme_.AddSchool("east", 40);
    programme_.SetPolicy("east", 25);
    lot_ = programme_.Buy("L1", 40, "depot");
    programme_.Send("S-1", "depot", "east", lot_, 20, 5);
    for (const char* service :
         {"inventory", "shipments", "consumption", "trace", "planning", "impact"}) {
      programme_.system().LinkTo(service).ShowTo(
          [this](const std::string& method, const std::string& bytes) {
            wire_.Keep(method, bytes);
          });
    }
    programme_.Receive("S-1", lot_, 20, 0, 0, 8);
    PlantTheChild();
  }

  // On the roster with all that can be kept of a child.
  void PlantTheChild() {
    con::EnrolStudentsRequest enrolment;
    enrolment.set_request_id(programme_.NextRequestId());
    enrolment.set_school_id("east");
    con::Student& student = *enrolment.add_students();
    student.set_student_number(kNumber);
    student.set_class_name("1A");
    student.set_birth_month("2018-03");
    student.set_sex(con::SEX_FEMALE);
    student.set_enrolled_on("2024-09-01");
    student.set_exclusion(con::EXCLUSION_MILK_ALLERGY);
    for (const auto purpose : {con::CONSENT_PURPOSE_NAME, con::CONSENT_PURPOSE_MEASUREMENTS}) {
      con::EnrolmentConsent& consent = *enrolment.add_consents();
      consent.set_student_number(kNumber);
      consent.mutable_statement()->set_purpose(purpose);
      consent.mutable_statement()->set_relation(con::GUARDIAN_RELATION_GRANDPARENT);
      consent.mutable_statement()->set_manner(con::CONSENT_MANNER_PAPER);
      consent.mutable_statement()->set_given_on("2024-09-01");
    }
    ASSERT_THAT(programme_.Call(&con::SchoolService::Stub::EnrolStudents, enrolment), IsOk());
    NameTheChild();
    MeasureTheChild();
    ServeTheChild();
  }

  void NameTheChild() {
    con::SetStudentPersonalRequest request;
    request.set_request_id(programme_.NextRequestId());
    request.set_school_id("east");
    con::PersonalChange& change = *request.add_students();
    change.set_student_number(kNumber);
    change.set_name(kName);
    change.set_note(kNote);
    ASSERT_THAT(
        programme_.Call(&con::StudentPersonalService::Stub::SetStudentPersonal, request, kContact),
        IsOk());
    con::RecordConsentRequest consent;
    consent.set_request_id(programme_.NextRequestId());
    consent.set_school_id("east");
    consent.set_student_number(kNumber);
    consent.mutable_statement()->set_purpose(con::CONSENT_PURPOSE_MILK);
    consent.mutable_statement()->set_relation(con::GUARDIAN_RELATION_GRANDPARENT);
    consent.mutable_statement()->set_manner(con::CONSENT_MANNER_PAPER);
    consent.mutable_statement()->set_given_on("2024-09-01");
    consent.set_guardian_name(kGuardian);
    ASSERT_THAT(programme_.Call(&con::ConsentService::Stub::RecordConsent, consent, kContact),
                IsOk());
  }

  void MeasureTheChild() {
    con::RecordMeasurementsRequest request;
    request.set_request_id(programme_.NextRequestId());
    request.set_school_id("east");
    request.set_measured_on("2025-05-20");
    con::Measurement& measurement = *request.add_measurements();
    measurement.set_student_number(kNumber);
    measurement.set_height_mm(kHeightMm);
    ASSERT_THAT(
        programme_.Call(&con::MeasurementService::Stub::RecordMeasurements, request, kContact),
        IsOk());
  }

  // By mistake: an incident, with a note that names the child.
  void ServeTheChild() {
    con::RecordDistributionRequest request;
    request.set_request_id(programme_.NextRequestId());
    con::Distribution& distribution = *request.mutable_distribution();
    distribution.set_school_id("east");
    distribution.set_served_on("2025-05-26");
    distribution.set_class_name("1A");
    con::DistributionLine& line = *distribution.add_lines();
    line.set_lot_id(lot_);
    line.set_serving_g(25);
    for (int number = 1; number <= 30; ++number) line.add_student_numbers(number);
    line.add_student_numbers(kNumber);
    request.mutable_incident()->add_student_numbers(kNumber);
    request.mutable_incident()->set_note(absl::StrCat(kName, " ", kNote));
    ASSERT_THAT(
        programme_.Call(&con::DistributionService::Stub::RecordDistribution, request, kContact),
        IsOk());
  }

  // Everything that makes services ask consumption.
  void AskEverything() {
    trace::v1::TraceLotRequest lot;
    lot.add_lot_ids(lot_);
    EXPECT_THAT(programme_.Call(&trace::v1::TraceService::Stub::TraceLot, lot), IsOk());
    trace::v1::TraceServingRequest serving;
    serving.set_location_id("east");
    serving.set_served_on("2025-05-26");
    serving.set_class_name("1A");
    EXPECT_THAT(programme_.Call(&trace::v1::TraceService::Stub::TraceServing, serving), IsOk());
    programme_.PlaceRecall("R-1", "L1");
    trace::v1::GetRecallListRequest recall;
    recall.set_recall_id("R-1");
    EXPECT_THAT(programme_.Call(&trace::v1::RecallListService::Stub::GetRecallList, recall),
                IsOk());
    planning::v1::GetSchoolPlanRequest plan;
    plan.set_school_id("east");
    EXPECT_THAT(programme_.Call(&planning::v1::PlanService::Stub::GetSchoolPlan, plan), IsOk());
    planning::v1::EvaluateAlertsRequest alerts;
    alerts.set_request_id(programme_.NextRequestId());
    EXPECT_THAT(programme_.Call(&planning::v1::AlertService::Stub::EvaluateAlerts, alerts), IsOk());
    EXPECT_THAT(programme_.Call(&impact::v1::DonorService::Stub::GetProgrammeImpact,
                                impact::v1::GetProgrammeImpactRequest()),
                IsOk());
  }

  trace::Programme programme_;
  Wire wire_;
  int64_t lot_ = 0;
};

TEST_F(OnTheWire, NoByteBetweenServicesTellsOfAChild) {
  AskEverything();

  // What is looked at did go over the wire.
  for (const char* method :
       {"BatchPost", "ListLotClassDays", "ListIncidentCounts", "ListSchools"}) {
    EXPECT_GT(wire_.CallsOf(method), 0) << method;
  }
  EXPECT_TRUE(wire_.Holds("east"));
  for (const std::string& planted :
       {std::string(kName), std::string(kGuardian), std::string(kNote), std::string(kNumberBytes),
        absl::StrCat(kNumber), std::string(kHeightBytes), std::string("2018-03")}) {
    EXPECT_FALSE(wire_.Holds(planted)) << absl::CHexEscape(planted);
  }
}

TEST_F(OnTheWire, ASearchOfThisKindFindsWhatIsSent) {
  con::ListIncidentsRequest request;
  request.set_school_id("east");
  const auto answer =
      testing::CallAndWait(programme_.system().LinkTo("consumption").channel(),
                           &con::HistoryService::Stub::ListIncidents, request, kContact);
  ASSERT_THAT(answer, IsOk());

  EXPECT_TRUE(wire_.Holds(kName));
  EXPECT_TRUE(wire_.Holds(kNote));
  EXPECT_TRUE(wire_.Holds(kNumberBytes));
}

}  // namespace
}  // namespace milkway
