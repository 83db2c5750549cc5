#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "clients/cli/days.h"
#include "clients/cli/journey.h"
#include "clients/cli/numbers.h"
#include "clients/cli/shipment_text.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cli/words.h"

namespace milkway::cli {

namespace {

using Align = TextTable::Align;

// The timeline of one purchase.
class PurchaseJourney {
 public:
  PurchaseJourney(const Journey& journey, const inventory::v1::Purchase& purchase)
      : journey_(journey), purchase_(purchase) {
    for (const auto& [lot_id, lot] : journey.lots) {
      if (lot.purchase_id() == purchase.purchase_id()) lots_.emplace(lot_id, lot);
    }
  }

  std::string Text() {
    return absl::StrCat(Heading(), Lots(), Costs(), Events(), Schools(), WhereItIs());
  }

 private:
  std::string PlaceName(const std::string& location_id) const {
    const auto found = journey_.locations.find(location_id);
    if (found == journey_.locations.end()) return Printable(location_id);
    return absl::StrCat(Printable(found->second.name_en()), " ",
                        Printable(found->second.name_zh()));
  }

  std::string Heading() const {
    return absl::StrCat("purchase ", purchase_.purchase_id(), ", ", purchase_.purchased_on(), ": ",
                        PlaceName(purchase_.supplier_id()), " → ",
                        PlaceName(purchase_.destination_id()), "\n");
  }

  std::string Lots() const {
    TextTable table({{"LOT"},
                     {"PRODUCT"},
                     {"PACKS", Align::kRight},
                     {"GRAMS", Align::kRight},
                     {"EXPIRES"},
                     {"LANDED COST", Align::kRight}});
    for (const auto& [lot_id, lot] : lots_) {
      const auto product = journey_.products.find(lot.product_id());
      table.AddRow(
          {lot.lot_number(),
           product == journey_.products.end()
               ? lot.product_id()
               : absl::StrCat(product->second.name_en(), " ", product->second.name_zh()),
           WithThousands(lot.packs()), WithThousands(lot.quantity_g()), lot.expires_on(),
           FormatMoney(lot.landed_cost().minor_units(), lot.landed_cost().currency_code())});
    }
    return table.ToString(2);
  }

  std::string Costs() const {
    std::string text;
    for (const auto& cost : purchase_.costs()) {
      absl::StrAppend(&text, "  ", cost.incurred_on(), "  ", WordOf(kCostKinds, cost.kind()), " ",
                      FormatMoney(cost.amount().minor_units(), cost.amount().currency_code()),
                      "\n");
    }
    return text;
  }

  void AddEvent(const common::v1::ZonedTime& time, const std::string& text) {
    const Instant instant = FromZonedTime(time);
    events_.emplace(instant.us, absl::StrCat("  ", FormatTime(instant), "  ", text, "\n"));
  }

  bool Carries(const shipments::v1::GetShipmentResponse& shipment) const {
    const std::set<int64_t> lot_ids = LotIdsOf(shipment);
    return std::any_of(lot_ids.begin(), lot_ids.end(),
                       [this](int64_t lot_id) { return lots_.contains(lot_id); });
  }

  void AddDispatch(const shipments::v1::Shipment& shipment) {
    if (!shipment.has_dispatched_at()) {
      planned_ +=
          absl::StrCat("  planned  ", shipment.shipment_id(), ": ", PlaceName(shipment.origin_id()),
                       " → ", PlaceName(shipment.destination_id()), "\n");
      return;
    }
    std::string text = absl::StrCat(
        shipment.shipment_id(), " left ", PlaceName(shipment.origin_id()), " by ",
        WordOf(kTransportModes, shipment.mode()), " → ", PlaceName(shipment.destination_id()));
    for (const auto& line : shipment.lines()) {
      if (!lots_.contains(line.lot_id())) continue;
      absl::StrAppend(&text, "\n      ", WithThousands(line.packs()), " packs of ",
                      DescribeLot(lots_, line.lot_id()));
    }
    AddEvent(shipment.dispatched_at(), text);
  }

  void AddReceipt(const std::string& shipment_id, const shipments::v1::RecordedReceipt& recorded) {
    const shipments::v1::Receipt& receipt = recorded.receipt();
    std::string text =
        absl::StrCat(shipment_id, " received at ", PlaceName(receipt.destination_id()), " (",
                     receipt.receipt_id(), ")");
    bool mentions = false;
    for (const auto& line : receipt.lines()) {
      if (!lots_.contains(line.lot_id())) continue;
      mentions = true;
      absl::StrAppend(&text, "\n      ", DescribeReceiptLine(line, lots_));
    }
    if (!recorded.correction_reason().empty()) {
      absl::StrAppend(&text, "\n      corrected: ", Printable(recorded.correction_reason()));
    }
    if (mentions) AddEvent(receipt.received_at(), text);
  }

