#include "services/shipments/transit_exits.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"
#include "services/shipments/changes.h"
#include "services/shipments/receipt_plan.h"
#include "services/shipments/receipts.h"
#include "services/shipments/shipment_index.h"
#include "services/shipments/shipments.h"
#include "services/shipments/shipments_errors.h"
#include "services/shipments/shipments_records.h"
#include "services/shipments/shortages.h"

namespace milkway::shipments {

namespace {

constexpr size_t kMovementsMax = 100;  // of one posting

bool IsInTransit(const LotStatuses& statuses) {
  return std::any_of(statuses.begin(), statuses.end(),
                     [](const auto& row) { return row.second.in_transit_g() > 0; });
}

absl::Status CheckMayLeave(const std::string& shipment_id, const OccurredAt& at,
                           const rec::ShipmentRecord& shipment) {
  if (!HasLeft(StateOf(shipment))) return ShipmentNotDispatched(shipment_id, StateOf(shipment));
  const OccurredAt dispatched_at = FromRecord(shipment.dispatched_at());
  if (at.us < dispatched_at.us) return ExitBeforeDispatch(shipment_id, at, dispatched_at);
  if (shipment.exit_count() >= kExitsMax) {
    return ShipmentFull(shipment_id, "losses and returns", kExitsMax);
  }
  return absl::OkStatus();
}

rec::StepRecord MakeStep(const std::string& shipment_id, ExitKind kind, const OccurredAt& at,
                         const std::string& reason, const std::vector<ExitLine>& lines,
                         const std::vector<Movement>& movements, runtime::RequestId request_id) {
  rec::StepRecord step;
  step.set_shipment_id(shipment_id);
  *step.mutable_draft() =
      MakeDraft(PostingKind::kReceipt, runtime::DeriveRequestId(request_id, "transit_exit"), at,
                absl::StrCat("shipment/", shipment_id), movements);
  rec::TransitExitRecord& exit = *step.mutable_exit();
  exit.set_kind(static_cast<uint32_t>(kind));
  *exit.mutable_occurred_at() = ToRecord(at);
  exit.set_reason(reason);
  for (const ExitLine& line : lines) *exit.add_lines() = ToRecord(line);
  return step;
}

std::vector<ReturnedLine> AllInTransit(const LotStatuses& statuses) {
  std::vector<ReturnedLine> lines;
  for (const auto& [lot, status] : statuses) {
    if (status.in_transit_g() > 0) {
      lines.push_back({lot, status.in_transit_g() / status.pack_weight_g, 0});
    }
  }
  return lines;
}

// Grams of one lot that come back: out of transit first, then out of what was lost.
class ReturnSplit {
 public:
  ReturnSplit(const ReturnToOrigin& returned, const std::string& destination_id, LotId lot,
              const LotStatus& status)
      : returned_(returned),
        destination_id_(destination_id),
        lot_(lot),
        in_transit_g_(status.in_transit_g()),
        lost_g_(status.declared_lost_g) {}

  void Bring(int64_t quantity_g, Stock to, std::vector<Movement>* movements) {
    const int64_t from_transit_g = std::min(quantity_g, in_transit_g_);
    const int64_t from_lost_g = quantity_g - from_transit_g;
    in_transit_g_ -= from_transit_g;
    from_lost_g_ += from_lost_g;
    Move(Stock::kInTransit, returned_.shipment_id, to, from_transit_g, movements);
    Move(Stock::kLossMissing, destination_id_, to, from_lost_g, movements);
  }

  bool TooMuch() const { return from_lost_g_ > lost_g_; }
  int64_t from_lost_g() const { return from_lost_g_; }

 private:
  void Move(Stock from, const std::string& from_place, Stock to, int64_t quantity_g,
            std::vector<Movement>* movements) const {
    if (quantity_g == 0) return;
    movements->push_back({lot_, from, from_place, to, returned_.origin_id, quantity_g});
  }

