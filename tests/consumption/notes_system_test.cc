// Notes of incidents: gone with the child, from every file, whenever they came.

#include <algorithm>
#include <filesystem>
#include <thread>
#include <tuple>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cpp/status_macros.h"
#include "milkway/consumption/v1/paper.grpc.pb.h"
#include "services/consumption/erasure.h"
#include "services/consumption/incidents.h"
#include "services/runtime/intent_table.h"
#include "tests/consumption/children_fixture.h"
#include "tests/support/status_matchers.h"

namespace milkway::consumption {
namespace {

namespace fs = std::filesystem;
using ::milkway::testing::FilesHold;
using ::milkway::testing::IsOk;
using ::milkway::testing::TempFolder;
using ::milkway::testing::UnreliableLink;
using ::testing::SizeIs;

constexpr char kNote[] = "kr7Vq2Zt9XbM4wLp";
constexpr char kOtherNote[] = "Hy3nGd8sFo6uJc1e";

class NotesTest : public ChildrenTest {
 protected:
  NotesTest() { Exclude(12); }

  // That child 12 drank milk, which it must not.
  v1::RecordDistributionRequest Incident(int64_t lot, const std::string& note,
                                         const std::string& class_name = "1A", int servings = 1) {
    v1::RecordDistributionRequest request =
        milkway_.MakeRequest(MakeDistribution({{lot, 25, Students(12, servings)}}, class_name, 1));
    request.mutable_incident()->add_student_numbers(12);
    request.mutable_incident()->set_note(note);
    return request;
  }
  std::vector<std::string> Notes() {
    v1::ListIncidentsRequest request;
    request.set_school_id(kSchool);
    const auto answer = Call(&v1::HistoryService::Stub::ListIncidents, request);
    EXPECT_THAT(answer, IsOk());
    std::vector<std::string> notes;
    for (const v1::IncidentEntry& incident : answer->incidents()) notes.push_back(incident.note());
    return notes;
  }
  // As retention does.
  void EmptyNotes() {
    storage::Store& store = system().StoreOf("consumption");
    std::vector<std::pair<IncidentKey::Key, rec::IncidentRecord>> incidents;
    ASSERT_THAT(
        IncidentTable::Scan(*store.NewSnapshot(), IncidentKey::Range(),
                            [&](const IncidentKey::Key& key, const rec::IncidentRecord& incident) {
                              incidents.emplace_back(key, incident);
                              return true;
                            }),
        IsOk());
    ASSERT_THAT(store.TransactAndWait([&](storage::Transaction& transaction) -> absl::Status {
      Rewritten ignored;
      for (const auto& [key, incident] : incidents) {
        RETURN_IF_ERROR(ClearNote(transaction, key, incident, &ignored));
      }
      return absl::OkStatus();
    }),
                IsOk());
  }
  // That these drank on 2025-06-10, whatever was recorded before.
  void EnterOnPaper(int64_t lot, const std::vector<int32_t>& students) {
    v1::GetPaperSheetRequest asked;
    asked.set_school_id(kSchool);
    asked.set_class_name("1A");
    asked.set_month("2025-06");
    const auto sheet = Call(&v1::PaperSheetService::Stub::GetPaperSheet, asked);
    ASSERT_THAT(sheet, IsOk());
    v1::EnterPaperSheetRequest request;
    request.set_school_id(kSchool);
    request.set_class_name("1A");
    request.set_month("2025-06");
    request.set_sheet_number(sheet->sheet_number());
    request.set_allow_corrections(true);
    request.set_correction_reason("read again");
    v1::PaperDay& day = *request.add_days();
    day.set_day("2025-06-10");
    day.set_lot_id(lot);
    day.set_serving_g(25);
    for (const v1::PaperRow& printed : sheet->rows()) {
      if (std::count(students.begin(), students.end(), printed.student_number()) == 0) continue;
      v1::PaperMarks& row = *request.add_rows();
      row.set_student_number(printed.student_number());
      row.set_check_digit(printed.check_digit());
      row.set_marks("1");
    }
    const auto entered = Call(&v1::PaperSheetService::Stub::EnterPaperSheet, request);
    ASSERT_THAT(entered, IsOk());
    ASSERT_EQ(entered->days(0).outcome(), v1::PAPER_OUTCOME_CORRECTED) << entered->DebugString();
  }
  bool FilesHoldAny() {
    const std::string folder = system().StoreFolderOf("consumption");
    return FilesHold(folder, kNote) || FilesHold(folder, kOtherNote);
  }
  UnreliableLink& link() { return system().LinkTo("inventory"); }
};

TEST_F(NotesTest, NoFileHoldsTheNotesOfAnErasedChild) {
  const int64_t lot = milkway_.Buy(1);
  ASSERT_THAT(milkway_.Record(Incident(lot, kNote)), IsOk());
  const auto refused = milkway_.Record(Incident(lot, kOtherNote, "2B", 45));
  ASSERT_FALSE(refused.ok()) << "there is not so much milk";
  v1::CorrectDistributionRequest correction = milkway_.MakeCorrection(1, {{lot, 30, {12}}});
  correction.mutable_incident()->add_student_numbers(12);
  correction.mutable_incident()->set_note(absl::StrCat(kNote, kOtherNote));
  ASSERT_THAT(milkway_.Correct(correction), IsOk());
  milkway_.Stop();
  ASSERT_TRUE(milkway_.Restart());
  ASSERT_TRUE(FilesHoldAny());

  ASSERT_THAT(Erase(12), IsOk());

  EXPECT_FALSE(FilesHoldAny());
  EXPECT_EQ(Notes(), std::vector<std::string>({"", ""})) << "that they happened stays";
}

TEST_F(NotesTest, EveryRowThatHeldANoteIsToBePurged) {
  ASSERT_THAT(milkway_.Record(Incident(milkway_.Buy(1), kNote)), IsOk());
  std::vector<std::string> keys = {DistributionTable::Schema::Encode(int64_t{1}),
                                   runtime::IntentRows(runtime::ServiceTag::kConsumption).from};
  storage::Store& store = system().StoreOf("consumption");
  ASSERT_THAT(IncidentTable::Scan(*store.NewSnapshot(), IncidentKey::Range(),
                                  [&](const IncidentKey::Key& key, const rec::IncidentRecord&) {
                                    keys.push_back(std::apply(IncidentKey::Encode, key));
                                    return true;
                                  }),
              IsOk());
  ASSERT_THAT(keys, SizeIs(3));

  Erased erased;
  ASSERT_THAT(store.TransactAndWait([&](storage::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(erased, EraseStudent(transaction, {kSchool, 1, 12}, rec::ErasureRecord()));
    return absl::OkStatus();
  }),
              IsOk());

  for (const std::string& key : keys) {
    EXPECT_TRUE(std::any_of(
        erased.rewritten.begin(), erased.rewritten.end(),
        [&](const storage::KeyRange& rows) { return rows.from <= key && key < rows.to; }))
        << absl::BytesToHexString(key);
  }
}

TEST_F(NotesTest, ALateNoteOfAnErasedChildIsNotKept) {
  const int64_t lot = milkway_.Buy(1);
  ASSERT_THAT(Erase(12), IsOk());

  ASSERT_THAT(milkway_.Record(Incident(lot, kNote)), IsOk()) << "what was drunk counts";
  v1::CorrectDistributionRequest correction = milkway_.MakeCorrection(1, {{lot, 30, {12}}});
  correction.mutable_incident()->add_student_numbers(12);
  correction.mutable_incident()->set_note(kOtherNote);
  ASSERT_THAT(milkway_.Correct(correction), IsOk());

  EXPECT_EQ(Notes(), std::vector<std::string>({"", ""}));
  EXPECT_EQ(milkway_.Get(1)->revisions(0).incident().note(), "");
  EXPECT_FALSE(FilesHoldAny());
}

TEST_F(NotesTest, ANoteOnItsWayWhenTheChildIsErasedIsNotKept) {
  const int64_t lot = milkway_.Buy(1);
  const v1::RecordDistributionRequest request = Incident(lot, kNote);
  link().Lose(UnreliableLink::Loss::kRequest, "BatchPost");
  std::thread recording([&] { EXPECT_THAT(milkway_.Record(request), IsOk()); });
  link().AwaitLoss();
  ASSERT_TRUE(FilesHoldAny());

  EXPECT_THAT(Erase(12), IsOk());
  EXPECT_FALSE(FilesHoldAny()) << "nor does the step that is under way";
  link().LoseNothing();
  recording.join();

  EXPECT_EQ(Notes(), std::vector<std::string>({""}));
  EXPECT_FALSE(FilesHoldAny());
}

TEST_F(NotesTest, ACorrectionOnPaperBringsNoNoteBack) {
  const int64_t lot = milkway_.Buy(1);
  v1::RecordDistributionRequest record = Incident(lot, kNote);
  record.mutable_distribution()->set_served_on("2025-06-10");
  ASSERT_THAT(milkway_.Record(record), IsOk());
  EmptyNotes();

  EnterOnPaper(lot, {12, 13});

  ASSERT_THAT(milkway_.Get(1)->revisions(), SizeIs(2));
  EXPECT_THAT(milkway_.Get(1)->revisions(1).incident().student_numbers(), SizeIs(1));
  EXPECT_EQ(milkway_.Get(1)->revisions(1).incident().note(), "");
  EXPECT_EQ(Notes(), std::vector<std::string>({"", ""}));
}

TEST_F(NotesTest, OldDataIsPurgedOnceItHasLearntWhoWasErased) {
  const TempFolder kept;
  const std::string data = system().StoreFolderOf("consumption");
  ASSERT_THAT(milkway_.Record(Incident(milkway_.Buy(1), kNote)), IsOk());
  // One file: no compaction of its own accord takes the note away.
  ASSERT_THAT(system().StoreOf("consumption").Purge(storage::KeyRange{}), IsOk());
  milkway_.Stop();
  fs::copy(data, kept / "data", fs::copy_options::recursive);
  ASSERT_TRUE(milkway_.Restart());
  ASSERT_THAT(Erase(12), IsOk());
  milkway_.Stop();
  fs::remove_all(data);
  fs::copy(kept / "data", data, fs::copy_options::recursive);
  ASSERT_TRUE(FilesHoldAny());

  ASSERT_TRUE(milkway_.Restart());

  EXPECT_EQ(Notes(), std::vector<std::string>({""}));
  const absl::Time patience = absl::Now() + absl::Seconds(20);
  while (FilesHoldAny() && absl::Now() < patience) absl::SleepFor(absl::Milliseconds(20));
  EXPECT_FALSE(FilesHoldAny());
}

}  // namespace
}  // namespace milkway::consumption
