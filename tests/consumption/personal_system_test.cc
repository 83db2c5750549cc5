// Names and notes of children, as their school and everybody else sees them.

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
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Personals = v1::StudentPersonalService::Stub;

constexpr char kName[] = "王小明";

class PersonalSystemTest : public ChildrenTest {
 protected:
  absl::StatusOr<v1::ListStudentPersonalResponse> List(const std::string& class_name = "",
                                                       const std::string& caller = kContact) {
    v1::ListStudentPersonalRequest request;
    request.set_school_id(kSchool);
    request.set_class_name(class_name);
    request.set_page_size(2);
    return Call(&Personals::ListStudentPersonal, request, caller);
  }
};

TEST_F(PersonalSystemTest, ANameIsThereForItsSchoolAlsoAfterARestart) {
  SetName(7, kName, "sits in front");

  ASSERT_TRUE(milkway_.Restart());

  const auto personal = Get(7);
  ASSERT_THAT(personal, IsOk());
  EXPECT_EQ(personal->name(), kName);
  EXPECT_EQ(personal->note(), "sits in front");
  EXPECT_EQ(personal->set_by(), "wang");
  EXPECT_EQ(NameOf(8), "") << "nothing was ever set";
}

TEST_F(PersonalSystemTest, NobodyElseReadsOrWritesIt) {
  SetName(7, kName);

  for (const char* caller : {"admin:lin", "auditor:a", "procurement:p", "warehouse:w:school",
                             "donor:d:school", "service:trace", kOtherContact}) {
    const auto is_denied = StatusIs(absl::StatusCode::kPermissionDenied);
    EXPECT_THAT(Get(7, caller), is_denied) << caller;
    EXPECT_THAT(List("", caller), is_denied) << caller;
    EXPECT_THAT(Call(&Personals::SetStudentPersonal, NameRequest(7, "x"), caller), is_denied);
    v1::ClearStudentPersonalRequest clear;
    clear.set_request_id(milkway_.NextRequestId());
    clear.set_school_id(kSchool);
    clear.set_student_number(7);
    EXPECT_THAT(Call(&Personals::ClearStudentPersonal, clear, caller), is_denied) << caller;
    v1::ExportStudentDataRequest all;
    all.set_school_id(kSchool);
    all.set_student_number(7);
    EXPECT_THAT(Call(&Personals::ExportStudentData, all, caller), is_denied) << caller;
  }

  EXPECT_EQ(NameOf(7), kName);
}

TEST_F(PersonalSystemTest, ANameNeedsAConsentToIt) {
  EXPECT_THAT(Call(&Personals::SetStudentPersonal, NameRequest(21, kName)),
              IsRefusal("CONSENT_MISSING"));

  milkway_.Consent(v1::CONSENT_PURPOSE_NAME, {21});

  SetName(21, kName);
}

TEST_F(PersonalSystemTest, ManyAreSetAtOnceOrNone) {
  v1::SetStudentPersonalRequest request = NameRequest(3, "三");
  *request.add_students() = NameRequest(21, "廿一").students(0);

  EXPECT_THAT(Call(&Personals::SetStudentPersonal, request), IsRefusal("CONSENT_MISSING"));
  EXPECT_EQ(NameOf(3), "");

  request.mutable_students(1)->set_student_number(4);
  EXPECT_THAT(Call(&Personals::SetStudentPersonal, request), IsOk());
  EXPECT_EQ(NameOf(3), "三");
  EXPECT_EQ(NameOf(4), "廿一");
}

TEST_F(PersonalSystemTest, WhatIsNotGivenStays) {
  SetName(7, kName, "sits in front");
  v1::SetStudentPersonalRequest request = NameRequest(7, "");
  request.mutable_students(0)->clear_name();
  request.mutable_students(0)->set_note("sits behind");

  ASSERT_THAT(Call(&Personals::SetStudentPersonal, request), IsOk());

  EXPECT_EQ(NameOf(7), kName);
  EXPECT_EQ(Get(7)->note(), "sits behind");
}

TEST_F(PersonalSystemTest, ARequestCountsOnce) {
  v1::SetStudentPersonalRequest request = NameRequest(7, kName);
  ASSERT_THAT(Call(&Personals::SetStudentPersonal, request), IsOk());
  SetName(7, "王小亮");

  EXPECT_THAT(Call(&Personals::SetStudentPersonal, request), IsOk());
  EXPECT_EQ(NameOf(7), "王小亮") << "the repeated request changed nothing";

  request.mutable_students(0)->set_name("王大明");
  EXPECT_THAT(Call(&Personals::SetStudentPersonal, request), IsRefusal("REQUEST_ID_REUSED"));
}

TEST_F(PersonalSystemTest, AClassIsListedInPages) {
  for (const int32_t student : {2, 3, 5}) SetName(student, absl::StrCat("child ", student));
  v1::UpdateStudentRequest moved;
  moved.set_request_id(milkway_.NextRequestId());
  moved.set_school_id(kSchool);
  moved.set_student_number(3);
  moved.set_class_name("2B");
  moved.set_from_day("2025-06-01");
  ASSERT_THAT(Call(&v1::SchoolService::Stub::UpdateStudent, moved), IsOk());

  const auto of_class = List("2B");
  ASSERT_THAT(of_class, IsOk());
  ASSERT_EQ(of_class->students_size(), 1);
  EXPECT_EQ(of_class->students(0).name(), "child 3");
  const auto first = List();
  ASSERT_EQ(first->students_size(), 2);
  EXPECT_NE(first->next_page_token(), "");
}

