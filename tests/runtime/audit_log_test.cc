// The audit log is a chain: whatever is changed in it is found.

#include "services/runtime/audit/audit_log.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/runtime/audit/audit_verify.h"
#include "services/runtime/service_tables.h"
#include "tests/runtime/audit_fixture.h"
#include "tests/support/status_matchers.h"
#include "tests/support/stores.h"
#include "tests/support/transact.h"

namespace milkway::runtime {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::StatusIs;
using testing::EntriesOf;
using ::testing::HasSubstr;
using Rows = std::vector<std::pair<std::string, std::string>>;

constexpr AuditLog kLog(ServiceTag::kInventory);
constexpr AuditLog kOther(ServiceTag::kTrace);
constexpr uint64_t kRows = 20;

class AuditChain : public ::testing::Test {
 protected:
  AuditChain() {
    for (uint64_t number = 1; number <= kRows; ++number) {
      Append(kLog, number);
      Append(kOther, number);
    }
  }

  void Append(const AuditLog& log, uint64_t number) {
    AuditEntry entry;
    entry.set_recorded_us(static_cast<int64_t>(number) * 10);
    entry.set_method("milkway.inventory.v1.CatalogService/CreateProduct");
    entry.set_caller_id("admin");
    AddAuditedId("product_id", absl::StrCat("product-", number), &entry);
    EXPECT_THAT(milkway::testing::Transact(*store_,
                                           [&](storage::Transaction& transaction) {
                                             return log.Append(transaction, entry);
                                           }),
                IsOk());
  }

  AuditFinding Verify(const AuditLog& log = kLog,
                      const std::map<uint64_t, std::string>& hashes = {}) {
    const auto finding =
        VerifyAuditLog(*store_->NewSnapshot(), log, {{"inventory", hashes}}, [] { return true; });
    EXPECT_THAT(finding, IsOk());
    return finding.value_or(AuditFinding());
  }

  // Every row of the log's tables.
  Rows ReadRows(uint8_t table) {
    Rows rows;
    EXPECT_THAT(store_->NewSnapshot()->Scan(storage::PrefixRange(TableKey(kLog.service(), table)),
                                            storage::ScanOrder::kAscending,
                                            [&](absl::string_view key, absl::string_view value) {
                                              rows.emplace_back(key, value);
                                              return true;
                                            }),
                IsOk());
    return rows;
  }

  void Put(const std::string& key, const std::string& value) {
    EXPECT_THAT(store_->TransactAndWait(
                    [&](storage::Transaction& transaction) { return transaction.Put(key, value); }),
                IsOk());
  }
  void Delete(const std::string& key) {
    EXPECT_THAT(store_->TransactAndWait(
                    [&](storage::Transaction& transaction) { return transaction.Delete(key); }),
                IsOk());
  }
  AuditHead Head() { return *kLog.ReadHead(*store_->NewSnapshot()); }
  std::string HashAt(uint64_t position) {
    return (*kLog.FindRow(*store_->NewSnapshot(), position))->hash();
  }

