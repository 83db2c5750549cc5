#include "services/inventory/recalls.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "milkway/inventory/v1/stock.pb.h"
#include "services/inventory/catalog.h"
#include "services/inventory/holds.h"
#include "services/inventory/inventory_errors.h"
#include "services/inventory/ledger.h"
#include "services/inventory/log.h"
#include "services/runtime/errors.h"
#include "services/runtime/serialize.h"

namespace milkway::inventory {

namespace {

// As many as a posting may have.
constexpr size_t kMovementsMax = 100;

using Holds = std::vector<Ledger::PlaceHold>;

rec::RecallRecord Stated(rec::RecallRecord record) {
  record.clear_ordered_by();
  record.clear_lifted_us();
  record.clear_lifted_offset_minutes();
  record.clear_lift_reason();
  record.clear_lifted_by();
  record.clear_recorded_us();
  record.clear_lifted_recorded_us();
  record.clear_is_released();
  return record;
}

absl::Status CountOpenRecalls(storage::Transaction& transaction, int64_t change) {
  ASSIGN_OR_RETURN(auto stored, OpenRecallsTable::Find(transaction));
  rec::OpenRecallsRecord open = stored.value_or(rec::OpenRecallsRecord());
  open.set_count(open.count() + change);
  return OpenRecallsTable::Put(transaction, open);
}

// From now on the ledger asks of the lot whether what comes late was held and released.
absl::Status NoteReleased(storage::Transaction& transaction, LotId lot) {
  ASSIGN_OR_RETURN(auto stored, LotRecallsTable::Find(transaction, lot.value));
  rec::LotRecallsRecord recalls = stored.value_or(rec::LotRecallsRecord());
  if (recalls.was_released()) return absl::OkStatus();
  recalls.set_was_released(true);
  RETURN_IF_ERROR(LotRecallsTable::Put(transaction, recalls, lot.value));
  ASSIGN_OR_RETURN(auto open, OpenRecallsTable::Find(transaction));
  rec::OpenRecallsRecord count = open.value_or(rec::OpenRecallsRecord());
  count.set_released_lots(count.released_lots() + 1);
  return OpenRecallsTable::Put(transaction, count);
}

// The lots of the scope, by their index.
absl::StatusOr<std::vector<LotId>> FindLots(const storage::Reader& reader,
                                            const rec::RecallRecord& recall) {
  const storage::KeyRange range =
      recall.lot_number().empty() ? LotByNumberKey::Range(recall.product_id())
                                  : LotByNumberKey::Range(recall.product_id(), recall.lot_number());
  std::vector<LotId> candidates;
  RETURN_IF_ERROR(LotByNumberTable::Scan(
      reader, range, [&](const LotByNumberKey::Key& key, const rec::IndexRecord&) {
        candidates.push_back(LotId{std::get<2>(key)});
        return true;
      }));
  std::vector<LotId> lots;
  for (const LotId lot : candidates) {
    ASSIGN_OR_RETURN(const rec::LotRecord record, ReadLot(reader, lot));
    if (Matches(recall, record)) lots.push_back(lot);
  }
  return lots;
}

// The lot belongs to the recall, which stands.
absl::Status Join(storage::Transaction& transaction, const Recall& recall, LotId lot) {
  RETURN_IF_ERROR(
      RecallLotTable::Put(transaction, rec::IndexRecord(), recall.recall_id, lot.value));
  ASSIGN_OR_RETURN(auto stored, LotRecallsTable::Find(transaction, lot.value));
  rec::LotRecallsRecord recalls = stored.value_or(rec::LotRecallsRecord());
  rec::LotRecallsRecord::Recall& added = *recalls.add_recalls();
  added.set_recall_id(recall.recall_id);
  added.set_ordered_us(recall.record.ordered_us());
  added.set_ordered_offset_minutes(recall.record.ordered_offset_minutes());
  std::sort(recalls.mutable_recalls()->begin(), recalls.mutable_recalls()->end(),
            [](const auto& a, const auto& b) {
              return std::pair(a.ordered_us(), a.recall_id()) <
                     std::pair(b.ordered_us(), b.recall_id());
            });
  return LotRecallsTable::Put(transaction, recalls, lot.value);
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

// Posts what a recall does to stock, as many movements a posting as may be.
class RecallPoster {
 public:
  RecallPoster(storage::Transaction& transaction, Ledger& ledger, const Recall& recall,
               const RecallCall& call)
      : transaction_(transaction), ledger_(ledger), recall_(recall), call_(call) {}

  absl::Status Add(Ledger::PlaceHold hold) {
    Holds& holds = holds_[hold.hold.held_at.us];
    holds.push_back(std::move(hold));
    return holds.size() == kMovementsMax ? PostHolds(&holds) : absl::OkStatus();
  }

  absl::Status Release(OccurredAt at, Movement movement) {
    std::vector<Movement>& movements = releases_[at.us];
    movements.push_back(std::move(movement));
    return movements.size() == kMovementsMax ? PostRelease(at.us, &movements) : absl::OkStatus();
  }

  absl::Status Finish() {
    for (auto& [us, holds] : holds_) RETURN_IF_ERROR(PostHolds(&holds));
    for (auto& [us, movements] : releases_) RETURN_IF_ERROR(PostRelease(us, &movements));
    return ledger_.End();
  }

 private:
  absl::Status PostHolds(Holds* holds) {
    if (holds->empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const int64_t position, ledger_.Hold(*holds, call_.request_id));
    holds->clear();
    return SayWhy(position, v1::ADJUSTMENT_REASON_RECALL, recall_.record.reason());
  }

  absl::Status PostRelease(int64_t us, std::vector<Movement>* movements) {
    if (movements->empty()) return absl::OkStatus();
    PostingDraft draft;
    draft.request_id = call_.request_id;
    draft.kind = PostingKind::kAdjustment;
    draft.occurred_at = {us, recall_.record.lifted_offset_minutes()};
    draft.reference = ReferenceOfRelease(recall_.recall_id);
    draft.movements = std::exchange(*movements, {});
    ASSIGN_OR_RETURN(const Posted posted, ledger_.Post(std::move(draft)));
    return SayWhy(posted.position, v1::ADJUSTMENT_REASON_RECALL_LIFTED,
                  recall_.record.lift_reason());
  }

  absl::Status SayWhy(int64_t position, v1::AdjustmentReason reason, const std::string& note) {
    rec::AdjustmentRecord why;
    why.set_reason(static_cast<uint32_t>(reason));
    why.set_note(note);
    why.set_recorded_by(call_.caller_id);
    return AdjustmentTable::Put(transaction_, why, position);
  }

  storage::Transaction& transaction_;
  Ledger& ledger_;
  const Recall& recall_;
  const RecallCall& call_;
  std::map<int64_t, Holds> holds_;
  std::map<int64_t, std::vector<Movement>> releases_;
};

// The places where a lot lies usable.
absl::StatusOr<std::vector<std::string>> PlacesOf(const storage::Reader& reader, LotId lot) {
  std::vector<std::string> places;
  RETURN_IF_ERROR(AccountTable::Scan(
      reader, AccountKey::Range(lot.value, static_cast<uint8_t>(AccountKind::kUsable)),
      [&](const AccountKey::Key& key, const rec::AccountRecord& account) {
        if (account.balance_g() > 0) places.push_back(std::get<2>(key));
        return true;
      }));
  return places;
}

absl::Status HoldLot(const storage::Reader& reader, const Recall& recall, LotId lot,
                     RecallPoster* poster) {
  ASSIGN_OR_RETURN(const std::vector<std::string> places, PlacesOf(reader, lot));
  for (const std::string& place : places) {
    ASSIGN_OR_RETURN(const StockCard card,
                     StockCard::Load(reader, {lot, AccountKind::kUsable, place}));
    ASSIGN_OR_RETURN(std::vector<HoldChange> holds,
                     HoldsOf(reader, card, {recall.recall_id, recall.ordered_at()}));
    for (HoldChange& hold : holds) {
      RETURN_IF_ERROR(poster->Add({card.account(), std::move(hold)}));
    }
  }
  return absl::OkStatus();
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
  return CountOpenRecalls(transaction, -1);
}

}  // namespace

bool Matches(const rec::RecallRecord& recall, const rec::LotRecord& lot) {
  if (recall.product_id() != lot.product_id()) return false;
  if (!recall.lot_number().empty() && recall.lot_number() != lot.lot_number()) return false;
  if (recall.has_expires_from_day() && lot.expires_day() < recall.expires_from_day()) return false;
  if (recall.has_expires_to_day() && lot.expires_day() > recall.expires_to_day()) return false;
  if (!lot.has_manufactured_day()) return true;
  const int32_t day = lot.manufactured_day();
  if (recall.has_manufactured_from_day() && day < recall.manufactured_from_day()) return false;
  return !recall.has_manufactured_to_day() || day <= recall.manufactured_to_day();
}

absl::Status PlaceRecall(storage::Transaction& transaction, const Recall& recall, bool expected,
                         const RecallCall& call) {
  ASSIGN_OR_RETURN(const auto earlier, RecallTable::Find(transaction, recall.recall_id));
  if (earlier.has_value()) {
    const bool is_same = runtime::SerializeInOrder(Stated(*earlier)) ==
                         runtime::SerializeInOrder(Stated(recall.record));
    return is_same ? absl::OkStatus() : IdTaken("RECALL_EXISTS", "the recall", recall.recall_id);
  }
  RETURN_IF_ERROR(ReadProduct(transaction, recall.record.product_id()).status());
  ASSIGN_OR_RETURN(const std::vector<LotId> lots, FindLots(transaction, recall.record));
  if (lots.empty() && !expected) return RecallMatchesNoLot(recall.record.product_id());

  rec::RecallRecord record = Stated(recall.record);
  record.set_ordered_by(call.caller_id);
  ASSIGN_OR_RETURN(const int64_t recorded_us, RecordedAfterLog(transaction, call.now_us));
  record.set_recorded_us(recorded_us);
  RETURN_IF_ERROR(RecallTable::Put(transaction, record, recall.recall_id));
  RETURN_IF_ERROR(
      OpenRecallTable::Put(transaction, rec::IndexRecord(), record.product_id(), recall.recall_id));
  RETURN_IF_ERROR(CountOpenRecalls(transaction, 1));
  for (const LotId lot : lots) RETURN_IF_ERROR(Join(transaction, recall, lot));

  ASSIGN_OR_RETURN(Ledger ledger, Ledger::Begin(transaction, call.now_us));
  RecallPoster poster(transaction, ledger, recall, call);
  for (const LotId lot : lots) RETURN_IF_ERROR(HoldLot(transaction, recall, lot, &poster));
  return poster.Finish();
}

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

absl::Status JoinOpenRecalls(storage::Transaction& transaction,
                             const std::vector<LotOnRecord>& lots) {
  ASSIGN_OR_RETURN(const auto open, OpenRecallsTable::Find(transaction));
  if (!open.has_value() || open->count() == 0) return absl::OkStatus();
  for (const LotOnRecord& lot : lots) {
    std::vector<std::string> recall_ids;
    RETURN_IF_ERROR(
        OpenRecallTable::Scan(transaction, OpenRecallKey::Range(lot.record.product_id()),
                              [&](const OpenRecallKey::Key& key, const rec::IndexRecord&) {
                                recall_ids.push_back(std::get<1>(key));
                                return true;
                              }));
    for (const std::string& recall_id : recall_ids) {
      ASSIGN_OR_RETURN(const Recall recall, ReadRecall(transaction, recall_id));
      if (Matches(recall.record, lot.record)) RETURN_IF_ERROR(Join(transaction, recall, lot.id));
    }
  }
  return absl::OkStatus();
}

}  // namespace milkway::inventory
