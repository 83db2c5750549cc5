#include "services/inventory/purchases.h"

#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "milkway/inventory/v1/catalog.pb.h"
#include "services/inventory/catalog.h"
#include "services/inventory/documents.h"
#include "services/inventory/inventory_errors.h"
#include "services/inventory/log.h"
#include "services/inventory/recalls.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"

namespace milkway::inventory {

namespace {

using runtime::InField;
using runtime::InvalidField;
using runtime::Item;

absl::Status CheckPlaces(const storage::Reader& reader, const Purchase& purchase) {
  ASSIGN_OR_RETURN(const rec::LocationRecord supplier, ReadLocation(reader, purchase.supplier_id));
  if (supplier.kind() != v1::LOCATION_KIND_SUPPLIER) {
    return LocationKindWrong(purchase.supplier_id, "is not a supplier; name who sold the milk");
  }
  ASSIGN_OR_RETURN(const rec::LocationRecord destination,
                   ReadLocation(reader, purchase.destination_id));
  if (destination.kind() == v1::LOCATION_KIND_SUPPLIER) {
    return LocationKindWrong(purchase.destination_id,
                             "is a supplier; name the place where the packs first lie");
  }
  return absl::OkStatus();
}

absl::Status CheckCostIsNew(const storage::Reader& reader, const std::string& cost_id) {
  ASSIGN_OR_RETURN(const std::optional<std::string> purchase_id,
                   reader.Get(CostKey::Encode(cost_id)));
  return purchase_id.has_value() ? IdTaken("COST_EXISTS", "the cost", cost_id) : absl::OkStatus();
}

absl::Status CheckPaper(const storage::Reader& reader, const std::string& purchase_id,
                        const PurchaseCost& cost) {
  if (cost.document_id.empty()) return absl::OkStatus();
  return CheckDocument(reader, purchase_id, cost.document_id);
}

absl::StatusOr<int64_t> PriceInBase(const storage::Reader& reader, const Purchase& purchase,
                                    const PurchaseLine& line, const std::string& base_currency) {
  const bool is_too_much =
      line.unit_price.minor != 0 && line.packs > kMoneyMinorMax / line.unit_price.minor;
  if (is_too_much) {
    return InvalidField("unit_price", "times packs must be at most 1,000,000,000,000,000");
  }
  const Money price = {line.unit_price.currency, line.unit_price.minor * line.packs};
  ASSIGN_OR_RETURN(const Money base,
                   ConvertOn(reader, price, base_currency, purchase.purchased_on));
  return base.minor;
}

absl::StatusOr<rec::LotRecord> MakeLot(const storage::Reader& reader, const Purchase& purchase,
                                       const PurchaseLine& line, const std::string& base_currency) {
  ASSIGN_OR_RETURN(const rec::ProductRecord product, ReadProduct(reader, line.product_id));
  rec::LotRecord lot;
  lot.set_purchase_id(purchase.purchase_id);
  lot.set_product_id(line.product_id);
  lot.set_lot_number(line.lot_number);
  if (line.manufactured_on.has_value()) lot.set_manufactured_day(line.manufactured_on->days);
  lot.set_expires_day(line.expires_on.days);
  lot.set_packs(line.packs);
  lot.set_pack_weight_g(product.net_weight_g());
  ASSIGN_OR_RETURN(const int64_t price_minor, PriceInBase(reader, purchase, line, base_currency));
  lot.set_price_minor(price_minor);
  lot.set_purchased_day(purchase.purchased_on.days);
  return lot;
}

absl::StatusOr<rec::PurchaseCostRecord> MakeCost(const storage::Reader& reader,
                                                 const PurchaseCost& cost,
                                                 const std::string& base_currency) {
  RETURN_IF_ERROR(CheckCostIsNew(reader, cost.cost_id));
  rec::PurchaseCostRecord record;
  record.set_cost_id(cost.cost_id);
  record.set_kind(cost.kind);
  record.set_incurred_day(cost.incurred_on.days);
  record.mutable_amount()->set_currency(cost.amount.currency);
  record.mutable_amount()->set_minor(cost.amount.minor);
  ASSIGN_OR_RETURN(const Money base,
                   ConvertOn(reader, cost.amount, base_currency, cost.incurred_on));
  record.set_base_minor(cost.kind == kCreditNote ? -base.minor : base.minor);
  record.set_document_id(cost.document_id);
  return record;
}

// Gives each lot its share of a cost, or of a credit, by weight. CREDIT_TOO_LARGE.
absl::Status ShareCost(int64_t base_minor, std::vector<LotOnRecord>* lots) {
  std::vector<int64_t> weights;
  for (const LotOnRecord& lot : *lots) weights.push_back(WeightG(lot.record));
  const std::vector<int64_t> shares = ShareByWeight(std::abs(base_minor), weights);
  for (size_t index = 0; index < lots->size(); ++index) {
    rec::LotRecord& lot = (*lots)[index].record;
    const int64_t share = base_minor < 0 ? -shares[index] : shares[index];
    if (LandedCostMinor(lot) + share < 0) {
      return CreditTooLarge(lot.lot_number(), LandedCostMinor(lot), shares[index]);
    }
    lot.set_costs_minor(lot.costs_minor() + share);
  }
  return absl::OkStatus();
}

absl::StatusOr<LotId> TakeLotNumbers(storage::Transaction& transaction, size_t count) {
  ASSIGN_OR_RETURN(auto stored, LastLotTable::Find(transaction));
  rec::CounterRecord counter = stored.value_or(rec::CounterRecord());
  const LotId first{counter.last() + 1};
  counter.set_last(counter.last() + static_cast<int64_t>(count));
  RETURN_IF_ERROR(LastLotTable::Put(transaction, counter));
  return first;
}

absl::StatusOr<Posted> PostPurchase(storage::Transaction& transaction, const Purchase& purchase,
                                    const std::string& base_currency,
                                    std::vector<LotOnRecord>* lots, runtime::RequestId request_id,
                                    int64_t now_us) {
  ASSIGN_OR_RETURN(const rec::LocationRecord destination,
                   ReadLocation(transaction, purchase.destination_id));
  PostingDraft draft;
  draft.request_id = request_id;
  draft.kind = PostingKind::kPurchase;
  ASSIGN_OR_RETURN(draft.occurred_at, StartOfDay(purchase.purchased_on, destination.time_zone()));
  draft.reference = absl::StrCat("purchase/", purchase.purchase_id);
  for (const LotOnRecord& lot : *lots) {
    draft.movements.push_back({lot.id, AccountKind::kPurchased, purchase.supplier_id,
                               AccountKind::kUsable, purchase.destination_id, WeightG(lot.record)});
  }
  ASSIGN_OR_RETURN(Ledger ledger, Ledger::Begin(transaction, now_us));
  ASSIGN_OR_RETURN(const Posted posted, ledger.Post(std::move(draft)));
  for (LotOnRecord& lot : *lots) {
    ASSIGN_OR_RETURN(
        const int64_t position,
        ledger.AppendLeaf(LeafKind::kCost, EncodeCost(CostOf(lot.id, lot.record, base_currency))));
    lot.record.add_cost_positions(position);
    RETURN_IF_ERROR(LotTable::Put(transaction, lot.record, lot.id.value));
  }
  RETURN_IF_ERROR(ledger.End());
  return posted;
}

absl::Status WriteLots(storage::Transaction& transaction, const std::vector<LotOnRecord>& lots) {
  for (const LotOnRecord& lot : lots) {
    RETURN_IF_ERROR(LotTable::Put(transaction, lot.record, lot.id.value));
    RETURN_IF_ERROR(LotByNumberTable::Put(transaction, rec::IndexRecord(), lot.record.product_id(),
                                          lot.record.lot_number(), lot.id.value));
  }
  return absl::OkStatus();
}

bool IsSame(const Purchase& a, const Purchase& b) {
  const auto same_line = [](const PurchaseLine& x, const PurchaseLine& y) {
    return x.product_id == y.product_id && x.lot_number == y.lot_number &&
           x.manufactured_on == y.manufactured_on && x.expires_on == y.expires_on &&
           x.packs == y.packs && x.unit_price == y.unit_price;
  };
  const auto same_cost = [](const PurchaseCost& x, const PurchaseCost& y) {
    return x.cost_id == y.cost_id && x.kind == y.kind && x.incurred_on == y.incurred_on &&
           x.amount == y.amount && x.document_id == y.document_id;
  };
  return a.purchase_id == b.purchase_id && a.purchased_on == b.purchased_on &&
         a.order_number == b.order_number && a.ordered_on == b.ordered_on &&
         a.supplier_id == b.supplier_id && a.destination_id == b.destination_id &&
         std::equal(a.lines.begin(), a.lines.end(), b.lines.begin(), b.lines.end(), same_line) &&
         std::equal(a.costs.begin(), a.costs.end(), b.costs.begin(), b.costs.end(), same_cost);
}

}  // namespace

absl::StatusOr<PurchaseRecorded> RecordPurchase(storage::Transaction& transaction,
                                                const Purchase& purchase,
                                                runtime::RequestId request_id,
                                                const std::string& recorded_by, int64_t now_us) {
  ASSIGN_OR_RETURN(const auto earlier, PurchaseTable::Find(transaction, purchase.purchase_id));
  if (earlier.has_value()) {
    ASSIGN_OR_RETURN(const Purchase recorded,
                     PurchaseOf(transaction, purchase.purchase_id, *earlier));
    if (!IsSame(recorded, purchase)) {
      return IdTaken("PURCHASE_EXISTS", "the purchase", purchase.purchase_id);
    }
    ASSIGN_OR_RETURN(std::vector<LotOnRecord> lots, LotsOf(transaction, *earlier));
    return PurchaseRecorded{std::move(lots), earlier->position()};
  }
  RETURN_IF_ERROR(CheckPlaces(transaction, purchase));
  for (const PurchaseCost& cost : purchase.costs) {
    RETURN_IF_ERROR(CheckPaper(transaction, purchase.purchase_id, cost));
  }
  ASSIGN_OR_RETURN(const std::string base_currency, FixBaseCurrency(transaction));
  rec::PurchaseRecord record;
  record.set_purchased_day(purchase.purchased_on.days);
  record.set_supplier_id(purchase.supplier_id);
  record.set_destination_id(purchase.destination_id);
  record.set_recorded_by(recorded_by);
  record.set_order_number(purchase.order_number);
  if (purchase.ordered_on.has_value()) record.set_ordered_day(purchase.ordered_on->days);
  std::vector<LotOnRecord> lots;
  for (size_t index = 0; index < purchase.lines.size(); ++index) {
    const PurchaseLine& line = purchase.lines[index];
    auto lot = MakeLot(transaction, purchase, line, base_currency);
    if (!lot.ok()) {
      return InField(Item("purchase.lines", static_cast<int>(index)), lot.status());
    }
    lots.push_back({LotId{}, *std::move(lot)});
    rec::MoneyRecord& price = *record.add_unit_prices();
    price.set_currency(line.unit_price.currency);
    price.set_minor(line.unit_price.minor);
  }
  for (size_t index = 0; index < purchase.costs.size(); ++index) {
    auto cost = MakeCost(transaction, purchase.costs[index], base_currency);
    if (!cost.ok()) {
      return InField(Item("purchase.costs", static_cast<int>(index)), cost.status());
    }
    RETURN_IF_ERROR(ShareCost(cost->base_minor(), &lots));
    *record.add_costs() = *std::move(cost);
  }
  ASSIGN_OR_RETURN(const LotId first, TakeLotNumbers(transaction, lots.size()));
  record.set_first_lot_id(first.value);
  for (size_t index = 0; index < lots.size(); ++index) {
    lots[index].id = LotId{first.value + static_cast<int64_t>(index)};
  }
  RETURN_IF_ERROR(WriteLots(transaction, lots));
  RETURN_IF_ERROR(JoinOpenRecalls(transaction, lots));
  ASSIGN_OR_RETURN(const Posted posted,
                   PostPurchase(transaction, purchase, base_currency, &lots, request_id, now_us));
  record.set_position(posted.position);
  for (const PurchaseCost& cost : purchase.costs) {
    RETURN_IF_ERROR(transaction.Put(CostKey::Encode(cost.cost_id), purchase.purchase_id));
  }
  RETURN_IF_ERROR(PurchaseTable::Put(transaction, record, purchase.purchase_id));
  return PurchaseRecorded{std::move(lots), posted.position};
}

absl::StatusOr<std::vector<LotOnRecord>> AddPurchaseCost(storage::Transaction& transaction,
                                                         const std::string& purchase_id,
                                                         const PurchaseCost& cost, int64_t now_us) {
  ASSIGN_OR_RETURN(rec::PurchaseRecord purchase, ReadPurchase(transaction, purchase_id));
  RETURN_IF_ERROR(CheckPaper(transaction, purchase_id, cost));
  ASSIGN_OR_RETURN(const std::string base_currency, FixBaseCurrency(transaction));
  auto record = MakeCost(transaction, cost, base_currency);
  if (!record.ok()) return InField("cost", record.status());
  ASSIGN_OR_RETURN(std::vector<LotOnRecord> lots, LotsOf(transaction, purchase));
  RETURN_IF_ERROR(ShareCost(record->base_minor(), &lots));
  ASSIGN_OR_RETURN(LogWriter log, LogWriter::Begin(transaction, now_us));
  for (LotOnRecord& lot : lots) {
    const CostLeaf leaf = CostOf(lot.id, lot.record, base_currency);
    ASSIGN_OR_RETURN(const int64_t position, log.AppendLeaf(LeafKind::kCost, EncodeCost(leaf)));
    lot.record.add_cost_positions(position);
    RETURN_IF_ERROR(LotTable::Put(transaction, lot.record, lot.id.value));
  }
  RETURN_IF_ERROR(log.End());
  *purchase.add_costs() = *std::move(record);
  RETURN_IF_ERROR(transaction.Put(CostKey::Encode(cost.cost_id), purchase_id));
  RETURN_IF_ERROR(PurchaseTable::Put(transaction, purchase, purchase_id));
  return lots;
}

CostLeaf CostOf(LotId lot, const rec::LotRecord& record, const std::string& base_currency) {
  CostLeaf leaf;
  leaf.lot = lot;
  leaf.purchase_id = record.purchase_id();
  leaf.product_id = record.product_id();
  leaf.lot_number = record.lot_number();
  leaf.weight_g = WeightG(record);
  leaf.base_currency = base_currency;
  leaf.cost_minor = LandedCostMinor(record);
  return leaf;
}

absl::StatusOr<rec::PurchaseRecord> ReadPurchase(const storage::Reader& reader,
                                                 const std::string& purchase_id) {
  ASSIGN_OR_RETURN(auto purchase, PurchaseTable::Find(reader, purchase_id));
  if (!purchase.has_value()) return PurchaseUnknown(purchase_id);
  return *std::move(purchase);
}

absl::StatusOr<std::vector<LotOnRecord>> LotsOf(const storage::Reader& reader,
                                                const rec::PurchaseRecord& record) {
  std::vector<LotOnRecord> lots;
  for (int index = 0; index < record.unit_prices_size(); ++index) {
    const LotId id{record.first_lot_id() + index};
    ASSIGN_OR_RETURN(rec::LotRecord lot, ReadLot(reader, id));
    lots.push_back({id, std::move(lot)});
  }
  return lots;
}

absl::StatusOr<Purchase> PurchaseOf(const storage::Reader& reader, const std::string& purchase_id,
                                    const rec::PurchaseRecord& record) {
  ASSIGN_OR_RETURN(const std::vector<LotOnRecord> lots, LotsOf(reader, record));
  Purchase purchase;
  purchase.purchase_id = purchase_id;
  purchase.purchased_on = LocalDate{record.purchased_day()};
  purchase.supplier_id = record.supplier_id();
  purchase.destination_id = record.destination_id();
  purchase.order_number = record.order_number();
  if (record.has_ordered_day()) purchase.ordered_on = LocalDate{record.ordered_day()};
  for (int index = 0; index < record.unit_prices_size(); ++index) {
    const rec::LotRecord& lot = lots[static_cast<size_t>(index)].record;
    PurchaseLine line;
    line.product_id = lot.product_id();
    line.lot_number = lot.lot_number();
    if (lot.has_manufactured_day()) line.manufactured_on = LocalDate{lot.manufactured_day()};
    line.expires_on = LocalDate{lot.expires_day()};
    line.packs = lot.packs();
    line.unit_price = {record.unit_prices(index).currency(), record.unit_prices(index).minor()};
    purchase.lines.push_back(std::move(line));
  }
  for (const rec::PurchaseCostRecord& cost : record.costs()) {
    purchase.costs.push_back({cost.cost_id(),
                              cost.kind(),
                              LocalDate{cost.incurred_day()},
                              {cost.amount().currency(), cost.amount().minor()},
                              cost.document_id()});
  }
  return purchase;
}

absl::StatusOr<rec::LotRecord> ReadLot(const storage::Reader& reader, LotId lot) {
  ASSIGN_OR_RETURN(auto record, LotTable::Find(reader, lot.value));
  if (!record.has_value()) return LotUnknown(lot);
  return *std::move(record);
}

}  // namespace milkway::inventory
