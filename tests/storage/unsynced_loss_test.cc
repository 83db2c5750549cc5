// Takes the power away from a store that writes and looks at what it left.
//
// Random changes run on a file system that forgets what was not synced. After
// every loss of power the store must hold the changes 1 to n, whole and nothing
// else, with n at or above the last one that was reported durable.
//
//   MILKWAY_CRASH_ROUNDS=2000 unsynced_loss_test    for a long run (default 100)
//   MILKWAY_RANDOM_SEED=1 unsynced_loss_test        to repeat a run

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <random>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/key_codec.h"
#include "storage/rocksdb_store.h"
#include "tests/support/crash_env.h"
#include "tests/support/random_seed.h"
#include "tests/support/status_matchers.h"
#include "tests/support/stores.h"

namespace milkway::storage {
namespace {

using ::milkway::testing::CrashEnv;
using ::milkway::testing::IsOk;

// () -> number of the last change
using HeadKey = KeySchema<0x7f00>;
// place -> the change that wrote it last
using PlaceKey = KeySchema<0x7f01, uint64_t>;

constexpr uint64_t kPlaces = 300;
constexpr int kUnderWayMax = 64;
// Of the file system, before it loses power: opening takes a few dozen.
constexpr uint64_t kChangesMax = 400;

using Rows = std::map<uint64_t, std::string>;
using Writes = std::map<uint64_t, std::optional<std::string>>;

// What change `number` writes in `round`: a change that was lost writes something
// else when its number comes again.
Writes WritesOf(uint32_t seed, int round, uint64_t number) {
  std::seed_seq mixed{seed, static_cast<uint32_t>(round), static_cast<uint32_t>(number)};
  std::minstd_rand random(mixed);
  Writes writes;
  for (uint32_t count = 1 + random() % 8; count > 0; --count) {
    std::optional<std::string>& value = writes[random() % kPlaces];
    if (random() % 5 == 0) continue;
    value = absl::StrCat("change ", number, " of round ", round, " ");
    value->append(random() % 2'000, static_cast<char>('a' + random() % 26));
  }
  return writes;
}

void Apply(const Writes& writes, Rows* rows) {
  for (const auto& [place, value] : writes) {
    if (value.has_value()) {
      (*rows)[place] = *value;
    } else {
      rows->erase(place);
    }
  }
}

absl::StatusOr<std::unique_ptr<Store>> Open(const std::string& folder, rocksdb::Env* env) {
  RocksDbStoreOptions options;
  options.folder = folder;
  options.env = env;
  options.memtable_bytes = 256 << 10;  // so that flushes and compactions are hit too
  return OpenRocksDbStore(options);
}

uint64_t LastChange(const Reader& reader) {
  const auto head = reader.Get(HeadKey::Encode());
  uint64_t last = 0;
  if (!head.ok() || (head->has_value() && !absl::SimpleAtoi(**head, &last))) abort();
  return last;
}

Rows RowsOf(const Reader& reader) {
  Rows rows;
  EXPECT_THAT(reader.Scan(PlaceKey::Range(), ScanOrder::kAscending,
                          [&](absl::string_view key, absl::string_view value) {
                            rows[std::get<0>(*PlaceKey::Decode(key))] = std::string(value);
                            return true;
                          }),
              IsOk());
  return rows;
}

// Queues the changes after `last`, a few ahead of those reported durable.
class Writer {
 public:
  Writer(Store* store, uint32_t seed, int round, uint64_t last)
      : store_(*store), seed_(seed), round_(round), first_(last + 1), last_durable_(last) {}

  // Returns the last change that was reported durable before one was not.
  uint64_t WriteUntilFailure() {
    for (uint64_t number = first_;; ++number) {
      {
        absl::MutexLock lock(&mutex_);
        const auto may_go_on = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
          return has_failed_ ? under_way_ == 0 : under_way_ < kUnderWayMax;
        };
        mutex_.Await(absl::Condition(&may_go_on));
        if (has_failed_) return last_durable_;
        ++under_way_;
      }
      Queue(number);
    }
  }

 private:
  void Queue(uint64_t number) {
    if (number % 7 == 0) {
      // Writes as the next one does, and then thinks better of it.
      store_.Transact(
          [this, number](Transaction& transaction) -> absl::Status {
            EXPECT_THAT(Put(transaction, number + 1), IsOk());
            return absl::AbortedError("no");
          },
          [](absl::Status) {});
    }
    store_.Transact([this, number](Transaction& transaction) { return Put(transaction, number); },
                    [this, number](absl::Status status) {
                      absl::MutexLock lock(&mutex_);
                      --under_way_;
                      if (!status.ok()) has_failed_ = true;
                      if (!has_failed_) last_durable_ = number;
                    });
  }

  absl::Status Put(Transaction& transaction, uint64_t number) const {
    absl::Status status = transaction.Put(HeadKey::Encode(), absl::StrCat(number));
    for (const auto& [place, value] : WritesOf(seed_, round_, number)) {
      const std::string key = PlaceKey::Encode(place);
      status.Update(value.has_value() ? transaction.Put(key, *value) : transaction.Delete(key));
    }
    return status;
  }

  Store& store_;
  const uint32_t seed_;
  const int round_;
  const uint64_t first_;
  absl::Mutex mutex_;
  uint64_t last_durable_ ABSL_GUARDED_BY(mutex_);
  int under_way_ ABSL_GUARDED_BY(mutex_) = 0;
  bool has_failed_ ABSL_GUARDED_BY(mutex_) = false;
};

// Takes the power away again and again, and knows what must be there.
class LossOfPower : public ::testing::Test {
 protected:
  // Opens the store, looks at it and writes until the power is gone, be it while
  // opening.
  void RunRound(int round) {
    // A disk may keep nothing that was not synced, or any part of it.
    const bool keeps_some = random_() % 2 == 0;
    CrashEnv env(1 + random_() % kChangesMax,
                 [&](uint64_t unsynced) { return keeps_some ? random_() % (unsynced + 1) : 0; });
    const auto store = Open(store_folder_, &env);
    if (!store.ok()) {
      EXPECT_TRUE(env.PowerIsGone()) << store.status();
      return;
    }
    ++rounds_that_wrote_;
    ExpectChangesUpToTheHead(store->get());
    round_ = round;
    last_durable_ = Writer(store->get(), seed_, round, last_).WriteUntilFailure();
  }

