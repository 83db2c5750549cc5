#include "tests/conformance/store_conformance.h"

#include <atomic>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "tests/support/status_matchers.h"

namespace milkway::storage {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

using Rows = std::vector<std::pair<std::string, std::string>>;

Rows RowsOf(const Reader& reader, const KeyRange& range, ScanOrder order = ScanOrder::kAscending) {
  Rows rows;
  EXPECT_THAT(reader.Scan(range, order,
                          [&](absl::string_view key, absl::string_view value) {
                            rows.emplace_back(key, value);
                            return true;
                          }),
              IsOk());
  return rows;
}

// The rows that a test wrote; keys below "a" are the engine's own.
const KeyRange kAll = {"a", ""};

std::optional<std::string> ValueAt(const Reader& reader, const std::string& key) {
  return *reader.Get(key);
}

absl::Status Put(Store& store, const std::string& key, const std::string& value) {
  return store.TransactAndWait(
      [&](Transaction& transaction) { return transaction.Put(key, value); });
}

TEST_P(StoreConformance, WhatACommittedBodyWroteIsThere) {
  ASSERT_THAT(Put(store(), "key", "value"), IsOk());

  EXPECT_THAT(ValueAt(*store().NewSnapshot(), "key"), Optional(std::string("value")));
  EXPECT_EQ(ValueAt(*store().NewSnapshot(), "other"), std::nullopt);
}

TEST_P(StoreConformance, ABodyThatFailsLeavesNothing) {
  ASSERT_THAT(Put(store(), "kept", "before"), IsOk());

  EXPECT_THAT(store().TransactAndWait([](Transaction& transaction) {
    EXPECT_THAT(transaction.Put("kept", "after"), IsOk());
    EXPECT_THAT(transaction.Put("kept", "twice"), IsOk());
    EXPECT_THAT(transaction.Put("new", "value"), IsOk());
    EXPECT_THAT(transaction.Delete("kept"), IsOk());
    return absl::AbortedError("no");
  }),
              StatusIs(absl::StatusCode::kAborted));

  EXPECT_THAT(RowsOf(*store().NewSnapshot(), kAll), ElementsAre(std::pair("kept", "before")));
}

TEST_P(StoreConformance, ABodyThatFailsTakesNothingFromTheOthersOfItsGroup) {
  absl::BlockingCounter running(3);
  const auto transact = [&](const std::string& value, bool succeed) {
    store().Transact(
        [=](Transaction& transaction) -> absl::Status {
          EXPECT_THAT(transaction.Put("key", value), IsOk());
          EXPECT_THAT(transaction.Put(absl::StrCat("of ", value), "x"), IsOk());
          return succeed ? absl::OkStatus() : absl::AbortedError("no");
        },
        [&](absl::Status) { running.DecrementCount(); });
  };
  transact("first", true);
  transact("second", false);
  transact("third", true);
  running.Wait();

  EXPECT_THAT(RowsOf(*store().NewSnapshot(), kAll),
              ElementsAre(std::pair("key", "third"), std::pair("of first", "x"),
                          std::pair("of third", "x")));
}

TEST_P(StoreConformance, ABodySeesItsOwnWrites) {
  ASSERT_THAT(Put(store(), "b", "old"), IsOk());
  ASSERT_THAT(Put(store(), "c", "old"), IsOk());

  EXPECT_THAT(store().TransactAndWait([](Transaction& transaction) {
    EXPECT_THAT(transaction.Put("a", "new"), IsOk());
    EXPECT_THAT(transaction.Put("b", "new"), IsOk());
    EXPECT_THAT(transaction.Delete("c"), IsOk());
    EXPECT_THAT(ValueAt(transaction, "b"), Optional(std::string("new")));
    EXPECT_EQ(ValueAt(transaction, "c"), std::nullopt);
    EXPECT_THAT(RowsOf(transaction, kAll),
                ElementsAre(std::pair("a", "new"), std::pair("b", "new")));
    return absl::OkStatus();
  }),
              IsOk());
}

TEST_P(StoreConformance, BodiesSeeAllEarlierOnesInTheOrderOfTheCalls) {
  constexpr int kBodies = 500;
  absl::BlockingCounter running(kBodies);
  std::vector<int> seen(kBodies, -1);
  for (int number = 0; number < kBodies; ++number) {
    store().Transact(
        [&seen, number](Transaction& transaction) -> absl::Status {
          const auto last = transaction.Get("counter");
          seen[number] = last->has_value() ? std::stoi(**last) : 0;
          return transaction.Put("counter", absl::StrCat(seen[number] + 1));
        },
        [&](absl::Status status) {
          EXPECT_THAT(status, IsOk());
          running.DecrementCount();
        });
  }
  running.Wait();

  for (int number = 0; number < kBodies; ++number) EXPECT_EQ(seen[number], number);
}

TEST_P(StoreConformance, DoneIsCalledInTheOrderOfTheCallsAndOnce) {
  constexpr int kBodies = 200;
  absl::BlockingCounter running(kBodies);
  std::vector<int> done;
  for (int number = 0; number < kBodies; ++number) {
    store().Transact(
        [number](Transaction& transaction) {
          return number % 3 == 0 ? absl::AbortedError("no")
                                 : transaction.Put(absl::StrCat("key ", number), "x");
        },
        [&done, &running, number](absl::Status status) {
          EXPECT_EQ(status.ok(), number % 3 != 0);
          done.push_back(number);
          running.DecrementCount();
        });
  }
  running.Wait();

  ASSERT_EQ(done.size(), kBodies);
  EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
}

TEST_P(StoreConformance, ReadModifyWriteFromManyThreadsLosesNothing) {
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([this] {
      for (int step = 0; step < 100; ++step) {
        EXPECT_THAT(store().TransactAndWait([](Transaction& transaction) -> absl::Status {
          const auto last = transaction.Get("counter");
          const int count = last->has_value() ? std::stoi(**last) : 0;
          return transaction.Put("counter", absl::StrCat(count + 1));
        }),
                    IsOk());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_THAT(ValueAt(*store().NewSnapshot(), "counter"), Optional(std::string("800")));
}

TEST_P(StoreConformance, ASnapshotNeverChanges) {
  ASSERT_THAT(Put(store(), "a", "1"), IsOk());
  const auto snapshot = store().NewSnapshot();

  ASSERT_THAT(Put(store(), "a", "2"), IsOk());
  ASSERT_THAT(Put(store(), "b", "2"), IsOk());

  EXPECT_THAT(ValueAt(*snapshot, "a"), Optional(std::string("1")));
  EXPECT_THAT(RowsOf(*snapshot, kAll), ElementsAre(std::pair("a", "1")));
}

TEST_P(StoreConformance, ASnapshotHoldsWhatWasReportedDurableBefore) {
  absl::Notification checked;
  store().Transact([](Transaction& transaction) { return transaction.Put("a", "1"); },
                   [&](absl::Status) {
                     EXPECT_THAT(ValueAt(*store().NewSnapshot(), "a"), Optional(std::string("1")));
                     checked.Notify();
                   });
  checked.WaitForNotification();
}

TEST_P(StoreConformance, ScansAnyRangeInBothOrders) {
  ASSERT_THAT(store().TransactAndWait([](Transaction& transaction) {
    for (const char* key : {"a", "b", "c", "d"}) EXPECT_THAT(transaction.Put(key, key), IsOk());
    return absl::OkStatus();
  }),
              IsOk());
  const auto snapshot = store().NewSnapshot();

  const auto b = std::pair("b", "b"), c = std::pair("c", "c"), d = std::pair("d", "d");
  EXPECT_THAT(RowsOf(*snapshot, {"b", "d"}), ElementsAre(b, c));
  EXPECT_THAT(RowsOf(*snapshot, {"b", "d"}, ScanOrder::kDescending), ElementsAre(c, b));
  EXPECT_THAT(RowsOf(*snapshot, {"aa", "cc"}), ElementsAre(b, c));
  EXPECT_THAT(RowsOf(*snapshot, {"b", ""}, ScanOrder::kDescending), ElementsAre(d, c, b));
  EXPECT_THAT(RowsOf(*snapshot, {"b", "b"}), IsEmpty());
  EXPECT_THAT(RowsOf(*snapshot, {"c", "b"}), IsEmpty());
}

TEST_P(StoreConformance, AScanStopsWhenItsVisitorHasEnough) {
  ASSERT_THAT(Put(store(), "a", "1"), IsOk());
  ASSERT_THAT(Put(store(), "b", "2"), IsOk());

  int visited = 0;
  EXPECT_THAT(store().NewSnapshot()->Scan(kAll, ScanOrder::kAscending,
                                          [&](absl::string_view, absl::string_view) {
                                            ++visited;
                                            return false;
                                          }),
              IsOk());

  EXPECT_EQ(visited, 1);
}

TEST_P(StoreConformance, DeletingWhatIsNotThereIsOk) {
  EXPECT_THAT(
      store().TransactAndWait([](Transaction& transaction) { return transaction.Delete("none"); }),
      IsOk());
}

TEST_P(StoreConformance, RefusesKeysAndValuesOutOfBounds) {
  EXPECT_THAT(Put(store(), "", "x"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Put(store(), std::string(kKeyBytesMax + 1, 'k'), "x"),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Put(store(), "key", std::string(kValueBytesMax + 1, 'v')),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Put(store(), std::string(kKeyBytesMax, 'k'), ""), IsOk());
}

TEST_P(StoreConformance, KeepsAnyBytes) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes.push_back(static_cast<char>(byte));
  ASSERT_THAT(Put(store(), "k" + bytes, bytes), IsOk());

  EXPECT_THAT(ValueAt(*store().NewSnapshot(), "k" + bytes), Optional(bytes));
}

TEST_P(StoreConformance, WhatWasCommittedIsThereAfterReopening) {
  ASSERT_THAT(Put(store(), "a", "1"), IsOk());
  ASSERT_THAT(Put(store(), "b", "2"), IsOk());
  ASSERT_THAT(
      store().TransactAndWait([](Transaction& transaction) { return transaction.Delete("a"); }),
      IsOk());

  Reopen();

  EXPECT_THAT(RowsOf(*store().NewSnapshot(), kAll), ElementsAre(std::pair("b", "2")));
}

TEST_P(StoreConformance, IsHealthyWhileItWorks) { EXPECT_THAT(store().Health(), IsOk()); }

// Random groups of bodies, some failing, against one map.
TEST_P(StoreConformance, AgreesWithASimpleModel) {
  const uint32_t seed = std::random_device{}();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  const auto random_key = [&] { return absl::StrCat("k", random() % 40); };
  std::map<std::string, std::string> model;

  const auto compare = [&](const Reader& reader) {
    std::string from = random_key(), to = random_key();
    if (random() % 8 == 0) to.clear();
    Rows expected;
    for (const auto& [key, value] : model) {
      if (key >= from && (to.empty() || key < to)) expected.emplace_back(key, value);
    }
    ASSERT_EQ(RowsOf(reader, {from, to}), expected);
    std::reverse(expected.begin(), expected.end());
    ASSERT_EQ(RowsOf(reader, {from, to}, ScanOrder::kDescending), expected);
    const std::string key = random_key();
    const auto row = model.find(key);
    ASSERT_EQ(ValueAt(reader, key), row == model.end() ? std::nullopt : std::optional(row->second));
  };

  for (int group = 0; group < 1'000; ++group) {
    const int bodies = 1 + random() % 10;
    absl::BlockingCounter running(bodies);
    for (int body = 0; body < bodies; ++body) {
      // Bodies run on one thread, so `random` and `model` need no lock; nothing
      // else runs before the group has ended.
      store().Transact(
          [&](Transaction& transaction) -> absl::Status {
            const auto before = model;
            for (int step = random() % 6; step > 0; --step) {
              const std::string key = random_key();
              if (random() % 3 == 0) {
                EXPECT_THAT(transaction.Delete(key), IsOk());
                model.erase(key);
              } else {
                const std::string value = absl::StrCat(random());
                EXPECT_THAT(transaction.Put(key, value), IsOk());
                model[key] = value;
              }
            }
            compare(transaction);
            if (random() % 4 != 0) return absl::OkStatus();
            model = before;
            return absl::AbortedError("no");
          },
          [&](absl::Status) { running.DecrementCount(); });
    }
    running.Wait();
    if (HasFatalFailure()) return;
    if (group % 300 == 299) Reopen();
    compare(*store().NewSnapshot());
  }
}

TEST_P(StoreConformance, APurgeChangesNothingThatCanBeRead) {
  ASSERT_THAT(Put(store(), "a1", "stays"), IsOk());
  ASSERT_THAT(Put(store(), "b1", "goes"), IsOk());
  ASSERT_THAT(Put(store(), "b2", "old"), IsOk());
  ASSERT_THAT(Put(store(), "b2", "new"), IsOk());
  ASSERT_THAT(
      store().TransactAndWait([](Transaction& transaction) { return transaction.Delete("b1"); }),
      IsOk());

  EXPECT_THAT(store().Purge(PrefixRange("b")), IsOk());
  EXPECT_THAT(store().Purge(PrefixRange("nothing")), IsOk());
  EXPECT_THAT(store().Purge(KeyRange{}), IsOk());

  const auto rows = ElementsAre(std::pair("a1", "stays"), std::pair("b2", "new"));
  EXPECT_THAT(RowsOf(*store().NewSnapshot(), kAll), rows);
  Reopen();
  EXPECT_THAT(RowsOf(*store().NewSnapshot(), kAll), rows);
}

TEST_P(StoreConformance, APurgeWaitsForThoseWhoReadAndLeavesThemTheirRows) {
  ASSERT_THAT(Put(store(), "key", "value"), IsOk());
  std::shared_ptr<const Snapshot> before = store().NewSnapshot();
  ASSERT_THAT(
      store().TransactAndWait([](Transaction& transaction) { return transaction.Delete("key"); }),
      IsOk());
  absl::Notification is_purged;

  std::thread purger([&] {
    EXPECT_THAT(store().Purge(KeyRange{}), IsOk());
    is_purged.Notify();
  });
  EXPECT_FALSE(is_purged.WaitForNotificationWithTimeout(absl::Milliseconds(100)));
  EXPECT_THAT(ValueAt(*before, "key"), Optional(std::string("value")));
  before.reset();
  purger.join();

  EXPECT_EQ(ValueAt(*store().NewSnapshot(), "key"), std::nullopt);
}

TEST_P(StoreConformance, OthersWriteWhileAPurgeRuns) {
  std::atomic<bool> is_done{false};
  std::thread writer([&] {
    for (int number = 0; !is_done; ++number) {
      EXPECT_THAT(Put(store(), absl::StrCat("key ", number % 50), absl::StrCat(number)), IsOk());
    }
  });

  for (int round = 0; round < 5; ++round) EXPECT_THAT(store().Purge(KeyRange{}), IsOk());
  is_done = true;
  writer.join();

  EXPECT_THAT(store().Health(), IsOk());
}

}  // namespace
}  // namespace milkway::storage
