// What a start does about past erasures when it does not come to its end.

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/consumption/erasure.h"
#include "services/consumption/key_destroyer.h"
#include "services/runtime/intent_table.h"
#include "services/runtime/master_key.h"
#include "tests/consumption/consumption_fixture.h"
#include "tests/support/status_matchers.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr uint32_t kPersonal = static_cast<uint32_t>(KeySubject::kPersonal);

// A store of keys that cannot be purged, as if the process ended before it was.
class UnpurgedStore final : public storage::Store {
 public:
  bool is_out_of_reach = false;

  void Transact(Body body, Done done) override {
    if (is_out_of_reach) return std::move(done)(absl::UnavailableError("the disk is gone"));
    store_->Transact(std::move(body), std::move(done));
  }
  std::shared_ptr<const storage::Snapshot> NewSnapshot() override { return store_->NewSnapshot(); }
  absl::StatusOr<int64_t> WriteCheckpoint(const std::string& folder) override {
    return store_->WriteCheckpoint(folder);
  }
  absl::Status Purge(const storage::KeyRange&) override {
    return absl::UnavailableError("the power is gone");
  }
  absl::Status Health() const override { return store_->Health(); }
  uint32_t FormatVersion() const override { return store_->FormatVersion(); }

 private:
  mutable testing::MemoryStore store_;
};

class PastErasuresTest : public ConsumptionTest {
 protected:
  PastErasuresTest() { Register(kSchool); }

  template <typename Body>
  static void Change(storage::Store& store, Body body) {
    ASSERT_THAT(store.TransactAndWait(body), IsOk());
  }
  // As the data knows it; the store of keys was restored from before.
  void DestroyKeyOf7() {
    Change(*store_, [](storage::Transaction& transaction) {
      rec::KeyStateRecord state;
      state.set_destroyed(1);
      return KeyStateTable::Put(transaction, state, 1u, 7u, kPersonal);
    });
  }
  std::vector<rec::KeyDestructionRecord> OpenSteps() {
    const auto stored =
        runtime::ReadIntents(*store_->NewSnapshot(), runtime::ServiceTag::kConsumption);
    EXPECT_THAT(stored, IsOk());
    std::vector<rec::KeyDestructionRecord> steps;
    for (const runtime::StoredIntent& step : *stored) {
      EXPECT_EQ(step.kind, kKeyDestruction);
      EXPECT_TRUE(steps.emplace_back().ParseFromString(step.intent.payload));
    }
    return steps;
  }

  UnpurgedStore key_store_;
  const runtime::MasterKey master_key_ = runtime::MasterKey::Generate();
  ChildKeys keys_{&key_store_, &master_key_, nullptr};
};

TEST_F(PastErasuresTest, AStartThatEndsBeforeThePurgeOfKeysLeavesAStepForIt) {
  DestroyKeyOf7();

  EXPECT_THAT(ErasePastErasures(*store_, keys_), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(ErasePastErasures(*store_, keys_), IsOk()) << "the key itself is deleted by now";

  const auto steps = OpenSteps();
  ASSERT_THAT(steps, SizeIs(1));
  ASSERT_THAT(steps[0].doomed(), SizeIs(1));
  EXPECT_EQ(steps[0].doomed(0).school_id(), kSchool);
  EXPECT_EQ(steps[0].doomed(0).student_number(), 7u);
  EXPECT_EQ(steps[0].doomed(0).destroyed(), 1u);
}

TEST_F(PastErasuresTest, StartsInVainLeaveOneStep) {
  DestroyKeyOf7();
  key_store_.is_out_of_reach = true;

  for (int start = 0; start < 3; ++start) {
    EXPECT_THAT(ErasePastErasures(*store_, keys_), StatusIs(absl::StatusCode::kUnavailable));
  }

  EXPECT_THAT(OpenSteps(), SizeIs(1));
}

TEST_F(PastErasuresTest, TextThatIsClearedBecauseItsKeyIsGoneIsPurged) {
  Change(*store_, [](storage::Transaction& transaction) {
    rec::PersonalRecord personal;
    personal.set_sealed("sealed");
    return PersonalTable::Put(transaction, personal, 1u, 7u);
  });
  Change(key_store_, [](storage::Transaction& transaction) {
    rec::DestroyedKeysRecord destroyed;
    destroyed.set_destroyed(1);
    return DestroyedKeysTable::Put(transaction, destroyed, std::string(kSchool), 7u, kPersonal);
  });

  ASSERT_THAT(ErasePastErasures(*store_, keys_), IsOk());

  const auto steps = OpenSteps();
  ASSERT_THAT(steps, SizeIs(1));
  EXPECT_THAT(steps[0].school_numbers(), ElementsAre(1u));
}

TEST_F(PastErasuresTest, NothingIsLeftToDoWhereBothStoresAgree) {
  ASSERT_THAT(ErasePastErasures(*store_, keys_), IsOk());

  EXPECT_THAT(OpenSteps(), IsEmpty());
}

}  // namespace
}  // namespace milkway::consumption