  void ExpectChangesUpToTheHead(Store* store) {
    const auto snapshot = store->NewSnapshot();
    const uint64_t head = LastChange(*snapshot);
    EXPECT_GE(head, last_durable_);
    for (uint64_t number = last_ + 1; number <= head; ++number) {
      Apply(WritesOf(seed_, round_, number), &model_);
    }
    EXPECT_TRUE(RowsOf(*snapshot) == model_) << "the rows are not those of changes 1 to " << head;
    last_ = head;
  }

  const uint32_t seed_ = testing::RandomSeed();
  const testing::TempFolder folder_;
  const std::string store_folder_ = folder_ / "store";
  // After change `last_`, and the round that wrote those after it.
  Rows model_;
  uint64_t last_ = 0;
  int round_ = 0;
  int rounds_that_wrote_ = 0;

 private:
  std::mt19937 random_{seed_};
  uint64_t last_durable_ = 0;
};

TEST_F(LossOfPower, TakesNothingThatWasReportedDurableAndLeavesNoHalves) {
  int rounds = 100;
  if (const char* wanted = getenv("MILKWAY_CRASH_ROUNDS")) {
    ASSERT_TRUE(absl::SimpleAtoi(wanted, &rounds));
  }

  for (int round = 0; round < rounds && !HasFailure(); ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    RunRound(round);
  }

  const auto store = Open(store_folder_, nullptr);
  ASSERT_THAT(store, IsOk());
  ExpectChangesUpToTheHead(store->get());
  EXPECT_GT(rounds_that_wrote_, rounds / 2);
  printf("%d rounds, %lu changes\n", rounds, static_cast<unsigned long>(last_));
}

}  // namespace
}  // namespace milkway::storage
