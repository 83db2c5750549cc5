#include "tests/inventory/inventory_system.h"

#include "absl/strings/str_format.h"
#include "services/inventory/inventory_module.h"
#include "services/runtime/dates.h"
#include "tests/support/catalogue.h"

namespace milkway::inventory {

common::v1::ZonedTime May(int day, int hour) {
  OccurredAt at = *StartOfDay(*ParseDate("day", "2025-05-01"), "Asia/Shanghai");
  at.us += (day - 1) * kMicrosPerDay + hour * kMicrosPerDay / 24;
  return ToZonedTime(at);
}

InventorySystemTest::InventorySystemTest() : system_({MakeInventoryModule}) {
  v1::SetProgrammeRequest programme;
  programme.mutable_programme()->set_base_currency("AUD");
  Write(&v1::CatalogService::Stub::SetProgramme, programme);
  v1::CreateProductRequest product = testing::MakeMilk("milk");
  product.mutable_product()->set_opened_use_days(14);
  Write(&v1::CatalogService::Stub::CreateProduct, product);
  AddPlace("farm", v1::LOCATION_KIND_SUPPLIER);
  AddPlace("depot", v1::LOCATION_KIND_WAREHOUSE);
  AddPlace("east", v1::LOCATION_KIND_SCHOOL);
  AddPlace("west", v1::LOCATION_KIND_SCHOOL);
}

std::string InventorySystemTest::NextRequestId() {
  return absl::StrFormat("00000000-0000-4000-8000-%012d", ++last_request_);
}

void InventorySystemTest::AddPlace(const std::string& id, v1::LocationKind kind) {
  Write(&v1::CatalogService::Stub::CreateLocation, testing::MakePlace(id, kind));
}

int64_t InventorySystemTest::Buy(const std::string& lot_number, int64_t packs,
                                 const std::string& place, const std::string& expires_on) {
  v1::RecordPurchaseRequest request;
  v1::Purchase& purchase = *request.mutable_purchase();
  purchase.set_purchase_id(absl::StrFormat("P-%s-%s", lot_number, place));
  purchase.set_purchased_on("2025-05-01");
  purchase.set_supplier_id("farm");
  purchase.set_destination_id(place);
  v1::PurchaseLine& line = *purchase.add_lines();
  line.set_product_id("milk");
  line.set_lot_number(lot_number);
  line.set_expires_on(expires_on);
  line.set_packs(packs);
  line.mutable_unit_price()->set_currency_code("AUD");
  line.mutable_unit_price()->set_minor_units(1'000);
  const auto recorded = Write(&v1::PurchaseService::Stub::RecordPurchase, request);
  return recorded.lots_size() == 1 ? recorded.lots(0).lot_id() : 0;
}

v1::PlaceRecallResponse InventorySystemTest::Recall(const std::string& recall_id,
                                                    const std::string& lot_number) {
  v1::PlaceRecallRequest request;
  v1::Recall& recall = *request.mutable_recall();
  recall.set_recall_id(recall_id);
  recall.mutable_scope()->set_product_id("milk");
  recall.mutable_scope()->set_lot_number(lot_number);
  *recall.mutable_ordered_at() = May(20);
  recall.set_reason("notice 17");
  return Write(&v1::RecallService::Stub::PlaceRecall, request);
}

std::vector<v1::Balance> InventorySystemTest::Balances(v1::ListBalancesRequest request) {
  std::vector<v1::Balance> balances;
  do {
    const auto page = Call(&v1::StockService::Stub::ListBalances, request);
    EXPECT_THAT(page, testing::IsOk());
    if (!page.ok()) return balances;
    balances.insert(balances.end(), page->balances().begin(), page->balances().end());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return balances;
}

}  // namespace milkway::inventory
