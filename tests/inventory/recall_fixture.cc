#include "tests/inventory/recall_fixture.h"

#include "absl/strings/str_cat.h"
#include "milkway/inventory/v1/catalog.pb.h"
#include "services/inventory/log.h"

namespace milkway::inventory {

using ::milkway::testing::IsOk;

Recall RecallTest::RecallOf(const std::string& recall_id, const std::string& lot_number,
                            OccurredAt ordered_at) {
  Recall recall;
  recall.recall_id = recall_id;
  recall.record.set_product_id(kMilk);
  recall.record.set_lot_number(lot_number);
  recall.record.set_ordered_us(ordered_at.us);
  recall.record.set_ordered_offset_minutes(ordered_at.offset_minutes);
  recall.record.set_reason("notice 17");
  return recall;
}

absl::Status RecallTest::Place(const Recall& recall, bool expected) {
  return Transact([&](storage::Transaction& transaction) {
    return PlaceRecall(transaction, recall, expected, {{5, 1}, "test", now_us_});
  });
}

absl::Status RecallTest::PlaceRecallOfNumber(const std::string& recall_id,
                                             const std::string& lot_number, OccurredAt ordered_at) {
  return Place(RecallOf(recall_id, lot_number, ordered_at));
}

absl::Status RecallTest::PlaceRecallOf(LotId lot, OccurredAt ordered_at,
                                       const std::string& recall_id) {
  return PlaceRecallOfNumber(recall_id, ReadLot(reader(), lot)->lot_number(), ordered_at);
}

absl::StatusOr<int64_t> RecallTest::Lift(const std::string& recall_id, OccurredAt lifted_at,
                                         bool release) {
  return Transact([&](storage::Transaction& transaction) {
    return LiftRecall(transaction, {recall_id, lifted_at, "tested and good", release},
                      {{5, 2}, "test", now_us_});
  });
}

LotId RecallTest::BuyNumber(const std::string& lot_number, int64_t packs, int day) {
  static int last_purchase = 0;
  Purchase purchase;
  purchase.purchase_id = absl::StrCat("N", ++last_purchase);
  purchase.purchased_on = LocalDateOf(March(day));
  purchase.supplier_id = kFarm;
  purchase.destination_id = kPort;
  PurchaseLine line;
  line.product_id = kMilk;
  line.lot_number = lot_number;
  line.expires_on = LocalDateOf(March(300));
  line.packs = packs;
  line.unit_price = {"AUD", 1000};
  purchase.lines = {line};
  const auto recorded = Transact([&](storage::Transaction& transaction) {
    return RecordPurchase(transaction, purchase, {5, 3}, "test", now_us_);
  });
  EXPECT_THAT(recorded, IsOk());
  return recorded.ok() ? recorded->lots[0].id : LotId{};
}

LotId RecallTest::SpreadOver(int places) {
  const LotId lot = Buy(places);
  EXPECT_THAT(Post(Ship(lot, places * int64_t{1'000}, March(1))), IsOk());
  EXPECT_THAT(Transact([&](storage::Transaction& transaction) -> absl::Status {
                rec::LocationRecord school;
                school.set_kind(v1::LOCATION_KIND_SCHOOL);
                school.set_time_zone("Asia/Shanghai");
                absl::Status status;
                auto ledger = Ledger::Begin(transaction, now_us_);
                for (int index = 0; index < places; ++index) {
                  const std::string place = absl::StrCat("school-", index);
                  status.Update(CreateLocation(transaction, place, school));
                  status.Update(ledger->Post(Receive(lot, 1'000, March(2), place)).status());
                }
                status.Update(ledger->End());
                return status;
              }),
              IsOk());
  return lot;
}

std::vector<std::string> RecallTest::StockOf(const std::string& recall_id) {
  std::vector<std::string> rows;
  const storage::Reader& view = reader();
  const auto recall = ReadRecall(view, recall_id);
  EXPECT_THAT(recall, IsOk());
  if (!recall.ok()) return rows;
  EXPECT_THAT(
      ScanRecalledStock(view, *recall,
                        [&](const RecalledStock& stock) {
                          rows.push_back(absl::StrCat(stock.place, " ", stock.quarantined_g));
                        }),
      IsOk());
  return rows;
}

int64_t RecallTest::BalanceAt(const Account& account, OccurredAt at, uint8_t rank) {
  const storage::Reader& view = reader();
  const auto card = StockCard::Load(view, account);
  EXPECT_THAT(card, IsOk());
  const auto balance_g = card->BalanceAt(view, {at.us, rank});
  EXPECT_THAT(balance_g, IsOk());
  return balance_g.value_or(-1);
}

int64_t RecallTest::LogEnd() { return ReadLogHead(reader())->position(); }

}  // namespace milkway::inventory
