// The step that destroys keys: what it purges, and what one damaged step costs.

#include "services/consumption/key_destroyer.h"

#include "absl/synchronization/notification.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/consumption/v1/erasure.pb.h"
#include "services/consumption/consumption_keys.h"
#include "tests/support/status_matchers.h"
#include "tests/support/stores.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::StatusIs;
using ::testing::Each;
using ::testing::Le;
using ::testing::SizeIs;

// A store that notes what is purged.
class NotedStore final : public storage::Store {
 public:
  void Transact(Body body, Done done) override {
    store_->Transact(std::move(body), std::move(done));
  }
  std::shared_ptr<const storage::Snapshot> NewSnapshot() override { return store_->NewSnapshot(); }
  absl::StatusOr<int64_t> WriteCheckpoint(const std::string& folder) override {
    return store_->WriteCheckpoint(folder);
  }
  absl::Status Purge(const storage::KeyRange& range) override {
    purged.push_back(range);
    return store_->Purge(range);
  }
  absl::Status Health() const override { return store_->Health(); }
  uint32_t FormatVersion() const override { return store_->FormatVersion(); }

  std::vector<storage::KeyRange> purged;

 private:
  mutable testing::MemoryStore store_;
};

class KeyDestroyerTest : public ::testing::Test {
 protected:
  std::vector<KeyDestroyer::Outcome> Perform(const std::vector<std::string>& payloads) {
    std::vector<runtime::Intent> intents;
    for (const std::string& payload : payloads) {
      intents.emplace_back().payload = payload;
    }
    std::vector<KeyDestroyer::Outcome> heard;
    absl::Notification is_done;
    destroyer_.Perform(intents, [&](std::vector<KeyDestroyer::Outcome> outcomes) {
      heard = std::move(outcomes);
      is_done.Notify();
    });
    is_done.WaitForNotification();
    return heard;
  }
  static std::string PayloadOf(const std::vector<uint32_t>& schools, const Rewritten& rewritten) {
    return DestructionPayload({}, schools, v1::EraseStudentResponse(), rewritten);
  }
  bool IsPurged(const std::string& key) const {
    for (const storage::KeyRange& range : data_.purged) {
      if (range.from <= key && key < range.to) return true;
    }
    return false;
  }

  NotedStore data_;
  ChildKeys keys_{nullptr, nullptr, nullptr};
  KeyDestroyer destroyer_{&data_, &keys_};
};

TEST_F(KeyDestroyerTest, OnlyTheDamagedStepFails) {
  const auto outcomes = Perform({"damaged", PayloadOf({1}, {})});

  ASSERT_THAT(outcomes, SizeIs(2));
  EXPECT_THAT(outcomes[0], StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(outcomes[1], IsOk());
  EXPECT_TRUE(IsPurged(StudentKey::Encode(1u, 7u)));
}

TEST_F(KeyDestroyerTest, WhatWasRewrittenElsewhereIsPurgedToo) {
  const std::string key = StudentKey::Encode(2u, 99u);

  ASSERT_THAT(Perform({PayloadOf({1}, {storage::PrefixRange(key)})}), Each(IsOk()));

  EXPECT_TRUE(IsPurged(key));
  EXPECT_FALSE(IsPurged(StudentKey::Encode(2u, 98u)));
}

TEST_F(KeyDestroyerTest, OfManySchoolsEachTableIsPurgedOnce) {
  std::vector<uint32_t> schools;
  for (uint32_t school = 1; school <= 100; ++school) schools.push_back(school);

  ASSERT_THAT(Perform({PayloadOf(schools, {}), PayloadOf({50}, {})}), Each(IsOk()));

  EXPECT_THAT(data_.purged, SizeIs(Le(5)));
  EXPECT_TRUE(IsPurged(StudentKey::Encode(1u, 7u)));
  EXPECT_TRUE(IsPurged(ConsentKey::Encode(100u, 7u, 1u)));
}

TEST_F(KeyDestroyerTest, AStopLeavesTheRestToTheNextStart) {
  destroyer_.Stop();

  EXPECT_THAT(Perform({PayloadOf({1}, {})}), Each(StatusIs(absl::StatusCode::kUnavailable)));
  EXPECT_THAT(data_.purged, SizeIs(0));
}

}  // namespace
}  // namespace milkway::consumption
