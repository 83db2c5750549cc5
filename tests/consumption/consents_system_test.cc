// The consents of guardians: a history, and what follows when they are taken back.

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "services/consumption/consumption_keys.h"
#include "tests/consumption/children_fixture.h"
#include "tests/support/status_matchers.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::FilesHold;
using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;
using ::milkway::testing::StatusIs;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Consents = v1::ConsentService::Stub;

class ConsentsSystemTest : public ChildrenTest {
 protected:
  void ExcludeFrom(int32_t student, v1::Exclusion exclusion, const std::string& from) {
    v1::UpdateStudentRequest request;
    request.set_request_id(milkway_.NextRequestId());
    request.set_school_id(kSchool);
    request.set_student_number(student);
    request.set_exclusion(exclusion);
    request.set_from_day(from);
    ASSERT_THAT(Call(&v1::SchoolService::Stub::UpdateStudent, request), IsOk());
  }
  int32_t Record(int32_t student, v1::ConsentPurpose purpose, const std::string& guardian = "") {
    const auto recorded =
        Call(&Consents::RecordConsent, ConsentRequest(student, purpose, guardian));
    EXPECT_THAT(recorded, IsOk());
    return recorded.ok() ? recorded->consent_number() : 0;
  }
};

TEST_F(ConsentsSystemTest, AConsentSaysWhoWhenAndHow) {
  const int32_t number = Record(30, v1::CONSENT_PURPOSE_MILK, "王奶奶");

  const std::vector<v1::Consent> consents = ConsentsOf(30);

  EXPECT_EQ(number, 1);
  ASSERT_THAT(consents, SizeIs(1));
  EXPECT_EQ(consents[0].statement().relation(), v1::GUARDIAN_RELATION_GRANDPARENT);
  EXPECT_EQ(consents[0].statement().given_on(), "2025-05-02");
  EXPECT_EQ(consents[0].guardian_name(), "王奶奶");
  EXPECT_EQ(consents[0].recorded_by(), "wang");
  EXPECT_EQ(consents[0].withdrawn_on(), "");
}

TEST_F(ConsentsSystemTest, StaffSeeThatThereIsOneAndNoNames) {
  Record(30, v1::CONSENT_PURPOSE_MILK, "王奶奶");

  for (const char* staff : {"admin:lin", "auditor:a"}) {
    ASSERT_THAT(ConsentsOf(30, staff), SizeIs(1)) << staff;
    EXPECT_EQ(ConsentsOf(30, staff)[0].guardian_name(), "") << staff;
  }
  v1::ListConsentsRequest request;
  request.set_school_id(kSchool);
  for (const char* caller : {kOtherContact, "procurement:p", "service:trace", "donor:d:school"}) {
    EXPECT_THAT(Call(&Consents::ListConsents, request, caller),
                StatusIs(absl::StatusCode::kPermissionDenied))
        << caller;
  }
}

TEST_F(ConsentsSystemTest, TheAdministrationRecordsConsentsButNoNames) {
  EXPECT_THAT(Call(&Consents::RecordConsent, ConsentRequest(30, v1::CONSENT_PURPOSE_MILK, "王奶奶"),
                   "admin:lin"),
              NamesField("guardian_name"));
  EXPECT_THAT(
      Call(&Consents::RecordConsent, ConsentRequest(30, v1::CONSENT_PURPOSE_MILK), "admin:lin"),
      IsOk());
}

TEST_F(ConsentsSystemTest, TheSameStatementStandsOnceAndMayGetItsNamesLater) {
  EXPECT_EQ(Record(30, v1::CONSENT_PURPOSE_MILK), 1);
  EXPECT_EQ(Record(30, v1::CONSENT_PURPOSE_MILK), 1);
  EXPECT_EQ(Record(30, v1::CONSENT_PURPOSE_MILK, "王奶奶"), 1);
  EXPECT_EQ(Record(30, v1::CONSENT_PURPOSE_PHOTO), 2);

  EXPECT_EQ(ConsentsOf(30)[0].guardian_name(), "王奶奶");
}