  const ReturnToOrigin& returned_;
  const std::string& destination_id_;
  const LotId lot_;
  int64_t in_transit_g_;
  const int64_t lost_g_;
  int64_t from_lost_g_ = 0;
};

absl::StatusOr<ExitLine> PlanReturn(const ReturnToOrigin& returned, const ReturnedLine& line,
                                    const std::string& destination_id, const LotStatuses& statuses,
                                    std::vector<Movement>* movements) {
  const auto known = statuses.find(line.lot);
  const LotStatus status = known == statuses.end() ? LotStatus() : known->second;
  const int64_t held_g = status.in_transit_g() + status.declared_lost_g;
  if (held_g == 0) return ReturnTooMany(returned.shipment_id, line.lot, 0);
  ASSIGN_OR_RETURN(const int64_t good_g, GramsOf("packs", line.packs, status.pack_weight_g));
  ASSIGN_OR_RETURN(const int64_t damaged_g,
                   GramsOf("damaged_packs", line.damaged_packs, status.pack_weight_g));
  ReturnSplit split(returned, destination_id, line.lot, status);
  split.Bring(good_g, Stock::kUsable, movements);
  split.Bring(damaged_g, Stock::kDamaged, movements);
  if (split.TooMuch()) {
    return ReturnTooMany(returned.shipment_id, line.lot, held_g / status.pack_weight_g);
  }
  return ExitLine{line.lot, status.pack_weight_g, line.packs, line.damaged_packs,
                  split.from_lost_g()};
}

EventKind EventOf(ExitKind kind) {
  switch (kind) {
    case ExitKind::kLost:
      return EventKind::kLost;
    case ExitKind::kClosed:
      return EventKind::kClosed;
    case ExitKind::kReturned:
      return EventKind::kReturned;
  }
  return EventKind::kLost;
}

}  // namespace

absl::StatusOr<rec::StepRecord> BeginLoss(storage::Transaction& transaction, const Loss& loss,
                                          runtime::RequestId request_id) {
  const std::string& shipment_id = loss.shipment_id;
  ASSIGN_OR_RETURN(rec::ShipmentRecord shipment, ReadFreeShipment(transaction, shipment_id));
  RETURN_IF_ERROR(CheckMayLeave(shipment_id, loss.occurred_at, shipment));
  const LotStatuses statuses = StatusesOf(shipment);
  if (!IsInTransit(statuses)) return NothingInTransit(shipment_id);
  if (loss.closes && StateOf(shipment) != ShipmentState::kPartlyReceived) {
    return ShipmentNotReceived(shipment_id);
  }
  std::vector<ExitLine> lines;
  std::vector<Movement> movements;
  for (const auto& [lot, status] : statuses) {
    if (status.in_transit_g() == 0) continue;
    lines.push_back(
        {lot, status.pack_weight_g, status.in_transit_g() / status.pack_weight_g, 0, 0});
    movements.push_back({lot, Stock::kInTransit, shipment_id, Stock::kLossMissing,
                         shipment.destination_id(), status.in_transit_g()});
  }
  RETURN_IF_ERROR(Reserve(transaction, shipment_id, std::move(shipment)));
  return MakeStep(shipment_id, loss.closes ? ExitKind::kClosed : ExitKind::kLost, loss.occurred_at,
                  loss.reason, lines, movements, request_id);
}

absl::StatusOr<rec::StepRecord> BeginReturn(storage::Transaction& transaction,
                                            const ReturnToOrigin& returned,
                                            runtime::RequestId request_id) {
  const std::string& shipment_id = returned.shipment_id;
  ASSIGN_OR_RETURN(rec::ShipmentRecord shipment, ReadFreeShipment(transaction, shipment_id));
  if (returned.origin_id != shipment.origin_id()) {
    return ReturnOriginWrong(shipment_id, returned.origin_id);
  }
  RETURN_IF_ERROR(CheckMayLeave(shipment_id, returned.returned_at, shipment));
  const LotStatuses statuses = StatusesOf(shipment);
  const std::vector<ReturnedLine> wanted =
      returned.lines.empty() ? AllInTransit(statuses) : returned.lines;
  if (wanted.empty()) return NothingInTransit(shipment_id);
  std::vector<ExitLine> lines;
  std::vector<Movement> movements;
  for (size_t index = 0; index < wanted.size(); ++index) {
    const auto line =
        PlanReturn(returned, wanted[index], shipment.destination_id(), statuses, &movements);
    if (!line.ok()) {
      return runtime::InField(runtime::Item("lines", static_cast<int>(index)), line.status());
    }
    lines.push_back(*line);
  }
  if (movements.size() > kMovementsMax) {
    return ReturnTooDetailed(shipment_id, movements.size(), kMovementsMax);
  }
  RETURN_IF_ERROR(Reserve(transaction, shipment_id, std::move(shipment)));
  return MakeStep(shipment_id, ExitKind::kReturned, returned.returned_at, returned.reason, lines,
                  movements, request_id);
}

absl::StatusOr<rec::ShipmentRecord> EndExit(storage::Transaction& transaction,
                                            const rec::StepRecord& step, const Posted& posted) {
  const std::string& shipment_id = step.shipment_id();
  ASSIGN_OR_RETURN(rec::ShipmentRecord shipment, ReadShipment(transaction, shipment_id));
  rec::TransitExitRecord exit = step.exit();
  exit.set_position(posted.position);
  exit.set_recorded_us(posted.recorded_us);
  exit.set_recorded_by(posted.recorded_by);
  const auto kind = static_cast<ExitKind>(exit.kind());
  LotStatuses statuses = StatusesOf(shipment);
  for (const rec::TransitExitLineRecord& row : exit.lines()) {
    const ExitLine line = FromRecord(row);
    if (kind == ExitKind::kReturned) {
      Return(line, &statuses);
      RETURN_IF_ERROR(NoteArrivedOfLost(transaction, shipment_id, line.lot, line.from_lost_g));
    } else {
      Lose(line, &statuses);
      RETURN_IF_ERROR(AddDeclaredLost(transaction, {shipment_id, "", line.lot}, line.packs,
                                      line.pack_weight_g, shipment.destination_id(),
                                      FromRecord(exit.occurred_at())));
    }
  }
  SetStatuses(statuses, &shipment);
  shipment.set_is_reserved(false);
  shipment.set_exit_count(shipment.exit_count() + 1);
  RETURN_IF_ERROR(TransitExitTable::Put(transaction, exit, shipment_id, shipment.exit_count()));
  RETURN_IF_ERROR(SaveShipment(transaction, shipment_id, &shipment));
  RETURN_IF_ERROR(NoteChange(transaction, EventOf(kind), shipment_id, shipment, "",
                             {posted.recorded_by, posted.recorded_us}));
  return shipment;
}

absl::StatusOr<std::vector<rec::TransitExitRecord>> ExitsOf(const storage::Reader& reader,
                                                            const std::string& shipment_id) {
  std::vector<rec::TransitExitRecord> exits;
  RETURN_IF_ERROR(
      TransitExitTable::Scan(reader, TransitExitKey::Range(shipment_id),
                             [&](const TransitExitKey::Key&, const rec::TransitExitRecord& exit) {
                               exits.push_back(exit);
                               return true;
                             }));
  return exits;
}

}  // namespace milkway::shipments
