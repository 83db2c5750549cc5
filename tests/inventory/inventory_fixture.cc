#include "tests/inventory/inventory_fixture.h"

#include "absl/strings/str_cat.h"
#include "milkway/inventory/v1/catalog.pb.h"

namespace milkway::inventory {

namespace {

using ::milkway::testing::IsOk;

constexpr int kChinaMinutes = 8 * 60;
constexpr char kChina[] = "Asia/Shanghai";

LocalDate Date(const std::string& text) { return *ParseDate("date", text); }

rec::LocationRecord Place(v1::LocationKind kind) {
  rec::LocationRecord location;
  location.set_kind(kind);
  location.set_name_en("place");
  location.set_name_zh("地点");
  location.set_country("CN");
  location.set_time_zone(kChina);
  return location;
}

}  // namespace

OccurredAt March(int day, int hour) {
  OccurredAt start = *StartOfDay(Date("2025-03-01"), kChina);
  start.us += (day - 1) * kMicrosPerDay + hour * kMicrosPerDay / 24;
  EXPECT_EQ(start.offset_minutes, kChinaMinutes);
  return start;
}

InventoryTest::InventoryTest() {
  EXPECT_THAT(Transact([](storage::Transaction& transaction) -> absl::Status {
                rec::ProductRecord milk;
                milk.set_name_en("milk powder");
                milk.set_name_zh("奶粉");
                milk.set_net_weight_g(1000);
                milk.set_serving_g(25);
                absl::Status status = CreateProduct(transaction, kMilk, milk);
                const std::pair<const char*, v1::LocationKind> places[] = {
                    {kFarm, v1::LOCATION_KIND_SUPPLIER},
                    {kPort, v1::LOCATION_KIND_WAREHOUSE},
                    {kSchool, v1::LOCATION_KIND_SCHOOL},
                    {kOtherSchool, v1::LOCATION_KIND_SCHOOL}};
                for (const auto& [id, kind] : places) {
                  status.Update(CreateLocation(transaction, id, Place(kind)));
                }
                status.Update(SetBaseCurrency(transaction, "AUD"));
                return status;
              }),
              IsOk());
}

LotId InventoryTest::Buy(int64_t packs, int day, const std::string& destination,
                         const std::string& expires_on) {
  Purchase purchase;
  purchase.purchase_id = absl::StrCat("P", ++last_purchase_);
  purchase.purchased_on = LocalDateOf(March(day));
  purchase.supplier_id = kFarm;
  purchase.destination_id = destination;
  PurchaseLine line;
  line.product_id = kMilk;
  line.lot_number = absl::StrCat("L", last_purchase_);
  line.expires_on = Date(expires_on);
  line.packs = packs;
  line.unit_price = {"AUD", 1000};
  purchase.lines = {line};
  const auto recorded = Transact([&](storage::Transaction& transaction) {
    return RecordPurchase(transaction, purchase, runtime::RequestId{1, ++last_request_}, "test",
                          now_us_);
  });
  EXPECT_THAT(recorded, IsOk());
  return recorded.ok() ? recorded->lots[0].id : LotId{};
}

absl::StatusOr<Posted> InventoryTest::Post(PostingDraft draft) {
  return Transact([&](storage::Transaction& transaction) -> absl::StatusOr<Posted> {
    absl::StatusOr<Ledger> ledger = Ledger::Begin(transaction, now_us_);
    if (!ledger.ok()) return ledger.status();
    absl::StatusOr<Posted> posted = ledger->Post(draft);
    if (!posted.ok()) return posted;
    if (absl::Status ended = ledger->End(); !ended.ok()) return ended;
    return posted;
  });
}

PostingDraft InventoryTest::Draft(PostingKind kind, OccurredAt at,
                                  std::vector<Movement> movements) {
  PostingDraft draft;
  draft.request_id = {2, ++last_request_};
  draft.kind = kind;
  draft.occurred_at = at;
  draft.reference = "test";
  draft.movements = std::move(movements);
  return draft;
}

PostingDraft InventoryTest::Ship(LotId lot, int64_t grams, OccurredAt at,
                                 const std::string& shipment) {
  return Draft(PostingKind::kDispatch, at,
               {{lot, AccountKind::kUsable, kPort, AccountKind::kInTransit, shipment, grams}});
}

PostingDraft InventoryTest::Receive(LotId lot, int64_t grams, OccurredAt at, const std::string& to,
                                    const std::string& shipment) {
  return Draft(PostingKind::kReceipt, at,
               {{lot, AccountKind::kInTransit, shipment, AccountKind::kUsable, to, grams}});
}

PostingDraft InventoryTest::Serve(LotId lot, int64_t grams, OccurredAt at,
                                  const std::string& at_school) {
  return Draft(PostingKind::kDistribution, at,
               {{lot, AccountKind::kUsable, at_school, AccountKind::kServed, at_school, grams}});
}

absl::StatusOr<Counted> InventoryTest::Count(LotId lot, int64_t grams, OccurredAt at,
                                             bool after_serving, const std::string& place) {
  CountDraft draft;
  draft.request_id = {3, ++last_request_};
  draft.account = {lot, AccountKind::kUsable, place};
  draft.counted_at = at;
  draft.counted_g = grams;
  draft.after_serving = after_serving;
  return Transact([&](storage::Transaction& transaction) -> absl::StatusOr<Counted> {
    absl::StatusOr<Ledger> ledger = Ledger::Begin(transaction, now_us_);
    if (!ledger.ok()) return ledger.status();
    absl::StatusOr<Counted> counted = ledger->Count(draft);
    if (!counted.ok()) return counted;
    if (absl::Status ended = ledger->End(); !ended.ok()) return ended;
    return counted;
  });
}

LotId InventoryTest::Stock(int64_t packs, int day) { return Buy(packs, day, kSchool); }

int64_t InventoryTest::Balance(LotId lot, AccountKind kind, const std::string& place) {
  const auto card = StockCard::Load(reader(), {lot, kind, place});
  EXPECT_THAT(card, IsOk());
  return card.ok() ? card->balance_g() : -1;
}

std::vector<std::string> InventoryTest::Differences() {
  const auto verified = VerifyBooks(reader(), [](const BooksVerified&) { return true; });
  if (!verified.ok()) return {verified.status().ToString()};
  return verified->differences;
}

}  // namespace milkway::inventory
