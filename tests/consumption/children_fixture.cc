#include "tests/consumption/children_fixture.h"

#include <utility>

#include "services/consumption/child_keys.h"
#include "services/consumption/consumption_keys.h"
#include "storage/rocksdb_store.h"
#include "tests/support/status_matchers.h"

namespace milkway::consumption {

namespace {

using ::milkway::testing::IsOk;
using Personals = v1::StudentPersonalService::Stub;

// The first school that is registered.
constexpr uint32_t kSchoolNumber = 1;

}  // namespace

ChildrenTest::ChildrenTest(ConsumptionSystem::Keys keys)
    : milkway_(ConsumptionSystem::Stores::kOneForAll, keys) {
  milkway_.Consent(v1::CONSENT_PURPOSE_NAME, Students(1, 20));
  milkway_.Consent(v1::CONSENT_PURPOSE_MEASUREMENTS, Students(1, 10));
}

v1::SetStudentPersonalRequest ChildrenTest::NameRequest(int32_t student, const std::string& name,
                                                        const std::string& note) {
  v1::SetStudentPersonalRequest request;
  request.set_request_id(milkway_.NextRequestId());
  request.set_school_id(kSchool);
  v1::PersonalChange& change = *request.add_students();
  change.set_student_number(student);
  change.set_name(name);
  if (!note.empty()) change.set_note(note);
  return request;
}

void ChildrenTest::SetName(int32_t student, const std::string& name, const std::string& note) {
  ASSERT_THAT(Call(&Personals::SetStudentPersonal, NameRequest(student, name, note)), IsOk());
}

absl::StatusOr<v1::StudentPersonal> ChildrenTest::Get(int32_t student, const std::string& caller) {
  v1::GetStudentPersonalRequest request;
  request.set_school_id(kSchool);
  request.set_student_number(student);
  const auto answer = Call(&Personals::GetStudentPersonal, request, caller);
  if (!answer.ok()) return answer.status();
  return answer->personal();
}

std::string ChildrenTest::NameOf(int32_t student) {
  const auto personal = Get(student);
  EXPECT_THAT(personal, IsOk());
  return personal.ok() ? personal->name() : "";
}

void ChildrenTest::Measure(int32_t student, const std::string& on, int64_t height_mm) {
  v1::RecordMeasurementsRequest request;
  request.set_request_id(milkway_.NextRequestId());
  request.set_school_id(kSchool);
  request.set_measured_on(on);
  v1::Measurement& measurement = *request.add_measurements();
  measurement.set_student_number(student);
  measurement.set_height_mm(height_mm);
  ASSERT_THAT(Call(&v1::MeasurementService::Stub::RecordMeasurements, request), IsOk());
}

std::vector<v1::RecordedMeasurement> ChildrenTest::MeasurementsOf(int32_t student) {
  v1::ListMeasurementsRequest request;
  request.set_school_id(kSchool);
  request.set_student_number(student);
  const auto answer = Call(&v1::MeasurementService::Stub::ListMeasurements, request);
  EXPECT_THAT(answer, IsOk());
  if (!answer.ok()) return {};
  return {answer->measurements().begin(), answer->measurements().end()};
}

v1::RecordConsentRequest ChildrenTest::ConsentRequest(int32_t student, v1::ConsentPurpose purpose,
                                                      const std::string& guardian) {
  v1::RecordConsentRequest request;
  request.set_request_id(milkway_.NextRequestId());
  request.set_school_id(kSchool);
  request.set_student_number(student);
  v1::ConsentStatement& statement = *request.mutable_statement();
  statement.set_purpose(purpose);
  statement.set_relation(v1::GUARDIAN_RELATION_GRANDPARENT);
  statement.set_given_on("2025-05-02");
  statement.set_manner(v1::CONSENT_MANNER_ORAL_WITH_WITNESS);
  request.set_guardian_name(guardian);
  return request;
}

std::vector<v1::Consent> ChildrenTest::ConsentsOf(int32_t student, const std::string& caller) {
  v1::ListConsentsRequest request;
  request.set_school_id(kSchool);
  request.set_student_number(student);
  const auto answer = Call(&v1::ConsentService::Stub::ListConsents, request, caller);
  EXPECT_THAT(answer, IsOk());
  if (!answer.ok()) return {};
  return {answer->consents().begin(), answer->consents().end()};
}

absl::StatusOr<v1::WithdrawConsentResponse> ChildrenTest::Withdraw(int32_t student,
                                                                   int32_t consent_number,
                                                                   bool erase_recorded) {
  v1::WithdrawConsentRequest request;
  request.set_request_id(milkway_.NextRequestId());
  request.set_school_id(kSchool);
  request.set_student_number(student);
  request.set_consent_number(consent_number);
  request.set_erase_recorded(erase_recorded);
  return Call(&v1::ConsentService::Stub::WithdrawConsent, request);
}

v1::EraseStudentRequest ChildrenTest::ErasureRequest(int32_t student) {
  v1::EraseStudentRequest request;
  request.set_request_id(milkway_.NextRequestId());
  request.set_school_id(kSchool);
  request.set_student_number(student);
  request.set_confirm_student_number(student);
  request.set_reason(v1::ERASURE_REASON_GUARDIAN_ASKED);
  return request;
}

absl::StatusOr<v1::EraseStudentResponse> ChildrenTest::Erase(int32_t student,
                                                             const std::string& caller) {
  return Call(&v1::ErasureService::Stub::EraseStudent, ErasureRequest(student), caller);
}

void ChildrenTest::KeepAllOf(int32_t student) {
  SetName(student, "王小明", "sits in front");
  ASSERT_THAT(Call(&v1::ConsentService::Stub::RecordConsent,
                   ConsentRequest(student, v1::CONSENT_PURPOSE_PHOTO, "王奶奶")),
              IsOk());
  Measure(student, "2025-05-20", 1'200);
  Measure(student, "2025-05-30", 1'210);
}

void ChildrenTest::Exclude(int32_t student) {
  v1::UpdateStudentRequest request;
  request.set_request_id(milkway_.NextRequestId());
  request.set_school_id(kSchool);
  request.set_student_number(student);
  request.set_exclusion(v1::EXCLUSION_MILK_ALLERGY);
  request.set_from_day("2025-05-20");
  ASSERT_THAT(Call(&v1::SchoolService::Stub::UpdateStudent, request), IsOk());
}

std::vector<v1::Erasure> ChildrenTest::Erasures() {
  v1::ListErasuresRequest request;
  request.set_school_id(kSchool);
  const auto answer = Call(&v1::ErasureService::Stub::ListErasures, request, "auditor:a");
  EXPECT_THAT(answer, IsOk());
  return {answer->erasures().begin(), answer->erasures().end()};
}

v1::Student ChildrenTest::OnRoster(int32_t student) {
  v1::ListStudentsRequest request;
  request.set_school_id(kSchool);
  request.set_page_size(1'000);
  const auto answer = Call(&v1::SchoolService::Stub::ListStudents, request);
  EXPECT_THAT(answer, IsOk());
  for (const v1::Student& row : answer->students()) {
    if (row.student_number() == student) return row;
  }
  ADD_FAILURE() << "student " << student << " is not on the roster";
  return {};
}

rec::PersonalRecord ChildrenTest::SealedRow(int32_t student) {
  const auto row = PersonalTable::Find(*system().StoreOf("consumption").NewSnapshot(),
                                       kSchoolNumber, static_cast<uint32_t>(student));
  EXPECT_THAT(row, IsOk());
  return row->value_or(rec::PersonalRecord());
}

std::string ChildrenTest::SealedKey(int32_t student, KeySubject subject) {
  const std::string folder = system().KeyFolderOf("consumption") + "/store";
  milkway_.Stop();
  std::string sealed;
  {
    storage::RocksDbStoreOptions options;
    options.folder = folder;
    const auto store = *storage::OpenRocksDbStore(options);
    EXPECT_THAT(
        ChildKeyTable::Scan(*store->NewSnapshot(),
                            ChildKeyKey::Range(std::string(kSchool), static_cast<uint32_t>(student),
                                               static_cast<uint32_t>(subject)),
                            [&](const ChildKeyKey::Key&, const rec::ChildKeyRecord& key) {
                              sealed = key.sealed_key();
                              return true;
                            }),
        IsOk());
  }
  EXPECT_TRUE(milkway_.Restart());
  return sealed;
}

}  // namespace milkway::consumption
