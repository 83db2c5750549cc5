// Erased children: what goes, what stays, and that it stays gone whatever is restored.

#include <filesystem>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/consumption/consumption_keys.h"
#include "services/consumption/sealed_text.h"
#include "storage/rocksdb_store.h"
#include "tests/consumption/children_fixture.h"
#include "tests/support/status_matchers.h"

namespace milkway::consumption {
namespace {

namespace fs = std::filesystem;
using ::milkway::testing::FilesHold;
using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;
using ::milkway::testing::StatusIs;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Personals = v1::StudentPersonalService::Stub;
using Consents = v1::ConsentService::Stub;

constexpr char kName[] = "王小明";
constexpr char kKeyPurpose[] = "keys of children";

// What could be read of child 7 with every key in a folder of keys, and the master key.
std::string ReadWithAllKeysOf(const std::string& folder, const runtime::MasterKey& master_key,
                              const rec::PersonalRecord& sealed) {
  storage::RocksDbStoreOptions options;
  options.folder = folder;
  const auto store = storage::OpenRocksDbStore(options);
  EXPECT_THAT(store, IsOk());
  std::string read;
  EXPECT_THAT(
      ChildKeyTable::Scan(
          *(*store)->NewSnapshot(), ChildKeyKey::Range(),
          [&](const ChildKeyKey::Key& key, const rec::ChildKeyRecord& record) {
            const ChildKeyName name = {std::get<0>(key), std::get<1>(key),
                                       static_cast<KeySubject>(std::get<2>(key)), std::get<3>(key)};
            std::string row;
            for (const std::string& part : {name.school_id}) {
              row.push_back(static_cast<char>(part.size()));
              row += part;
            }
            row.push_back(static_cast<char>(name.student_number));
            row.push_back(static_cast<char>(name.subject));
            row.push_back(static_cast<char>(name.number));
            const auto opened = master_key.Open(kKeyPurpose, record.sealed_key(), row);
            EXPECT_THAT(opened, IsOk());
            rec::PersonalText text;
            const ChildKeyName of_seven = {kSchool, 7, KeySubject::kPersonal, name.number};
            if (opened.ok() && OpenText(*opened, of_seven, 0, sealed.sealed(), &text).ok()) {
              read = text.name();
            }
            return true;
          }),
      IsOk());
  return read;
}

using ErasureSystemTest = ChildrenTest;

TEST_F(ErasureSystemTest, ThePersonGoesAndTheQuantitiesStay) {
  KeepAllOf(7);
  const int64_t lot = milkway_.Buy(10);
  ASSERT_THAT(milkway_.Record(MakeDistribution({{lot, 25, Students(5, 5)}}, "1A", 1)), IsOk());
  const auto before = milkway_.Servings({lot});

  const auto erased = Erase(7);

  ASSERT_THAT(erased, IsOk());
  EXPECT_TRUE(erased->name_erased());
  EXPECT_EQ(erased->measurements_erased(), 2);
  EXPECT_EQ(erased->guardian_names_erased(), 1);
  EXPECT_EQ(NameOf(7), "");
  EXPECT_THAT(MeasurementsOf(7), IsEmpty());
  for (const v1::Consent& consent : ConsentsOf(7)) EXPECT_EQ(consent.guardian_name(), "");
  EXPECT_THAT(ConsentsOf(7), SizeIs(3)) << "that there were consents stays on record";
  const v1::Student student = OnRoster(7);
  EXPECT_TRUE(student.erased());
  EXPECT_EQ(student.birth_month(), "2018-06") << "the year stays, for sums by age";
  EXPECT_EQ(student.left_on(), "2025-06-02") << "nobody drinks under the number any more";
  EXPECT_EQ(milkway_.Servings({lot})->DebugString(), before->DebugString());
  EXPECT_THAT(milkway_.Differences(), IsEmpty());
  ASSERT_THAT(Erasures(), SizeIs(1));
  EXPECT_EQ(Erasures()[0].erased_by(), "wang");
}

TEST_F(ErasureSystemTest, WhyAChildWasNotGivenMilkIsErased) {
  Exclude(12);

  ASSERT_THAT(Erase(12), IsOk());

  EXPECT_EQ(OnRoster(12).exclusion(), v1::EXCLUSION_ERASED);
  v1::ListStudentChangesRequest changes;
  changes.set_school_id(kSchool);
  changes.set_student_number(12);
  const auto history = Call(&v1::SchoolService::Stub::ListStudentChanges, changes);
  ASSERT_THAT(history, IsOk());
  EXPECT_EQ(history->DebugString().find("ALLERGY"), std::string::npos) << history->DebugString();
}

TEST_F(ErasureSystemTest, NothingIsRecordedOfAnErasedChild) {
  ASSERT_THAT(Erase(7), IsOk());

  EXPECT_THAT(Call(&Personals::SetStudentPersonal, NameRequest(7, kName)),
              IsRefusal("STUDENT_ERASED"));
  EXPECT_THAT(Call(&Consents::RecordConsent, ConsentRequest(7, v1::CONSENT_PURPOSE_NAME, "王奶奶")),
              IsRefusal("STUDENT_ERASED"));
  v1::RecordMeasurementsRequest measuring;
  measuring.set_request_id(milkway_.NextRequestId());
  measuring.set_school_id(kSchool);
  measuring.set_measured_on("2025-06-01");
  measuring.add_measurements()->set_student_number(7);
  measuring.mutable_measurements(0)->set_height_mm(1'200);
  EXPECT_THAT(Call(&v1::MeasurementService::Stub::RecordMeasurements, measuring),
              IsRefusal("STUDENT_ERASED"));
  EXPECT_THAT(milkway_.Enrol(kSchool, {MakeStudent(7)}), IsRefusal("STUDENT_ERASED"))
      << "the number is not given out again";
  EXPECT_THAT(Withdraw(7, 1), IsRefusal("STUDENT_ERASED"));
  v1::UpdateStudentRequest change;
  change.set_request_id(milkway_.NextRequestId());
  change.set_school_id(kSchool);
  change.set_student_number(7);
  change.set_exclusion(v1::EXCLUSION_MILK_ALLERGY);
  EXPECT_THAT(Call(&v1::SchoolService::Stub::UpdateStudent, change), IsRefusal("STUDENT_ERASED"));
  EXPECT_THAT(Erase(7), IsOk()) << "once more changes nothing";
  EXPECT_THAT(Erasures(), SizeIs(1));
}

TEST_F(ErasureSystemTest, ItIsConfirmedByRepeatingTheNumber) {
  v1::EraseStudentRequest request = ErasureRequest(7);
  request.set_confirm_student_number(8);
  EXPECT_THAT(Call(&v1::ErasureService::Stub::EraseStudent, request),
              NamesField("confirm_student_number"));
  request = ErasureRequest(7);
  request.set_reason(v1::ERASURE_REASON_UNSPECIFIED);
  EXPECT_THAT(Call(&v1::ErasureService::Stub::EraseStudent, request), NamesField("reason"));

  EXPECT_THAT(Erase(7, kOtherContact), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Erase(7, "auditor:a"), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Erase(7, "admin:lin"), IsOk());
}

TEST_F(ErasureSystemTest, ARepeatedRequestHearsTheSame) {
  KeepAllOf(7);
  const v1::EraseStudentRequest request = ErasureRequest(7);
  const auto first = Call(&v1::ErasureService::Stub::EraseStudent, request);

  const auto again = Call(&v1::ErasureService::Stub::EraseStudent, request);

  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->DebugString(), first->DebugString());
}

TEST_F(ErasureSystemTest, TheTraceOfATransferIsCutAtBothEnds) {
  v1::TransferStudentRequest transfer;
  transfer.set_request_id(milkway_.NextRequestId());
  transfer.set_school_id(kSchool);
  transfer.set_student_number(7);
  transfer.set_to_school_id(kOtherSchool);
  transfer.set_to_student_number(99);
  transfer.set_to_class_name("2A");
  transfer.set_on_day("2025-06-01");
  ASSERT_THAT(Call(&v1::SchoolService::Stub::TransferStudent, transfer, "admin:lin"), IsOk());

  ASSERT_THAT(Erase(7), IsOk());

  EXPECT_FALSE(OnRoster(7).has_went_to());
  v1::ListStudentsRequest there;
  there.set_school_id(kOtherSchool);
  there.set_page_size(1'000);
  const auto roster = Call(&v1::SchoolService::Stub::ListStudents, there, kOtherContact);
  for (const v1::Student& student : roster->students()) EXPECT_FALSE(student.has_came_from());
}

TEST_F(ErasureSystemTest, NoFileHoldsTheKeysAnyMore) {
  KeepAllOf(7);
  const std::string key = SealedKey(7);
  const std::string guardians_key = SealedKey(7, KeySubject::kGuardians);
  // A day later a backup holds them, too.
  system().clock().Set(testing::InProcessSystem::kStartUs + 2 * kMicrosPerDay);
  milkway_.Stop();
  ASSERT_TRUE(milkway_.Restart());
  const std::string backups = system().KeyBackupFolderOf("consumption");
  while (!FilesHold(backups, key)) absl::SleepFor(absl::Milliseconds(5));
  const rec::PersonalRecord data_backup = SealedRow(7);
  ASSERT_TRUE(FilesHold(system().StoreFolderOf("consumption"), data_backup.sealed()));

  ASSERT_THAT(Erase(7), IsOk());

  const std::string everything = system().FolderOf("consumption");
  EXPECT_FALSE(FilesHold(everything, key));
  EXPECT_FALSE(FilesHold(everything, guardians_key));
  EXPECT_FALSE(FilesHold(everything, data_backup.sealed()))
      << "nor does the store of the data hold what they opened";
  milkway_.Stop();
  std::vector<std::string> stores = {system().KeyFolderOf("consumption") + "/store"};
  for (const auto& entry : fs::directory_iterator(backups)) stores.push_back(entry.path());
  ASSERT_GE(stores.size(), 2u);
  for (const std::string& store : stores) {
    EXPECT_EQ(ReadWithAllKeysOf(store, system().master_key(), data_backup), "") << store;
  }
}

TEST_F(ErasureSystemTest, BeforeAnErasureTheSameSearchFindsTheName) {
  KeepAllOf(7);
  const rec::PersonalRecord data_backup = SealedRow(7);
  milkway_.Stop();

  EXPECT_EQ(ReadWithAllKeysOf(system().KeyFolderOf("consumption") + "/store", system().master_key(),
                              data_backup),
            kName);
}

TEST_F(ErasureSystemTest, RememberedAnswersTellNothingOfTheChild) {
  Measure(7, "2025-05-20", 1'200);
  v1::CorrectMeasurementRequest correction;
  correction.set_request_id(milkway_.NextRequestId());
  correction.set_school_id(kSchool);
  correction.set_measured_on("2025-05-20");
  correction.mutable_measurement()->set_student_number(7);
  correction.mutable_measurement()->set_height_mm(1'234);
  correction.set_version(1);
  correction.set_reason("read again");
  const auto first = Call(&v1::MeasurementService::Stub::CorrectMeasurement, correction);
  ASSERT_EQ(first->measurement().measurement().height_mm(), 1'234);

  const auto again = Call(&v1::MeasurementService::Stub::CorrectMeasurement, correction);

  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->measurement().measurement().student_number(), 7);
  EXPECT_EQ(again->measurement().version(), 2);
  EXPECT_EQ(again->measurement().measurement().height_mm(), 0) << "not remembered";
}

TEST_F(ErasureSystemTest, TheNotesOfItsIncidentsGo) {
  Exclude(12);
  Exclude(13);
  const int64_t lot = milkway_.Buy(10);
  for (const int32_t student : {12, 13}) {
    v1::RecordDistributionRequest request = milkway_.MakeRequest(
        MakeDistribution({{lot, 25, {student}}}, absl::StrCat(student, "A"), 1));
    request.mutable_incident()->add_student_numbers(student);
    request.mutable_incident()->set_note(absl::StrCat("what happened to ", student));
    ASSERT_THAT(milkway_.Record(request), IsOk());
  }

  ASSERT_THAT(Erase(12), IsOk());

  v1::ListIncidentsRequest request;
  request.set_school_id(kSchool);
  const auto incidents = Call(&v1::HistoryService::Stub::ListIncidents, request);
  ASSERT_THAT(incidents->incidents(), SizeIs(2)) << "that they happened stays";
  EXPECT_EQ(incidents->incidents(0).note(), "");
  EXPECT_EQ(incidents->incidents(1).note(), "what happened to 13");
  EXPECT_EQ(milkway_.Get(1)->revisions(0).incident().note(), "");
}

}  // namespace
}  // namespace milkway::consumption
