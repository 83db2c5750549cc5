#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/runtime/dates.h"
#include "tests/programme/clerk.h"
#include "tests/programme/money.h"
#include "tests/programme/places.h"

namespace milkway::programme {

inv::PurchaseLine Clerk::SomeLine(int32_t day) {
  inv::PurchaseLine line;
  line.set_product_id(AnyOf(kProducts).product_id);
  // A few numbers, so that recalls find several purchases.
  line.set_lot_number(absl::StrCat("L", Upto(40)));
  if (!OneIn(3)) line.set_manufactured_on(DateOf(day - static_cast<int32_t>(Upto(60))));
  line.set_expires_on(DateOf(day + static_cast<int32_t>(OneIn(6) ? Upto(90) : 150 + Upto(400))));
  line.set_packs(OneIn(3) ? Upto(20) : 100 + Upto(900));
  line.mutable_unit_price()->set_currency_code(OneIn(4) ? "CNY" : "AUD");
  line.mutable_unit_price()->set_minor_units(OneIn(20) ? 0 : Upto(3'000));
  return line;
}

inv::PurchaseCost Clerk::SomeCost(int32_t day) {
  inv::PurchaseCost cost;
  cost.set_cost_id(NextId("C"));
  cost.set_kind(OneIn(2) ? inv::COST_KIND_FREIGHT : inv::COST_KIND_DUTY);
  cost.set_incurred_on(DateOf(day));
  cost.mutable_amount()->set_currency_code(OneIn(2) ? "CNY" : "AUD");
  cost.mutable_amount()->set_minor_units(Below(80'000));
  return cost;
}

void Clerk::BuyOn(int32_t day) {
  if (touched_.count("recalls lifted") > 0) return;
  inv::RecordPurchaseRequest request;
  request.set_request_id(NextRequestId());
  inv::Purchase& purchase = *request.mutable_purchase();
  purchase.set_purchase_id(NextId("P"));
  purchase.set_purchased_on(DateOf(day));
  purchase.set_supplier_id(AnyOf(kSuppliers));
  constexpr const char* kFirst[] = {kMelbourne, kMelbourne, kQingdao,
                                    "school-1", "school-2", "school-3"};
  purchase.set_destination_id(AnyOf(kFirst));
  std::set<std::pair<std::string, std::string>> lots;
  for (int64_t lines = Upto(3); lines > 0; --lines) {
    const inv::PurchaseLine line = SomeLine(day);
    if (lots.emplace(line.product_id(), line.lot_number()).second) *purchase.add_lines() = line;
  }
  for (int64_t costs = Below(3); costs > 0; --costs) *purchase.add_costs() = SomeCost(day);
  Touch("lots");
  Ask<inv::PurchaseService, inv::RecordPurchaseResponse>(
      &inv::PurchaseService::Stub::async::RecordPurchase, request, {},
      [this, purchase](const inv::RecordPurchaseResponse& answer) {
        EnterPurchase(purchase, answer);
      });
}

namespace {

// What each line costs, all the costs of the purchase with it.
std::vector<int64_t> LandedCosts(const inv::Purchase& purchase,
                                 const std::vector<int64_t>& weights_g) {
  std::vector<int64_t> landed;
  for (const inv::PurchaseLine& line : purchase.lines()) {
    landed.push_back(InDollars(line.unit_price().currency_code(),
                               line.packs() * line.unit_price().minor_units()));
  }
  for (const inv::PurchaseCost& cost : purchase.costs()) {
    const int64_t minor = InDollars(cost.amount().currency_code(), cost.amount().minor_units());
    const std::vector<int64_t> shares = ShareByWeight(minor, weights_g);
    for (size_t line = 0; line < landed.size(); ++line) landed[line] += shares[line];
  }
  return landed;
}

int32_t DayOf(const std::string& date) { return date.empty() ? 0 : ParseDate("day", date)->days; }

}  // namespace

void Clerk::EnterPurchase(const inv::Purchase& purchase,
                          const inv::RecordPurchaseResponse& answer) {
  ASSERT_EQ(answer.lots_size(), purchase.lines_size());
  story_.TakeClaim(answer.position(), inv::POSTING_KIND_PURCHASE,
                   absl::StrCat("purchase/", purchase.purchase_id()));
  Purchase& bought = story_.purchases[purchase.purchase_id()];
  for (const inv::PurchaseCost& cost : purchase.costs()) bought.costs.insert(cost.cost_id());
  std::vector<int64_t> weights_g;
  for (const inv::PurchaseLine& line : purchase.lines()) {
    const Product& product = kProducts[line.product_id() == kProducts[0].product_id ? 0 : 1];
    weights_g.push_back(line.packs() * product.pack_g);
  }
  const std::vector<int64_t> landed = LandedCosts(purchase, weights_g);
  for (int index = 0; index < answer.lots_size(); ++index) {
    const inv::PurchaseLine& line = purchase.lines(index);
    const auto at = static_cast<size_t>(index);
    const int64_t id = answer.lots(index).lot_id();
    Lot lot = {.product_id = line.product_id(),
               .lot_number = line.lot_number(),
               .purchase_id = purchase.purchase_id(),
               .supplier_id = purchase.supplier_id(),
               .place = purchase.destination_id(),
               .bought_day = DayOf(purchase.purchased_on()),
               .manufactured_day = DayOf(line.manufactured_on()),
               .expires_day = DayOf(line.expires_on()),
               .pack_g = weights_g[at] / line.packs(),
               .weight_g = weights_g[at],
               .cost_minor = landed[at]};
    EXPECT_EQ(answer.lots(index).quantity_g(), lot.weight_g);
    EXPECT_EQ(answer.lots(index).landed_cost().minor_units(), lot.cost_minor);
    for (auto& [recall_id, recall] : story_.recalls) {
      if (recall.stands && recall.Matches(lot)) recall.lots.insert(id);
    }
    story_.held_g[{id, lot.place}] += lot.weight_g;
    bought.lots.push_back(id);
    EXPECT_TRUE(story_.lots.emplace(id, std::move(lot)).second) << "lot " << id << " twice";
  }
}

void Clerk::AddCost() {
  if (story_.purchases.empty()) return;
  const std::string purchase_id = AnyOf(story_.purchases).first;
  if (!Touch(purchase_id)) return;
  inv::AddPurchaseCostRequest request;
  request.set_request_id(NextRequestId());
  request.set_purchase_id(purchase_id);
  *request.mutable_cost() = SomeCost(Today());
  const inv::PurchaseCost& cost = request.cost();
  Ask<inv::PurchaseService, inv::AddPurchaseCostResponse>(
      &inv::PurchaseService::Stub::async::AddPurchaseCost, request, {},
      [this, purchase_id, cost](const inv::AddPurchaseCostResponse& answer) {
        Purchase& purchase = story_.purchases.at(purchase_id);
        EXPECT_TRUE(purchase.costs.insert(cost.cost_id()).second);
        ASSERT_EQ(static_cast<size_t>(answer.lots_size()), purchase.lots.size());
        std::vector<int64_t> weights_g;
        for (const int64_t lot : purchase.lots) weights_g.push_back(story_.lots.at(lot).weight_g);
        const std::vector<int64_t> shares = ShareByWeight(
            InDollars(cost.amount().currency_code(), cost.amount().minor_units()), weights_g);
        for (size_t line = 0; line < shares.size(); ++line) {
          Lot& lot = story_.lots.at(purchase.lots[line]);
          lot.cost_minor += shares[line];
          EXPECT_EQ(answer.lots(static_cast<int>(line)).landed_cost().minor_units(),
                    lot.cost_minor);
        }
      });
}

void Clerk::AttachPurchasePaper() {
  if (story_.purchases.empty()) return;
  const std::string purchase_id = AnyOf(story_.purchases).first;
  inv::AttachPurchaseDocumentRequest request;
  request.set_request_id(NextRequestId());
  request.set_purchase_id(purchase_id);
  request.mutable_document()->set_document_id(NextId("D"));
  request.mutable_document()->set_type(common::v1::DOCUMENT_TYPE_INVOICE);
  Ask<inv::PurchaseService, inv::AttachPurchaseDocumentResponse>(
      &inv::PurchaseService::Stub::async::AttachPurchaseDocument, request, {},
      [this, purchase_id](const inv::AttachPurchaseDocumentResponse&) {
        ++story_.purchases.at(purchase_id).documents;
      });
}

void Clerk::ReturnToSupplier() {
  const std::string place = AnyOf(kPlaces);
  inv::RecordSupplierReturnRequest request;
  request.set_request_id(NextRequestId());
  inv::SupplierReturn& goods = *request.mutable_supplier_return();
  goods.set_return_id(NextId("B"));
  goods.set_supplier_id(AnyOf(kSuppliers));
  goods.set_location_id(place);
  const int64_t us = When();
  *goods.mutable_returned_at() = InChina(us);
  goods.set_reason(inv::RETURN_REASON_QUALITY);
  Expected expected = {.may = LedgerRefusals(), .leaves_us = us};
  for (const inv::AccountKind condition :
       {inv::ACCOUNT_KIND_USABLE, inv::ACCOUNT_KIND_QUARANTINED, inv::ACCOUNT_KIND_DAMAGED}) {
    if (story_.lots.empty() || OneIn(3)) continue;
    const auto& [lot, facts] = AnyOf(story_.lots);
    const int64_t lies_g = books_.Balance({lot, condition, place});
    if (lies_g == 0) continue;
    inv::ReturnLine& line = *goods.add_lines();
    line.set_lot_id(lot);
    line.set_condition(condition);
    line.set_quantity_g(Upto(std::min<int64_t>(lies_g, 20'000)));
    expected.leaves_g[{lot, condition, place}] += line.quantity_g();
    if (facts.supplier_id != goods.supplier_id()) expected.must = {"SUPPLIER_MISMATCH"};
  }
  if (goods.lines().empty()) return;
  Ask<inv::PurchaseService, inv::RecordSupplierReturnResponse>(
      &inv::PurchaseService::Stub::async::RecordSupplierReturn, request, expected,
      [this](const inv::RecordSupplierReturnResponse& answer) {
        const inv::SupplierReturn& back = answer.supplier_return();
        story_.TakeClaim(back.position(), inv::POSTING_KIND_ADJUSTMENT,
                         absl::StrCat("return/", back.return_id()));
        for (const inv::ReturnLine& line : back.lines()) {
          const bool is_damaged = line.condition() == inv::ACCOUNT_KIND_DAMAGED;
          (is_damaged ? story_.damaged_g : story_.held_g)[{line.lot_id(), back.location_id()}] -=
              line.quantity_g();
          if (line.condition() == inv::ACCOUNT_KIND_QUARANTINED) {
            story_.set_aside_g[{line.lot_id(), back.location_id()}] -= line.quantity_g();
          }
          story_.returned_g[{line.lot_id(), back.supplier_id()}] += line.quantity_g();
        }
      });
}

}  // namespace milkway::programme