  milkway::testing::MemoryStore store_;
};

TEST_F(AuditChain, HoldsTogether) {
  const AuditFinding finding = Verify();

  EXPECT_EQ(finding.first_bad_position, 0u) << finding.problem;
  EXPECT_EQ(finding.head.position, kRows);
  EXPECT_EQ(finding.rows, kRows);
}

TEST_F(AuditChain, OfNothingHoldsTogether) {
  const AuditFinding finding = Verify(AuditLog(ServiceTag::kPlanning));

  EXPECT_EQ(finding.first_bad_position, 0u) << finding.problem;
  EXPECT_EQ(finding.head.position, 0u);
}

TEST_F(AuditChain, OfOneServiceIsNotThatOfAnother) {
  EXPECT_NE(storage::BytesOf(kOther.ReadHead(*store_->NewSnapshot())->hash),
            storage::BytesOf(Head().hash));
}

TEST_F(AuditChain, TellsTimeStrictlyForward) {
  Append(kLog, 1);  // a call of long ago
  Append(kLog, 1);

  const std::vector<AuditEntry> entries = EntriesOf(*store_, kLog);
  ASSERT_EQ(entries.size(), kRows + 2);
  for (size_t index = 1; index < entries.size(); ++index) {
    EXPECT_GT(entries[index].recorded_us(), entries[index - 1].recorded_us());
    EXPECT_EQ(entries[index].position(), index + 1);
  }
  EXPECT_EQ(Verify().first_bad_position, 0u);
}

TEST_F(AuditChain, FindsEveryByteThatIsFlipped) {
  size_t flipped = 0;
  for (const auto& [key, value] : ReadRows(kAuditTable)) {
    const uint64_t position = *AuditLog::PositionIn(key);
    for (size_t index = 0; index < value.size(); ++index) {
      std::string damaged = value;
      damaged[index] = static_cast<char>(damaged[index] ^ (1 << (index % 8)));
      Put(key, damaged);
      ASSERT_EQ(Verify().first_bad_position, position)
          << "byte " << index << " of row " << position;
      ++flipped;
    }
    Put(key, value);
  }
  EXPECT_EQ(Verify().first_bad_position, 0u);
  printf("%zu bytes flipped\n", flipped);
}

TEST_F(AuditChain, FindsEveryRowThatIsMissing) {
  for (const auto& [key, value] : ReadRows(kAuditTable)) {
    Delete(key);
    ASSERT_EQ(Verify().first_bad_position, *AuditLog::PositionIn(key));
    Put(key, value);
  }
}

TEST_F(AuditChain, FindsRowsThatChangedPlaces) {
  const Rows rows = ReadRows(kAuditTable);
  Put(rows[3].first, rows[4].second);
  Put(rows[4].first, rows[3].second);

  EXPECT_EQ(Verify().first_bad_position, 4u);
}

TEST_F(AuditChain, FindsARowThatNobodyWrote) {
  std::string key = TableKey(kLog.service(), kAuditTable);
  storage::key_internal::Append(kRows + 1, &key);
  Put(key, ReadRows(kAuditTable).back().second);

  EXPECT_EQ(Verify().first_bad_position, kRows + 1);
}

TEST_F(AuditChain, FindsAnEndThatIsCutOff) {
  Delete(ReadRows(kAuditTable).back().first);

  EXPECT_EQ(Verify().first_bad_position, kRows);
}

TEST_F(AuditChain, FindsEveryByteOfItsEndThatIsFlipped) {
  const auto [key, value] = ReadRows(kAuditHeadTable).front();
  for (size_t index = 0; index < value.size(); ++index) {
    std::string damaged = value;
    damaged[index] = static_cast<char>(damaged[index] ^ 1);
    Put(key, damaged);
    EXPECT_NE(Verify().first_bad_position, 0u) << "byte " << index;
  }
}

TEST_F(AuditChain, FindsARowThatItsIdsDoNotLeadTo) {
  Delete(kLog.IdKey("product-7", 7));

  const AuditFinding finding = Verify();
  EXPECT_EQ(finding.first_bad_position, 7u);
  EXPECT_THAT(finding.problem, HasSubstr("product-7"));
}

TEST_F(AuditChain, WrittenAnewIsFoundByWhatTheMerkleLogKnows) {
  const std::map<uint64_t, std::string> anchors = {{10, HashAt(10)}, {kRows, HashAt(kRows)}};
  EXPECT_EQ(Verify(kLog, anchors).anchors_confirmed, 2);
  for (const uint8_t table : {kAuditTable, kAuditHeadTable, kAuditIdTable}) {
    for (const auto& [key, value] : ReadRows(table)) Delete(key);
  }
  for (uint64_t number = 1; number <= kRows; ++number) Append(kLog, number == 9 ? 8 : number);

  EXPECT_EQ(Verify().first_bad_position, 0u);
  const AuditFinding finding = Verify(kLog, anchors);
  EXPECT_EQ(finding.first_bad_position, 10u);
  EXPECT_EQ(finding.anchors_confirmed, 0);
}

TEST_F(AuditChain, CutOffIsFoundByWhatTheMerkleLogKnows) {
  const std::map<uint64_t, std::string> anchors = {{kRows, HashAt(kRows)}};
  const Rows heads = ReadRows(kAuditHeadTable);
  Append(kLog, 100);
  ASSERT_EQ(Verify(kLog, anchors).first_bad_position, 0u);
  for (const uint8_t table : {kAuditTable, kAuditHeadTable, kAuditIdTable}) {
    for (const auto& [key, value] : ReadRows(table)) Delete(key);
  }
  for (uint64_t number = 1; number < kRows; ++number) Append(kLog, number);

  EXPECT_EQ(Verify().first_bad_position, 0u);
  EXPECT_EQ(Verify(kLog, anchors).first_bad_position, kRows);
}

TEST_F(AuditChain, CanBeGivenUp) {
  for (int number = 0; number < 10'000; ++number) {
    store_->Transact(
        [](storage::Transaction& transaction) { return kLog.Append(transaction, AuditEntry()); },
        [](const absl::Status&) {});
  }
  EXPECT_THAT(store_->TransactAndWait([](storage::Transaction&) { return absl::OkStatus(); }),
              IsOk());

  EXPECT_THAT(VerifyAuditLog(*store_->NewSnapshot(), kLog, {}, [] { return false; }),
              StatusIs(absl::StatusCode::kCancelled));
}

// The bytes are on disk: whoever changes them cannot read what is there.
TEST(AuditFormat, IsPinned) {
  milkway::testing::MemoryStore store;
  AuditEntry entry;
  entry.set_recorded_us(1'764'000'000'000'000);
  entry.set_kind(records::v1::AUDIT_KIND_CHANGE);
  entry.set_method("milkway.inventory.v1.CatalogService/CreateProduct");
  entry.set_caller_id("li");
  AddAuditedId("product_id", "p1", &entry);
  ASSERT_THAT(milkway::testing::Transact(*store,
                                         [&](storage::Transaction& transaction) {
                                           return kLog.Append(transaction, entry);
                                         }),
              IsOk());

  EXPECT_EQ(absl::BytesToHexString(storage::BytesOf(kLog.ReadHead(*store->NewSnapshot())->hash)),
            "96ec5001958b56500140da8f78e0d0555c6978d03de677bcb38157215e4f946c");
  EXPECT_EQ(absl::BytesToHexString(kLog.IdKey("p1", 1)),
            "01f670310001"
            "0000000000000001");
}

}  // namespace
}  // namespace milkway::runtime
