// Questions to the audit logs against a model that looks at every entry.

#include "services/runtime/audit/audit_query.h"

#include <algorithm>
#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/runtime/service_tables.h"
#include "storage/key_codec.h"
#include "tests/runtime/audit_fixture.h"
#include "tests/support/random_seed.h"
#include "tests/support/status_matchers.h"
#include "tests/support/stores.h"
#include "tests/support/transact.h"

namespace milkway::runtime {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::StatusIs;
using ::testing::ElementsAre;

constexpr AuditLog kLogs[] = {AuditLog(ServiceTag::kInventory), AuditLog(ServiceTag::kConsumption),
                              AuditLog(ServiceTag::kTrace)};
constexpr int kEntries = 3'000;
constexpr int kQuestions = 400;

class AuditQuestions : public ::testing::Test {
 protected:
  int Pick(int count) { return std::uniform_int_distribution<>(0, count - 1)(random_); }

  void Append(const AuditLog& log, const AuditEntry& entry) {
    ASSERT_THAT(milkway::testing::Transact(*store_,
                                           [&](storage::Transaction& transaction) {
                                             return log.Append(transaction, entry);
                                           }),
                IsOk());
    const AuditHead head = *log.ReadHead(*store_->NewSnapshot());
    AuditEntry kept = entry;
    kept.set_position(head.position);
    kept.set_recorded_us(head.recorded_us);
    model_.push_back({log.service(), kept, ""});
  }

  AuditEntry RandomEntry(int64_t us) {
    AuditEntry entry;
    entry.set_recorded_us(us);
    entry.set_kind(static_cast<AuditKind>(1 + Pick(3)));
    entry.set_method(absl::StrCat("milkway.s", Pick(2), ".v1.Service/Method", Pick(3)));
    if (Pick(4) == 0) {
      entry.set_caller_id("service:consumption");
      entry.set_on_behalf_of(absl::StrCat("person-", Pick(5), ",person-", Pick(5)));
    } else {
      entry.set_caller_id(absl::StrCat("person-", Pick(5)));
    }
    for (int number = Pick(3); number > 0; --number) {
      AddAuditedId(Pick(2) == 0 ? "school_id" : "location_id", absl::StrCat("school-", Pick(20)),
                   &entry);
    }
    return entry;
  }

  AuditFilter RandomFilter() {
    AuditFilter filter;
    if (Pick(3) == 0) filter.from_us = Pick(kEntries * 10);
    if (Pick(3) == 0) filter.to_us = Pick(kEntries * 10);
    if (Pick(3) == 0) filter.caller_id = absl::StrCat("person-", Pick(6));
    if (Pick(3) == 0) filter.method = Pick(2) == 0 ? "milkway.s1." : "Method2";
    if (Pick(4) == 0) filter.kind = static_cast<AuditKind>(1 + Pick(3));
    for (int number = Pick(3); number > 0; --number) {
      filter.ids.push_back({Pick(2) == 0 ? "" : "school_id", absl::StrCat("school-", Pick(21))});
    }
    return filter;
  }

  // "inventory 7" of each entry, page by page.
  std::vector<std::string> Ask(const AuditFilter& filter, size_t size) {
    std::vector<std::string> found;
    AuditPlace before;
    for (int pages = 0; pages < 10'000; ++pages) {
      const auto page = FindAuditEntries(*store_->NewSnapshot(), kLogs, filter, before, size);
      EXPECT_THAT(page, IsOk());
      if (!page.ok()) return found;
      EXPECT_LE(page->entries.size(), size);
      for (const FoundEntry& entry : page->entries) found.push_back(NameOfEntry(entry));
      if (!page->before.has_value()) return found;
      EXPECT_LT(*page->before, before);
      before = *page->before;
    }
    ADD_FAILURE() << "the pages do not end";
    return found;
  }

  std::vector<std::string> AskModel(const AuditFilter& filter) {
    std::vector<FoundEntry> wanted;
    for (const FoundEntry& entry : model_) {
      if (Matches(filter, entry.entry)) wanted.push_back(entry);
    }
    std::sort(wanted.begin(), wanted.end(),
              [](const FoundEntry& a, const FoundEntry& b) { return a.place() > b.place(); });
    std::vector<std::string> names;
    for (const FoundEntry& entry : wanted) names.push_back(NameOfEntry(entry));
    return names;
  }

  // Changes a row of the inventory's log on disk, as only who holds the disk can.
  void Tamper(uint64_t position, const std::function<void(AuditEntry*)>& change) {
    ASSERT_THAT(store_->TransactAndWait([&](storage::Transaction& transaction) {
      records::v1::AuditRowRecord row = **kLogs[0].FindRow(transaction, position);
      AuditEntry entry;
      entry.ParseFromString(row.entry());
      change(&entry);
      entry.SerializeToString(row.mutable_entry());
      std::string key = TableKey(ServiceTag::kInventory, kAuditTable);
      storage::key_internal::Append(position, &key);
      return transaction.Put(key, row.SerializeAsString());
    }),
                IsOk());
  }
  // The status that asking page by page ends with.
  absl::Status EndOfAsking(const AuditFilter& filter) {
    AuditPlace before;
    for (int pages = 0; pages < 100; ++pages) {
      const auto page = FindAuditEntries(*store_->NewSnapshot(), kLogs, filter, before, 1);
      if (!page.ok() || !page->before.has_value()) return page.status();
      before = *page->before;
    }
    return absl::UnknownError("the pages do not end");
  }