TEST_F(PersonalSystemTest, TheSizeDoesNotTellTheName) {
  SetName(7, "李");
  SetName(8, "欧阳清风明月长");

  EXPECT_EQ(SealedRow(7).sealed().size(), SealedRow(8).sealed().size());
}

TEST_F(PersonalSystemTest, ARowThatIsMovedToAnotherChildOpensForNobody) {
  SetName(7, kName);
  SetName(8, "别人");
  const rec::PersonalRecord row = SealedRow(7);

  ASSERT_THAT(
      system().StoreOf("consumption").TransactAndWait([&](storage::Transaction& transaction) {
        return PersonalTable::Put(transaction, row, uint32_t{1}, uint32_t{8});
      }),
      IsOk());

  ASSERT_THAT(Get(8), IsOk()) << "one such row does not keep the list from its school";
  EXPECT_TRUE(Get(8)->key_gone());
  EXPECT_EQ(NameOf(8), "");
}

TEST_F(PersonalSystemTest, WhatIsClearedIsGoneWithItsKey) {
  SetName(7, kName, "note");
  const std::string key = SealedKey(7);
  ASSERT_TRUE(FilesHold(system().FolderOf("consumption"), key));
  v1::ClearStudentPersonalRequest request;
  request.set_request_id(milkway_.NextRequestId());
  request.set_school_id(kSchool);
  request.set_student_number(7);

  const auto cleared = Call(&Personals::ClearStudentPersonal, request);

  ASSERT_THAT(cleared, IsOk());
  EXPECT_TRUE(cleared->cleared());
  EXPECT_FALSE(FilesHold(system().FolderOf("consumption"), key));
  EXPECT_EQ(NameOf(7), "");
  request.set_request_id(milkway_.NextRequestId());
  EXPECT_FALSE(Call(&Personals::ClearStudentPersonal, request)->cleared());
  SetName(7, "王小亮");
  EXPECT_EQ(NameOf(7), "王小亮") << "a new key serves a new name";
}

TEST_F(PersonalSystemTest, InputIsChecked) {
  EXPECT_THAT(Call(&Personals::SetStudentPersonal, NameRequest(0, kName)),
              NamesField("students[0].student_number"));
  EXPECT_THAT(Call(&Personals::SetStudentPersonal, NameRequest(7, std::string(201, 'x'))),
              NamesField("students[0].name"));
  v1::SetStudentPersonalRequest nothing = NameRequest(7, "");
  nothing.mutable_students(0)->clear_name();
  EXPECT_THAT(Call(&Personals::SetStudentPersonal, nothing), NamesField("students[0].name"));
  v1::SetStudentPersonalRequest twice = NameRequest(7, kName);
  *twice.add_students() = twice.students(0);
  EXPECT_THAT(Call(&Personals::SetStudentPersonal, twice),
              NamesField("students[1].student_number"));
  EXPECT_THAT(Call(&Personals::SetStudentPersonal, NameRequest(61, kName)),
              IsRefusal("STUDENT_UNKNOWN"));
}

TEST_F(PersonalSystemTest, AllOfOneChildIsExportedAndNothingOfAnother) {
  SetName(7, kName, "note");
  SetName(8, "别人");
  Measure(7, "2025-05-20", 1'200);
  Measure(8, "2025-05-20", 1'333);
  v1::RecordConsentRequest consent = ConsentRequest(7, v1::CONSENT_PURPOSE_MILK, "王奶奶");
  ASSERT_THAT(Call(&v1::ConsentService::Stub::RecordConsent, consent), IsOk());
  v1::ExportStudentDataRequest request;
  request.set_school_id(kSchool);
  request.set_student_number(7);

  const auto all = Call(&Personals::ExportStudentData, request);

  ASSERT_THAT(all, IsOk());
  EXPECT_EQ(all->student().student_number(), 7);
  EXPECT_EQ(all->student().birth_month(), "2018-03");
  EXPECT_EQ(all->personal().name(), kName);
  ASSERT_EQ(all->consents_size(), 3);
  EXPECT_EQ(all->consents(2).guardian_name(), "王奶奶");
  ASSERT_EQ(all->measurements_size(), 1);
  EXPECT_EQ(all->measurements(0).measurement().height_mm(), 1'200);
  EXPECT_EQ(all->DebugString().find("别人"), std::string::npos);
}

class WithoutKeys : public ChildrenTest {
 protected:
  WithoutKeys() : ChildrenTest(ConsumptionSystem::Keys::kNone) {}
};

TEST_F(WithoutKeys, NoNameIsKept) {
  EXPECT_THAT(Call(&Personals::SetStudentPersonal, NameRequest(7, kName)),
              IsRefusal("CHILD_KEYS_MISSING"));
  EXPECT_THAT(Call(&v1::ConsentService::Stub::RecordConsent,
                   ConsentRequest(7, v1::CONSENT_PURPOSE_MILK, "王奶奶")),
              IsRefusal("CHILD_KEYS_MISSING"));

  EXPECT_THAT(
      Call(&v1::ConsentService::Stub::RecordConsent, ConsentRequest(7, v1::CONSENT_PURPOSE_MILK)),
      IsOk())
      << "a consent without names needs no key";
  EXPECT_EQ(NameOf(7), "");
}

}  // namespace
}  // namespace milkway::consumption