TEST_F(ConsentsSystemTest, AWithdrawalStaysOnRecordAndANewConsentStandsBesideIt) {
  Record(30, v1::CONSENT_PURPOSE_NAME);
  ASSERT_THAT(Withdraw(30, 1), IsOk());

  EXPECT_THAT(Withdraw(30, 1), IsRefusal("CONSENT_WITHDRAWN"));
  EXPECT_THAT(Withdraw(30, 2), IsRefusal("CONSENT_UNKNOWN"));
  EXPECT_EQ(Record(30, v1::CONSENT_PURPOSE_NAME), 2);

  const std::vector<v1::Consent> consents = ConsentsOf(30);
  ASSERT_THAT(consents, SizeIs(2));
  EXPECT_EQ(consents[0].withdrawn_on(), "2025-06-01");
  EXPECT_EQ(consents[0].withdrawn_by(), "wang");
  EXPECT_EQ(consents[1].withdrawn_on(), "");
}

TEST_F(ConsentsSystemTest, WithoutTheLastConsentToItANameGoesWithItsKey) {
  SetName(7, "王小明");
  const std::string key = SealedKey(7);
  Record(7, v1::CONSENT_PURPOSE_NAME);
  ASSERT_THAT(ConsentsOf(7), SizeIs(3));

  const auto first = Withdraw(7, 1);
  ASSERT_THAT(first, IsOk());
  EXPECT_FALSE(first->name_erased()) << "the grandparents still agree";
  EXPECT_EQ(NameOf(7), "王小明");
  const auto last = Withdraw(7, 3);

  EXPECT_TRUE(last->name_erased());
  EXPECT_EQ(NameOf(7), "");
  EXPECT_FALSE(FilesHold(system().FolderOf("consumption"), key));
  EXPECT_THAT(Call(&v1::StudentPersonalService::Stub::SetStudentPersonal, NameRequest(7, "x")),
              IsRefusal("CONSENT_MISSING"));
}