  static std::string NameOfEntry(const FoundEntry& found) {
    return absl::StrCat(NameOf(found.service), " ", found.entry.position());
  }

  std::mt19937 random_{::milkway::testing::RandomSeed()};
  milkway::testing::MemoryStore store_;
  std::vector<FoundEntry> model_;
};

TEST_F(AuditQuestions, AreAnsweredAsByLookingAtEveryEntry) {
  for (int number = 0; number < kEntries; ++number) {
    // Logs have entries of the same time, and calls come in a little out of order.
    Append(kLogs[Pick(3)], RandomEntry(number * 10 / 3 * 3 + Pick(20)));
  }

  size_t found = 0;
  for (int question = 0; question < kQuestions && !HasFailure(); ++question) {
    const AuditFilter filter = RandomFilter();
    const std::vector<std::string> wanted = AskModel(filter);
    ASSERT_EQ(Ask(filter, static_cast<size_t>(1 + Pick(200))), wanted) << "question " << question;
    found += wanted.size();
  }
  printf("%d questions, %zu answers\n", kQuestions, found);
}

TEST_F(AuditQuestions, TellTheNewestFirst) {
  for (int64_t us = 1; us <= 3; ++us) {
    AuditEntry entry;
    entry.set_recorded_us(us);
    Append(kLogs[0], entry);
    Append(kLogs[2], entry);
  }

  EXPECT_THAT(Ask(AuditFilter(), 4), ElementsAre("trace 3", "inventory 3", "trace 2", "inventory 2",
                                                 "trace 1", "inventory 1"));
}

TEST_F(AuditQuestions, FindAnIdByTheFieldItStandsIn) {
  AuditEntry entry;
  AddAuditedId("school_id", "17", &entry);
  Append(kLogs[0], entry);
  AuditEntry other;
  AddAuditedId("student_number", "17", &other);
  Append(kLogs[0], other);

  AuditFilter filter;
  filter.ids = {{"student_number", "17"}};
  EXPECT_THAT(Ask(filter, 10), ElementsAre("inventory 2"));
  filter.ids = {{"", "17"}};
  EXPECT_THAT(Ask(filter, 10), ElementsAre("inventory 2", "inventory 1"));
}

TEST_F(AuditQuestions, EndAtARowThatSaysAnotherPlaceOrTimeThanItHas) {
  for (int64_t us = 1; us <= 5; ++us) {
    AuditEntry entry;
    entry.set_recorded_us(us * 10);
    AddAuditedId("school_id", "changyuan", &entry);
    Append(kLogs[0], entry);
  }
  AuditFilter by_time;
  by_time.to_us = 45;
  AuditFilter by_id;
  by_id.ids = {{"", "changyuan"}};
  AuditFilter since;
  since.from_us = 8;
  const std::vector<std::pair<const char*, std::function<void(AuditEntry*)>>> changes = {
      {"position 0", [](AuditEntry* entry) { entry->set_position(0); }},
      {"a later position", [](AuditEntry* entry) { entry->set_position(900); }},
      {"a later time", [](AuditEntry* entry) { entry->set_recorded_us(900); }},
      {"an earlier time", [](AuditEntry* entry) { entry->set_recorded_us(5); }},
  };
  for (const auto& [what, change] : changes) {
    Tamper(3, change);
    for (const AuditFilter& filter : {AuditFilter(), by_time, by_id, since}) {
      EXPECT_THAT(EndOfAsking(filter), StatusIs(absl::StatusCode::kDataLoss)) << what;
    }
    Tamper(3, [](AuditEntry* entry) {
      entry->set_position(3);
      entry->set_recorded_us(30);
    });
  }
  EXPECT_THAT(EndOfAsking(by_time), IsOk());
}

// Many rows that match nothing: a page ends before it has looked at all of them.
TEST_F(AuditQuestions, LookAtABoundedNumberOfRows) {
  constexpr int kRows = 45'000;
  AuditEntry first;
  first.set_recorded_us(1);
  first.set_caller_id("wang");
  Append(kLogs[0], first);
  for (int row = 0; row < kRows; ++row) {
    store_->Transact(
        [](storage::Transaction& transaction) {
          AuditEntry entry;
          entry.set_recorded_us(2);
          return kLogs[0].Append(transaction, entry);
        },
        [](const absl::Status&) {});
  }
  ASSERT_THAT(store_->TransactAndWait([](storage::Transaction&) { return absl::OkStatus(); }),
              IsOk());

  AuditFilter filter;
  filter.caller_id = "wang";
  const auto page = FindAuditEntries(*store_->NewSnapshot(), kLogs, filter, AuditPlace(), 10);
  ASSERT_THAT(page, IsOk());
  EXPECT_TRUE(page->entries.empty());
  EXPECT_TRUE(page->before.has_value());
  EXPECT_THAT(Ask(filter, 10), ElementsAre("inventory 1"));
}

}  // namespace
}  // namespace milkway::runtime
