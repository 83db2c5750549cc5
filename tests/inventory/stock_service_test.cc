// Stock as callers see it: sums, filters, cards as they were, counts, reasons.

#include <map>
#include <string>
#include <vector>

#include "tests/inventory/inventory_system.h"

namespace milkway::inventory {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class StockServiceTest : public InventorySystemTest {
 protected:
  int64_t Adjust(int64_t lot, v1::AdjustmentReason reason, int64_t grams, int day = 10,
                 const std::string& place = "depot") {
    v1::AdjustStockRequest request;
    v1::Adjustment& adjustment = *request.mutable_adjustment();
    adjustment.set_location_id(place);
    adjustment.set_lot_id(lot);
    adjustment.set_condition(v1::ACCOUNT_KIND_USABLE);
    adjustment.set_quantity_g(grams);
    adjustment.set_reason(reason);
    *adjustment.mutable_occurred_at() = May(day);
    adjustment.set_witness("李检验员");
    adjustment.mutable_document()->set_document_id("D-1");
    adjustment.mutable_document()->set_type(common::v1::DOCUMENT_TYPE_OTHER);
    return Write(&v1::StockService::Stub::AdjustStock, request).position();
  }

  std::vector<v1::StockSum> Sums(v1::SummarizeStockRequest request) {
    std::vector<v1::StockSum> sums;
    do {
      const auto page = Call(&v1::StockService::Stub::SummarizeStock, request);
      EXPECT_THAT(page, IsOk());
      if (!page.ok()) return sums;
      sums.insert(sums.end(), page->sums().begin(), page->sums().end());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return sums;
  }
  std::vector<std::string> Groups(v1::StockGrouping grouping, int page_size = 0) {
    v1::SummarizeStockRequest request;
    request.set_grouping(grouping);
    request.set_page_size(page_size);
    std::vector<std::string> groups;
    for (const v1::StockSum& sum : Sums(request)) groups.push_back(sum.group());
    return groups;
  }

  v1::StockCount CountOf(int64_t lot, int64_t grams, int day = 20) {
    v1::StockCount count;
    count.set_location_id("depot");
    *count.mutable_counted_at() = May(day);
    count.set_lot_id(lot);
    count.set_counted_g(grams);
    return count;
  }
};

TEST_F(StockServiceTest, EverySummaryAddsUpToWhatTheBalancesSay) {
  const int64_t first = Buy("L1", 3);
  Buy("L2", 2, "east", "2025-05-20");
  Buy("L3", 5, "west", "2025-07-01");
  Adjust(first, v1::ADJUSTMENT_REASON_QUARANTINE, 400);
  Adjust(first, v1::ADJUSTMENT_REASON_DAMAGED, 100);
  std::map<v1::AccountKind, int64_t> balances;
  for (const v1::Balance& balance : Balances()) {
    balances[balance.account().kind()] += balance.quantity_g();
  }

  for (int grouping = v1::STOCK_GROUPING_LOCATION; grouping <= v1::STOCK_GROUPING_EXPIRY;
       ++grouping) {
    v1::SummarizeStockRequest request;
    request.set_grouping(static_cast<v1::StockGrouping>(grouping));
    request.set_page_size(1);
    std::map<v1::AccountKind, int64_t> sums;
    for (const v1::StockSum& sum : Sums(request)) {
      sums[v1::ACCOUNT_KIND_USABLE] += sum.usable_g();
      sums[v1::ACCOUNT_KIND_QUARANTINED] += sum.quarantined_g();
      sums[v1::ACCOUNT_KIND_DAMAGED] += sum.damaged_g();
    }
    EXPECT_EQ(sums, balances) << grouping;
  }
}

TEST_F(StockServiceTest, StockIsGroupedByPlaceLotProductAndDaysToExpiry) {
  Buy("L1", 3, "depot", "2026-01-01");
  Buy("L2", 2, "east", "2025-05-20");
  Buy("L3", 5, "west", "2025-07-01");

  EXPECT_THAT(Groups(v1::STOCK_GROUPING_LOCATION, 1), ElementsAre("depot", "east", "west"));
  EXPECT_THAT(Groups(v1::STOCK_GROUPING_LOT, 1), ElementsAre("1", "2", "3"));
  EXPECT_THAT(Groups(v1::STOCK_GROUPING_PRODUCT), ElementsAre("milk"));
  EXPECT_THAT(Groups(v1::STOCK_GROUPING_EXPIRY), ElementsAre("expired", "0-30", "181-365"));
}

TEST_F(StockServiceTest, BalancesAreFilteredByProductKindAndExpiry) {
  Buy("L1", 3, "depot", "2026-01-01");
  const int64_t early = Buy("L2", 2, "depot", "2025-08-01");
  Adjust(early, v1::ADJUSTMENT_REASON_QUARANTINE, 400);

  v1::ListBalancesRequest request;
  request.set_expires_to("2025-12-31");
  EXPECT_THAT(Balances(request), SizeIs(2));
  request.set_kind(v1::ACCOUNT_KIND_QUARANTINED);
  ASSERT_THAT(Balances(request), SizeIs(1));
  EXPECT_EQ(Balances(request)[0].quantity_g(), 400);
  request.set_product_id("cheese");
  EXPECT_THAT(Balances(request), IsEmpty());
  request.set_location_id("depot");
  request.set_product_id("milk");
  EXPECT_THAT(Balances(request), SizeIs(1));
  request.set_expires_from("soon");
  EXPECT_THAT(Call(&v1::StockService::Stub::ListBalances, request), NamesField("expires_from"));
}

TEST_F(StockServiceTest, ACardAsOfAPositionIsTheCardAsItWasThen) {
  const int64_t lot = Buy("L1", 3);
  Adjust(lot, v1::ADJUSTMENT_REASON_WATER, 100, 10);
  const int64_t then = Adjust(lot, v1::ADJUSTMENT_REASON_PESTS, 200, 14);
  v1::GetStockCardRequest request;
  request.set_location_id("depot");
  request.set_lot_id(lot);
  const auto before = Call(&v1::StockService::Stub::GetStockCard, request);
  Adjust(lot, v1::ADJUSTMENT_REASON_HEAT, 50, 5);
  Adjust(lot, v1::ADJUSTMENT_REASON_LOST, 60, 12);

  request.set_as_of_position(then);
  request.set_page_size(1);
  v1::GetStockCardResponse as_of;
  do {
    const auto page = Call(&v1::StockService::Stub::GetStockCard, request);
    ASSERT_THAT(page, IsOk());
    as_of.mutable_entries()->MergeFrom(page->entries());
    as_of.set_balance_g(page->balance_g());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());

  EXPECT_EQ(as_of.SerializeAsString(), before->SerializeAsString());
  EXPECT_EQ(as_of.balance_g(), 2'700);
}

TEST_F(StockServiceTest, PostingsAreFilteredByKindReferenceAndLot) {
  const int64_t lot = Buy("L1", 3);
  const int64_t other = Buy("L2", 2);
  const int64_t position = Adjust(other, v1::ADJUSTMENT_REASON_DESTROYED, 400);
  const auto positions = [&](const v1::ListPostingsRequest& request) {
    std::vector<int64_t> found;
    const auto page = Call(&v1::StockService::Stub::ListPostings, request);
    EXPECT_THAT(page, IsOk());
    for (const v1::Posting& posting : page->postings()) found.push_back(posting.position());
    return found;
  };

  v1::ListPostingsRequest by_kind;
  by_kind.set_kind(v1::POSTING_KIND_ADJUSTMENT);
  EXPECT_THAT(positions(by_kind), ElementsAre(position));
  v1::ListPostingsRequest by_reference;
  by_reference.set_reference("purchase/P-L1-depot");
  EXPECT_THAT(positions(by_reference), ElementsAre(1));
  v1::ListPostingsRequest by_lot;
  by_lot.set_lot_id(lot);
  EXPECT_THAT(positions(by_lot), ElementsAre(1));
}

TEST_F(StockServiceTest, ADestructionKeepsItsWitnessAndItsPaper) {
  v1::GetPostingRequest request;
  request.set_position(Adjust(Buy("L1", 1), v1::ADJUSTMENT_REASON_DESTROYED, 400));

  const auto posting = Call(&v1::StockService::Stub::GetPosting, request);

  EXPECT_EQ(posting->posting().witness(), "李检验员");
  EXPECT_EQ(posting->posting().document().document_id(), "D-1");
  EXPECT_EQ(posting->posting().adjustment_reason(), v1::ADJUSTMENT_REASON_DESTROYED);
}

TEST_F(StockServiceTest, EveryReasonHasAnEnglishAndAChineseName) {
  const auto reasons =
      Call(&v1::StockService::Stub::ListAdjustmentReasons, v1::ListAdjustmentReasonsRequest());

  ASSERT_THAT(reasons, IsOk());
  EXPECT_EQ(reasons->reasons_size(), v1::AdjustmentReason_MAX);
  EXPECT_EQ(reasons->count_reasons_size(), v1::CountReason_MAX);
  EXPECT_EQ(reasons->return_reasons_size(), v1::ReturnReason_MAX);
  for (const v1::AdjustmentReasonInfo& reason : reasons->reasons()) {
    EXPECT_FALSE(reason.name_en().empty() || reason.name_zh().empty() || reason.from().empty())
        << reason.reason();
  }
}

TEST_F(StockServiceTest, AReasonThatOnlyTheServerGivesIsNotTakenFromPeople) {
  v1::AdjustStockRequest request;
  request.set_request_id(NextRequestId());
  v1::Adjustment& adjustment = *request.mutable_adjustment();
  adjustment.set_location_id("depot");
  adjustment.set_lot_id(Buy("L1", 1));
  adjustment.set_condition(v1::ACCOUNT_KIND_USABLE);
  adjustment.set_quantity_g(1);
  adjustment.set_reason(v1::ADJUSTMENT_REASON_RECALL);
  *adjustment.mutable_occurred_at() = May(21);

  EXPECT_THAT(Call(&v1::StockService::Stub::AdjustStock, request), NamesField("adjustment.reason"));
}

TEST_F(StockServiceTest, ACountSheetSaysWhatShouldLieAtAPlaceAndIsBlindUnlessAsked) {
  const int64_t lot = Buy("L1", 3);
  Buy("L2", 2, "east");
  v1::GetCountSheetRequest request;
  request.set_location_id("depot");

  const auto blind = Call(&v1::StockService::Stub::GetCountSheet, request);
  request.set_with_expected(true);
  const auto open = Call(&v1::StockService::Stub::GetCountSheet, request);

  ASSERT_THAT(blind, IsOk());
  ASSERT_EQ(blind->lines_size(), 1);
  EXPECT_EQ(blind->lines(0).lot_id(), lot);
  EXPECT_EQ(blind->lines(0).product_name_zh(), "奶粉");
  EXPECT_EQ(blind->lines(0).pack_weight_g(), 1'000);
  EXPECT_EQ(blind->lines(0).expected_g(), 0);
  EXPECT_EQ(open->lines(0).expected_g(), 3'000);
}

TEST_F(StockServiceTest, SeveralCountsAreRecordedTogether) {
  v1::RecordCountsRequest request;
  request.set_location_id("depot");
  *request.add_counts() = CountOf(Buy("L1", 3), 2'900);
  *request.add_counts() = CountOf(Buy("L2", 2), 2'000);
  request.mutable_counts(0)->set_reason(v1::COUNT_REASON_SPILLED);

  const auto recorded = Write(&v1::StockService::Stub::RecordCounts, request);

  ASSERT_EQ(recorded.results_size(), 2);
  EXPECT_EQ(recorded.results(0).variance_g(), -100);
  EXPECT_EQ(recorded.results(1).position(), 0);
  v1::ListCountsRequest list;
  list.set_location_id("depot");
  const auto counts = Call(&v1::StockService::Stub::ListCounts, list);
  EXPECT_EQ(counts->counts(0).count().reason(), v1::COUNT_REASON_SPILLED);
}

TEST_F(StockServiceTest, IfOneCountOfSeveralIsRefusedNoneIsRecorded) {
  const int64_t lot = Buy("L1", 3);
  v1::RecordCountsRequest request;
  request.set_request_id(NextRequestId());
  request.set_location_id("depot");
  *request.add_counts() = CountOf(lot, 2'900);
  *request.add_counts() = CountOf(99, 1);

  EXPECT_THAT(Call(&v1::StockService::Stub::RecordCounts, request), IsRefusal("LOT_UNKNOWN"));
  request.mutable_counts(1)->set_location_id("east");
  EXPECT_THAT(Call(&v1::StockService::Stub::RecordCounts, request),
              NamesField("counts[1].location_id"));
  EXPECT_EQ(Balances()[0].quantity_g(), 3'000);
}

TEST_F(StockServiceTest, ACountIsExplainedOnceItsReasonIsKnown) {
  v1::RecordCountRequest count;
  *count.mutable_count() = CountOf(Buy("L1", 3), 2'900);
  Write(&v1::StockService::Stub::RecordCount, count);
  v1::ExplainCountRequest request;
  request.set_location_id("depot");
  request.set_lot_id(count.count().lot_id());
  *request.mutable_counted_at() = count.count().counted_at();
  request.set_reason(v1::COUNT_REASON_STOLEN);

  const auto explained = Write(&v1::StockService::Stub::ExplainCount, request);

  EXPECT_EQ(explained.count().count().reason(), v1::COUNT_REASON_STOLEN);
  request.set_request_id(NextRequestId());
  request.set_reason(v1::COUNT_REASON_PESTS);
  EXPECT_THAT(Call(&v1::StockService::Stub::ExplainCount, request), IsRefusal("COUNT_EXPLAINED"));
  request.set_lot_id(99);
  EXPECT_THAT(Call(&v1::StockService::Stub::ExplainCount, request), IsRefusal("COUNT_UNKNOWN"));
}

}  // namespace
}  // namespace milkway::inventory
