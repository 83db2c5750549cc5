#include "services/shipments/receipt_plan.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/runtime/check.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"
#include "services/shipments/shipments_errors.h"

namespace milkway::shipments {

namespace {

// Limits of milkway.inventory.v1.Movement and PostingDraft.
constexpr int64_t kMovementGMax = 1'000'000'000'000;
constexpr size_t kMovementsMax = 100;

// What becomes of the grams of one line.
class LineSplit {
 public:
  LineSplit(const Receipt& receipt, LotId lot, const LotStatus& status)
      : receipt_(receipt),
        lot_(lot),
        in_transit_g_(status.in_transit_g()),
        lost_g_(status.declared_lost_g) {}

  // `quantity_g` arrived and are in `to` at the destination now.
  void Arrive(int64_t quantity_g, Stock to, ReceiptPlan* plan) {
    const int64_t from_transit_g = std::min(quantity_g, in_transit_g_);
    const int64_t from_lost_g = std::min(quantity_g - from_transit_g, lost_g_);
    const int64_t found_g = quantity_g - from_transit_g - from_lost_g;
    in_transit_g_ -= from_transit_g;
    lost_g_ -= from_lost_g;
    from_lost_g_ += from_lost_g;
    over_g_ += found_g;
    Move(Stock::kInTransit, receipt_.shipment_id, to, from_transit_g, plan);
    Move(Stock::kLossMissing, receipt_.destination_id, to, from_lost_g, plan);
    Move(Stock::kFound, receipt_.destination_id, to, found_g, plan);
  }

  void Miss(int64_t quantity_g, ReceiptPlan* plan) {
    in_transit_g_ -= quantity_g;
    Move(Stock::kInTransit, receipt_.shipment_id, Stock::kLossMissing, quantity_g, plan);
  }

  int64_t in_transit_g() const { return in_transit_g_; }
  int64_t from_lost_g() const { return from_lost_g_; }
  int64_t over_g() const { return over_g_; }

 private:
  void Move(Stock from, const std::string& from_place, Stock to, int64_t quantity_g,
            ReceiptPlan* plan) const {
    if (quantity_g == 0) return;
    plan->movements.push_back({lot_, from, from_place, to, receipt_.destination_id, quantity_g});
  }

  const Receipt& receipt_;
  const LotId lot_;
  int64_t in_transit_g_;
  int64_t lost_g_;
  int64_t from_lost_g_ = 0;
  int64_t over_g_ = 0;
};

absl::Status PlanLine(const Receipt& receipt, const ReceiptLine& line, const LotStatus& status,
                      Stock good, ReceiptPlan* plan) {
  const int64_t pack_g = status.pack_weight_g;
  if (line.wrong && status.shipped_g > 0) {
    return runtime::InvalidField("wrong", "must be false for a lot that the shipment carried");
  }
  ASSIGN_OR_RETURN(const int64_t good_g, GramsOf("received_packs", line.received_packs, pack_g));
  ASSIGN_OR_RETURN(const int64_t damaged_g, GramsOf("damaged_packs", line.damaged_packs, pack_g));
  ASSIGN_OR_RETURN(const int64_t missing_g, GramsOf("missing_packs", line.missing_packs, pack_g));
  ASSIGN_OR_RETURN(const int64_t refused_g, GramsOf("refused_packs", line.refused_packs, pack_g));
  LineSplit split(receipt, line.lot, status);
  split.Arrive(good_g, good, plan);
  split.Arrive(damaged_g, Stock::kDamaged, plan);
  if (missing_g > split.in_transit_g()) {
    return ReceiptMissingTooMany(receipt.shipment_id, line, split.in_transit_g() / pack_g);
  }
  split.Miss(missing_g, plan);
  if (refused_g > split.in_transit_g()) {
    return ReceiptRefusedTooMany(receipt.shipment_id, line, split.in_transit_g() / pack_g);
  }
  plan->lines.push_back(
      {line, pack_g, split.over_g(), split.from_lost_g(), good == Stock::kQuarantined});
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<int64_t> GramsOf(absl::string_view field, int64_t packs, int64_t pack_weight_g) {
  if (packs > kMovementGMax / pack_weight_g) {
    return runtime::InvalidField(
        field, absl::StrCat("times the pack weight (", pack_weight_g,
                            " g) must be at most 1,000,000,000,000 g, and packs are ", packs));
  }
  return packs * pack_weight_g;
}

absl::StatusOr<ReceiptPlan> PlanReceipt(const Receipt& receipt, const LotStatuses& statuses,
                                        const PackWeights& weights, Stock good) {
  ReceiptPlan plan;
  for (size_t index = 0; index < receipt.lines.size(); ++index) {
    const ReceiptLine& line = receipt.lines[index];
    LotStatus status;
    if (const auto known = statuses.find(line.lot); known != statuses.end()) {
      status = known->second;
    } else {
      const auto weight = weights.find(line.lot);
      MILKWAY_CHECK(weight != weights.end());
      status.pack_weight_g = weight->second;
    }
    if (absl::Status planned = PlanLine(receipt, line, status, good, &plan); !planned.ok()) {
      return runtime::InField(runtime::Item("lines", static_cast<int>(index)), planned);
    }
  }
  if (plan.movements.size() > kMovementsMax) {
    return ReceiptTooDetailed(receipt.receipt_id, plan.movements.size(), kMovementsMax);
  }
  return plan;
}

}  // namespace milkway::shipments
