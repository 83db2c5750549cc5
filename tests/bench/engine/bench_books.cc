#include "tests/bench/engine/bench_books.h"

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "milkway/inventory/v1/catalog.pb.h"
#include "services/inventory/catalog.h"
#include "services/inventory/purchases.h"
#include "tests/bench/engine/bench_store.h"

namespace milkway::bench {

namespace {

namespace inv = inventory;

constexpr int32_t kChinaMinutes = 8 * 60;
constexpr int64_t kPacks = 1'000'000'000;

absl::Status CreatePlace(storage::Transaction& transaction, const std::string& id,
                         inv::v1::LocationKind kind) {
  inv::rec::LocationRecord place;
  place.set_kind(kind);
  place.set_name_en(id);
  place.set_name_zh(id);
  place.set_country("CN");
  place.set_time_zone(kTimeZone);
  return inv::CreateLocation(transaction, id, place);
}

absl::Status CreateCatalogue(storage::Transaction& transaction, int schools) {
  inv::rec::ProductRecord milk;
  milk.set_name_en("milk powder");
  milk.set_name_zh("奶粉");
  milk.set_net_weight_g(1000);
  milk.set_serving_g(25);
  RETURN_IF_ERROR(inv::CreateProduct(transaction, "milk", milk));
  RETURN_IF_ERROR(inv::SetBaseCurrency(transaction, "AUD"));
  RETURN_IF_ERROR(CreatePlace(transaction, "farm", inv::v1::LOCATION_KIND_SUPPLIER));
  for (int school = 0; school < schools; ++school) {
    RETURN_IF_ERROR(CreatePlace(transaction, SchoolName(school), inv::v1::LOCATION_KIND_SCHOOL));
  }
  return absl::OkStatus();
}

inv::Purchase PurchaseFor(int school) {
  inv::Purchase purchase;
  purchase.purchase_id = absl::StrCat("purchase-", school);
  purchase.purchased_on = kFirstDay;
  purchase.supplier_id = "farm";
  purchase.destination_id = SchoolName(school);
  inv::PurchaseLine line;
  line.product_id = "milk";
  line.lot_number = absl::StrCat("lot-", school);
  line.expires_on = LocalDate{kFirstDay.days + 40'000};
  line.packs = kPacks;
  line.unit_price = {"AUD", 1000};
  purchase.lines = {line};
  return purchase;
}

}  // namespace

std::string SchoolName(int school) { return absl::StrCat("school-", school); }

void BuyMilk(storage::Store& store, int schools) {
  Require(store.TransactAndWait([&](storage::Transaction& transaction) {
    RETURN_IF_ERROR(CreateCatalogue(transaction, schools));
    for (int school = 0; school < schools; ++school) {
      RETURN_IF_ERROR(inv::RecordPurchase(transaction, PurchaseFor(school),
                                          {1, static_cast<uint64_t>(school) + 1}, "bench", 0)
                          .status());
    }
    return absl::OkStatus();
  }));
}

inv::PostingDraft Serving(int school, int64_t day, uint64_t request) {
  const std::string place = SchoolName(school);
  inv::PostingDraft draft;
  draft.request_id = {2, request};
  draft.kind = inv::PostingKind::kDistribution;
  draft.occurred_at = {(kFirstDay.days + day) * kMicrosPerDay + kMicrosPerDay / 6, kChinaMinutes};
  draft.reference = absl::StrCat("distribution/", request);
  draft.movements = {{LotId{school + 1}, inv::AccountKind::kUsable, place,
                      inv::AccountKind::kServed, place, 1500}};
  return draft;
}

}  // namespace milkway::bench