  // Lost, closed or back: what left transit without a receipt, and the release.
  void AddOutcomes(const shipments::v1::GetShipmentResponse& response) {
    const shipments::v1::Shipment& shipment = response.shipment();
    for (const auto& exit : response.exits()) {
      std::string text =
          absl::StrCat(shipment.shipment_id(), " ", WordOf(kTransitExitKinds, exit.kind()), ": ",
                       Printable(exit.reason()));
      for (const auto& line : exit.lines()) {
        if (!lots_.contains(line.lot_id())) continue;
        absl::StrAppend(&text, "\n      ", WithThousands(line.packs() + line.damaged_packs()),
                        " packs of ", DescribeLot(lots_, line.lot_id()));
      }
      AddEvent(exit.occurred_at(), text);
    }
    if (shipment.has_release()) {
      AddEvent(shipment.release().released_at(),
               absl::StrCat(shipment.shipment_id(), " released with paper ",
                            shipment.release().document_id()));
    }
  }

  std::string Events() {
    for (const auto& response : journey_.shipments) {
      if (!Carries(response)) continue;
      const std::string& shipment_id = response.shipment().shipment_id();
      AddDispatch(response.shipment());
      for (const auto& milestone : response.milestones()) {
        AddEvent(milestone.occurred_at(),
                 absl::StrCat(shipment_id, " ", DescribeMilestone(milestone)));
      }
      for (const auto& recorded : response.receipts()) AddReceipt(shipment_id, recorded);
      AddOutcomes(response);
    }
    std::string text;
    for (const auto& [us, event] : events_) text += event;
    return text + planned_;
  }

  std::string Schools() const {
    TextTable table({{"SERVED AT"}, {"LOT"}, {"GRAMS", Align::kRight}, {"CUPS", Align::kRight}});
    for (const auto& [lot_id, lot] : lots_) {
      const auto position = journey_.positions.find(lot_id);
      if (position == journey_.positions.end()) continue;
      for (const auto& school : position->second.schools()) {
        const auto cups = journey_.cups.find({lot_id, school.school_id()});
        table.AddRow({PlaceName(school.school_id()), lot.lot_number(),
                      WithThousands(school.served_g()),
                      WithThousands(cups == journey_.cups.end() ? 0 : cups->second.servings)});
      }
    }
    return table.empty() ? "  no cup yet\n" : table.ToString(2);
  }

  std::string WhereItIs() const {
    TextTable table({{"LOT"},
                     {"BOUGHT g", Align::kRight},
                     {"FOUND", Align::kRight},
                     {"USABLE", Align::kRight},
                     {"HELD BACK", Align::kRight},
                     {"DAMAGED", Align::kRight},
                     {"IN TRANSIT", Align::kRight},
                     {"SERVED", Align::kRight},
                     {"LOST", Align::kRight},
                     {"DESTROYED", Align::kRight},
                     {"RETURNED", Align::kRight}});
    for (const auto& [lot_id, lot] : lots_) {
      const auto found = journey_.positions.find(lot_id);
      if (found == journey_.positions.end()) continue;
      const inventory::v1::LotPosition& position = found->second;
      table.AddRow({lot.lot_number(), WithThousands(position.purchased_g()),
                    WithThousands(position.found_g()), WithThousands(position.usable_g()),
                    WithThousands(position.quarantined_g()), WithThousands(position.damaged_g()),
                    WithThousands(position.in_transit_g()), WithThousands(position.served_g()),
                    WithThousands(position.lost_g()), WithThousands(position.destroyed_g()),
                    WithThousands(position.returned_g())});
    }
    return table.ToString(2);
  }

  const Journey& journey_;
  const inventory::v1::Purchase& purchase_;
  LotsById lots_;
  std::multimap<int64_t, std::string> events_;  // in order of time
  std::string planned_;
};

}  // namespace

std::string JourneyText(const Journey& journey) {
  std::vector<const inventory::v1::Purchase*> purchases;
  for (const auto& purchase : journey.purchases) purchases.push_back(&purchase);
  std::stable_sort(purchases.begin(), purchases.end(), [](const auto* a, const auto* b) {
    return a->purchased_on() < b->purchased_on();
  });
  std::string text;
  for (const auto* purchase : purchases) {
    absl::StrAppend(&text, text.empty() ? "" : "\n", PurchaseJourney(journey, *purchase).Text());
  }
  return text.empty() ? "no purchase yet\n" : text;
}

}  // namespace milkway::cli