TEST_F(ConsentsSystemTest, MeasuringStopsAtOnceAndFiguresGoIfTheGuardianWishes) {
  Measure(7, "2025-05-20", 1'200);
  Measure(8, "2025-05-20", 1'300);

  const auto kept = Withdraw(8, 2);
  const auto erased = Withdraw(7, 2, /*erase_recorded=*/true);

  EXPECT_EQ(kept->measurements_erased(), 0);
  EXPECT_EQ(erased->measurements_erased(), 1);
  EXPECT_THAT(MeasurementsOf(8), SizeIs(1));
  EXPECT_THAT(MeasurementsOf(7), IsEmpty());
  v1::RecordMeasurementsRequest request;
  request.set_request_id(milkway_.NextRequestId());
  request.set_school_id(kSchool);
  request.set_measured_on("2025-05-21");
  request.add_measurements()->set_student_number(8);
  request.mutable_measurements(0)->set_height_mm(1'301);
  EXPECT_THAT(Call(&v1::MeasurementService::Stub::RecordMeasurements, request),
              IsRefusal("CONSENT_MISSING"))
      << "also of days on which it was still given";
}

TEST_F(ConsentsSystemTest, AChildWhoseGuardiansTakeMilkBackIsGivenNone) {
  Record(30, v1::CONSENT_PURPOSE_MILK);

  const auto withdrawn = Withdraw(30, 1);

  ASSERT_THAT(withdrawn, IsOk());
  EXPECT_TRUE(withdrawn->excluded());
  EXPECT_EQ(OnRoster(30).exclusion(), v1::EXCLUSION_DECLINED);
  EXPECT_EQ(OnRoster(30).excluded_from(), "2025-06-01");
}

TEST_F(ConsentsSystemTest, ALaterExclusionDoesNotLetItDrinkUntilThen) {
  Record(30, v1::CONSENT_PURPOSE_MILK);
  ExcludeFrom(30, v1::EXCLUSION_MILK_ALLERGY, "2025-07-01");

  const auto withdrawn = Withdraw(30, 1);

  ASSERT_THAT(withdrawn, IsOk());
  EXPECT_TRUE(withdrawn->excluded());
  EXPECT_EQ(OnRoster(30).excluded_from(), "2025-06-01");
  ExcludeFrom(31, v1::EXCLUSION_MILK_ALLERGY, "2025-05-20");
  Record(31, v1::CONSENT_PURPOSE_MILK);
  EXPECT_FALSE(Withdraw(31, 1)->excluded()) << "it is given none as it is";
  EXPECT_EQ(OnRoster(31).exclusion(), v1::EXCLUSION_MILK_ALLERGY);
}

TEST_F(ConsentsSystemTest, AWithdrawalExcludesEvenIfTheRosterTakesNoMoreChanges) {
  ASSERT_THAT(milkway_.Enrol(kSchool, {MakeStudent(70, "2025-03-01")}), IsOk());
  for (int day = 0; day < 40; ++day) {
    ExcludeFrom(70, day % 2 == 0 ? v1::EXCLUSION_MILK_ALLERGY : v1::EXCLUSION_UNSPECIFIED,
                absl::StrCat(day < 20 ? "2025-03-" : "2025-04-", day % 20 + 10));
  }
  Record(70, v1::CONSENT_PURPOSE_MILK);

  const auto withdrawn = Withdraw(70, 1);

  ASSERT_THAT(withdrawn, IsOk());
  EXPECT_TRUE(withdrawn->excluded());
  EXPECT_EQ(OnRoster(70).exclusion(), v1::EXCLUSION_DECLINED);
  EXPECT_EQ(ConsentsOf(70)[0].withdrawn_on(), "2025-06-01");
}

TEST_F(ConsentsSystemTest, AfterALostStoreOfKeysNamesAreEnteredAnewOneByOne) {
  Record(30, v1::CONSENT_PURPOSE_MILK, "王奶奶");
  Record(31, v1::CONSENT_PURPOSE_MILK, "李奶奶");
  milkway_.Stop();
  std::filesystem::remove_all(system().KeyFolderOf("consumption"));
  ASSERT_TRUE(milkway_.Restart());
  ASSERT_TRUE(ConsentsOf(30)[0].key_gone());
  ASSERT_EQ(Record(30, v1::CONSENT_PURPOSE_PHOTO, "王奶奶"), 2) << "makes a key of the same number";

  EXPECT_TRUE(ConsentsOf(30)[0].key_gone()) << "and the list can still be read";
  EXPECT_EQ(Record(30, v1::CONSENT_PURPOSE_MILK, "王奶奶"), 1);

  EXPECT_EQ(ConsentsOf(30)[0].guardian_name(), "王奶奶");
  EXPECT_FALSE(ConsentsOf(30)[0].key_gone());
  EXPECT_TRUE(ConsentsOf(31)[0].key_gone());
  v1::ExportStudentDataRequest asked;
  asked.set_school_id(kSchool);
  asked.set_student_number(31);
  EXPECT_THAT(Call(&v1::StudentPersonalService::Stub::ExportStudentData, asked), IsOk());
}

TEST_F(ConsentsSystemTest, ConsentsComeWithAnEnrolment) {
  v1::EnrolStudentsRequest request;
  request.set_request_id(milkway_.NextRequestId());
  request.set_school_id(kSchool);
  *request.add_students() = MakeStudent(70);
  v1::EnrolmentConsent& consent = *request.add_consents();
  consent.set_student_number(70);
  *consent.mutable_statement() = ConsentRequest(70, v1::CONSENT_PURPOSE_MEASUREMENTS).statement();
  ASSERT_THAT(Call(&v1::SchoolService::Stub::EnrolStudents, request), IsOk());
  request.set_request_id(milkway_.NextRequestId());
  ASSERT_THAT(Call(&v1::SchoolService::Stub::EnrolStudents, request), IsOk());

  EXPECT_THAT(ConsentsOf(70), SizeIs(1));
  Measure(70, "2025-05-20", 1'200);

  consent.set_student_number(71);
  request.set_request_id(milkway_.NextRequestId());
  EXPECT_THAT(Call(&v1::SchoolService::Stub::EnrolStudents, request),
              NamesField("consents[0].student_number"));
}

TEST_F(ConsentsSystemTest, InputIsChecked) {
  v1::RecordConsentRequest request = ConsentRequest(30, v1::CONSENT_PURPOSE_UNSPECIFIED);
  EXPECT_THAT(Call(&Consents::RecordConsent, request), NamesField("statement.purpose"));
  request = ConsentRequest(30, v1::CONSENT_PURPOSE_MILK);
  request.mutable_statement()->set_given_on("2025-06-02");
  EXPECT_THAT(Call(&Consents::RecordConsent, request), NamesField("given_on")) << "tomorrow";
  Record(30, v1::CONSENT_PURPOSE_MILK);
  EXPECT_THAT(Withdraw(30, 1, /*erase_recorded=*/true), NamesField("erase_recorded"));
}

}  // namespace
}  // namespace milkway::consumption
