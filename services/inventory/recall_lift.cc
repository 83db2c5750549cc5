// Lifting a recall: what it holds becomes usable again, or is left to the places.

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/inventory/holds.h"
#include "services/inventory/inventory_errors.h"
#include "services/inventory/ledger.h"
#include "services/inventory/log.h"
#include "services/inventory/recall_books.h"
#include "services/inventory/recalls.h"
#include "services/runtime/errors.h"

namespace milkway::inventory {

namespace {

// From now on the ledger asks of the lot whether what comes late was held and released.
absl::Status NoteReleased(storage::Transaction& transaction, LotId lot) {
  ASSIGN_OR_RETURN(auto stored, LotRecallsTable::Find(transaction, lot.value));
  rec::LotRecallsRecord recalls = stored.value_or(rec::LotRecallsRecord());
  if (recalls.was_released()) return absl::OkStatus();
  recalls.set_was_released(true);
  RETURN_IF_ERROR(LotRecallsTable::Put(transaction, recalls, lot.value));
  return CountRecalls(transaction, {.released_lots = 1});
}

// The recall does not hold the lot any more. True if no other one does.
absl::StatusOr<bool> Leave(storage::Transaction& transaction, const std::string& recall_id,
                           LotId lot) {
  ASSIGN_OR_RETURN(const auto stored, LotRecallsTable::Find(transaction, lot.value));
  const rec::LotRecallsRecord before = stored.value_or(rec::LotRecallsRecord());
  rec::LotRecallsRecord left;
  left.set_was_released(before.was_released());
  for (const auto& recall : before.recalls()) {
    if (recall.recall_id() != recall_id) *left.add_recalls() = recall;
  }
  const bool is_free = left.recalls().empty();
  const bool is_empty = is_free && !left.was_released();
  RETURN_IF_ERROR(is_empty ? LotRecallsTable::Delete(transaction, lot.value)
                           : LotRecallsTable::Put(transaction, left, lot.value));
  return is_free;
}

struct OpenHold {
  HoldKey::Key key;
  rec::HoldRecord record;
};

absl::StatusOr<std::vector<OpenHold>> OpenHoldsOf(const storage::Reader& reader, LotId lot) {
  std::vector<OpenHold> holds;
  RETURN_IF_ERROR(HoldTable::Scan(reader, HoldKey::Range(lot.value),
                                  [&](const HoldKey::Key& key, const rec::HoldRecord& hold) {
                                    if (!hold.is_closed()) holds.push_back({key, hold});
                                    return true;
                                  }));
  return holds;
}

struct Release {
  int64_t quantity_g = 0;
  int64_t us = 0;
};

// Up to `held_g` of quarantined stock, the last of it held since `held_us`, becomes usable
// again.
absl::StatusOr<Release> ReleaseAt(const storage::Reader& reader, const Recall& recall, LotId lot,
                                  const std::string& place, int64_t held_g, int64_t held_us,
                                  RecallPoster* poster) {
  ASSIGN_OR_RETURN(const StockCard quarantined,
                   StockCard::Load(reader, {lot, AccountKind::kQuarantined, place}));
  const int64_t released_g = std::min(held_g, quarantined.balance_g());
  if (released_g <= 0) return Release();
  ASSIGN_OR_RETURN(const StockCard usable,
                   StockCard::Load(reader, {lot, AccountKind::kUsable, place}));
  // A count made since says that nothing was usable, and keeps saying so.
  const int64_t from_us = std::max(recall.record.lifted_us(), held_us);
  ASSIGN_OR_RETURN(int64_t us, AfterCounts(reader, usable, from_us));
  ASSIGN_OR_RETURN(const int64_t free_g, quarantined.LowestFrom(reader, {us, Moment::kOut}));
  if (free_g < released_g) us = std::max(us, quarantined.EndUs());
  RETURN_IF_ERROR(poster->Release(
      {us, 0}, {lot, AccountKind::kQuarantined, place, AccountKind::kUsable, place, released_g}));
  return Release{released_g, us};
}

// Releases what the holds of one place hold, of the first hold first; returns how much.
absl::StatusOr<int64_t> ReleaseHolds(const storage::Reader& reader, const Recall& recall, LotId lot,
                                     const std::vector<OpenHold*>& holds, RecallPoster* poster) {
  int64_t held_g = 0;
  int64_t held_us = 0;
  for (const OpenHold* hold : holds) {
    if (hold->record.held_g() == 0) continue;
    held_g += hold->record.held_g();
    held_us = std::max(held_us, std::get<2>(hold->key));
  }
  const std::string& place = std::get<1>(holds[0]->key);
  ASSIGN_OR_RETURN(const Release release,
                   ReleaseAt(reader, recall, lot, place, held_g, held_us, poster));
  int64_t left_g = release.quantity_g;
  for (OpenHold* hold : holds) {
    const int64_t of_hold_g = std::min(left_g, hold->record.held_g());
    if (of_hold_g == 0) continue;
    hold->record.set_released_g(of_hold_g);
    hold->record.set_released_us(release.us);
    hold->record.set_released_offset_minutes(recall.record.lifted_offset_minutes());
    left_g -= of_hold_g;
  }
  return release.quantity_g;
}

// The lot is free: its holds are closed, and released if `release`.
absl::StatusOr<int64_t> FreeLot(storage::Transaction& transaction, const Recall& recall, LotId lot,
                                bool release, RecallPoster* poster) {
  ASSIGN_OR_RETURN(std::vector<OpenHold> holds, OpenHoldsOf(transaction, lot));
  std::map<std::string, std::vector<OpenHold*>> by_place;
  for (OpenHold& hold : holds) {
    hold.record.set_is_closed(true);
    by_place[std::get<1>(hold.key)].push_back(&hold);
  }
  int64_t released_g = 0;
  if (release) {
    for (const auto& [place, of_place] : by_place) {
      ASSIGN_OR_RETURN(const int64_t of_place_g,
                       ReleaseHolds(transaction, recall, lot, of_place, poster));
      released_g += of_place_g;
    }
  }
  for (const OpenHold& hold : holds) {
    const auto& [lot_value, place, us, recall_id] = hold.key;
    RETURN_IF_ERROR(HoldTable::Put(transaction, hold.record, lot_value, place, us, recall_id));
  }
  if (released_g > 0) RETURN_IF_ERROR(NoteReleased(transaction, lot));
  return released_g;
}

absl::Status MarkLifted(storage::Transaction& transaction, const RecallEnd& end,
                        const RecallCall& call, Recall* recall) {
  ASSIGN_OR_RETURN(const int64_t recorded_us, RecordedAfterLog(transaction, call.now_us));
  recall->record.set_lifted_recorded_us(recorded_us);
  recall->record.set_is_released(end.release);
  recall->record.set_lifted_us(end.lifted_at.us);
  recall->record.set_lifted_offset_minutes(end.lifted_at.offset_minutes);
  recall->record.set_lift_reason(end.reason);
  recall->record.set_lifted_by(call.caller_id);
  RETURN_IF_ERROR(RecallTable::Put(transaction, recall->record, recall->recall_id));
  RETURN_IF_ERROR(
      OpenRecallTable::Delete(transaction, recall->record.product_id(), recall->recall_id));
  return CountRecalls(transaction, {.standing = -1});
}

}  // namespace

absl::StatusOr<int64_t> LiftRecall(storage::Transaction& transaction, const RecallEnd& end,
                                   const RecallCall& call) {
  ASSIGN_OR_RETURN(Recall recall, ReadRecall(transaction, end.recall_id));
  if (!recall.is_open()) {
    return RecallLifted(end.recall_id,
                        {recall.record.lifted_us(), recall.record.lifted_offset_minutes()});
  }
  if (end.lifted_at.us < recall.record.ordered_us()) {
    return runtime::InvalidField("lifted_at", absl::StrCat("must not be before the order, ",
                                                           FormatOccurredAt(recall.ordered_at())));
  }
  RETURN_IF_ERROR(MarkLifted(transaction, end, call, &recall));
  std::vector<LotId> lots;
  RETURN_IF_ERROR(RecallLotTable::Scan(transaction, RecallLotKey::Range(end.recall_id),
                                       [&](const RecallLotKey::Key& key, const rec::IndexRecord&) {
                                         lots.push_back(LotId{std::get<1>(key)});
                                         return true;
                                       }));
  std::vector<LotId> freed;
  for (const LotId lot : lots) {
    ASSIGN_OR_RETURN(const bool is_free, Leave(transaction, end.recall_id, lot));
    if (is_free) freed.push_back(lot);
  }
  ASSIGN_OR_RETURN(Ledger ledger, Ledger::Begin(transaction, call.now_us));
  RecallPoster poster(transaction, ledger, recall, call);
  int64_t released_g = 0;
  for (const LotId lot : freed) {
    ASSIGN_OR_RETURN(const int64_t of_lot_g,
                     FreeLot(transaction, recall, lot, end.release, &poster));
    released_g += of_lot_g;
  }
  RETURN_IF_ERROR(poster.Finish());
  return released_g;
}

}  // namespace milkway::inventory
