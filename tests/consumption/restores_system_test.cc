// What is restored from before an erasure, or lost: nothing brings a child back.

#include <filesystem>

#include "tests/consumption/children_fixture.h"
#include "tests/support/status_matchers.h"

namespace milkway::consumption {
namespace {

namespace fs = std::filesystem;
using ::milkway::testing::FilesHold;
using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::TempFolder;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Personals = v1::StudentPersonalService::Stub;

constexpr char kName[] = "王小明";

class Restores : public ChildrenTest {
 protected:
  void Copy(const std::string& from, const std::string& to) {
    milkway_.Stop();
    fs::remove_all(to);
    fs::copy(from, to, fs::copy_options::recursive);
    ASSERT_TRUE(milkway_.Restart());
  }

  const TempFolder kept_;
};

TEST_F(Restores, AnOldStoreOfKeysDoesNotBringAKeyBack) {
  KeepAllOf(7);
  SetName(8, "别人");
  const std::string keys = system().KeyFolderOf("consumption");
  const std::string key = SealedKey(7);
  Copy(keys, kept_ / "keys");
  ASSERT_THAT(Erase(7), IsOk());

  Copy(kept_ / "keys", keys);

  EXPECT_FALSE(FilesHold(keys, key));
  EXPECT_EQ(NameOf(7), "");
  EXPECT_EQ(NameOf(8), "别人") << "the keys of others are restored";
}

TEST_F(Restores, OldDataLearnsFromTheKeysWhoWasErased) {
  KeepAllOf(7);
  SetName(8, "别人");
  v1::ClearStudentPersonalRequest clear;
  clear.set_school_id(kSchool);
  clear.set_student_number(9);
  SetName(9, "清");
  const std::string data = system().StoreFolderOf("consumption");
  Copy(data, kept_ / "data");
  ASSERT_THAT(Erase(7), IsOk());
  clear.set_request_id(milkway_.NextRequestId());
  ASSERT_THAT(Call(&Personals::ClearStudentPersonal, clear), IsOk());

  Copy(kept_ / "data", data);

  EXPECT_EQ(NameOf(7), "");
  EXPECT_THAT(MeasurementsOf(7), IsEmpty()) << "erased again, not only the name";
  EXPECT_TRUE(OnRoster(7).erased());
  ASSERT_THAT(Erasures(), SizeIs(1));
  EXPECT_EQ(Erasures()[0].erased_by(), "wang") << "as it was erased then";
  EXPECT_EQ(NameOf(8), "别人");
  EXPECT_EQ(NameOf(9), "");
  EXPECT_FALSE(Get(9)->key_gone());
  SetName(9, "新");
  EXPECT_EQ(NameOf(9), "新");
}

TEST_F(Restores, ALostStoreOfKeysIsToldAndNamesCanBeEnteredAnew) {
  SetName(7, kName, "note");
  milkway_.Stop();
  fs::remove_all(system().KeyFolderOf("consumption"));
  ASSERT_TRUE(milkway_.Restart());

  ASSERT_TRUE(Get(7)->key_gone());
  SetName(7, "王小明");

  EXPECT_EQ(NameOf(7), "王小明");
  EXPECT_EQ(Get(7)->note(), "");
}

TEST_F(Restores, ARefusedBatchWithNewKeysDoesNotDamageWhatLostItsKey) {
  SetName(7, kName, "note");
  milkway_.Stop();
  fs::remove_all(system().KeyFolderOf("consumption"));
  ASSERT_TRUE(milkway_.Restart());
  v1::SetStudentPersonalRequest batch = NameRequest(7, kName);
  *batch.add_students() = NameRequest(50, "nobody agreed").students(0);
  ASSERT_THAT(Call(&Personals::SetStudentPersonal, batch), IsRefusal("CONSENT_MISSING"));

  EXPECT_TRUE(Get(7)->key_gone());
  v1::SetStudentPersonalRequest note = NameRequest(7, "", "a note");
  note.mutable_students(0)->clear_name();
  EXPECT_THAT(Call(&Personals::SetStudentPersonal, note), IsRefusal("PERSONAL_UNREADABLE"))
      << "or the name would be dropped in silence";
  const auto set = Call(&Personals::SetStudentPersonal, NameRequest(7, "王小明"));
  ASSERT_THAT(set, IsOk());
  EXPECT_EQ(set->lost(), 1) << "the note";
  note.set_request_id(milkway_.NextRequestId());
  EXPECT_THAT(Call(&Personals::SetStudentPersonal, note), IsOk());
  EXPECT_EQ(NameOf(7), "王小明");
}

TEST_F(Restores, DataOfBeforeAChildsEnrolmentDoesNotGiveItsNumberOutAgain) {
  const std::string data = system().StoreFolderOf("consumption");
  Copy(data, kept_ / "data");
  ASSERT_THAT(milkway_.Enrol(kSchool, {MakeStudent(70)}), IsOk());
  ASSERT_THAT(Erase(70), IsOk());

  Copy(kept_ / "data", data);

  EXPECT_THAT(milkway_.Enrol(kSchool, {MakeStudent(70)}), IsRefusal("STUDENT_ERASED"));
  v1::TransferStudentRequest transfer;
  transfer.set_request_id(milkway_.NextRequestId());
  transfer.set_school_id(kOtherSchool);
  transfer.set_student_number(7);
  transfer.set_to_school_id(kSchool);
  transfer.set_to_student_number(70);
  transfer.set_to_class_name("2A");
  transfer.set_on_day("2025-06-01");
  EXPECT_THAT(Call(&v1::SchoolService::Stub::TransferStudent, transfer, "admin:lin"),
              IsRefusal("STUDENT_ERASED"));
  ASSERT_THAT(Erasures(), SizeIs(1));
  EXPECT_EQ(Erasures()[0].student_number(), 70);
}

}  // namespace
}  // namespace milkway::consumption
