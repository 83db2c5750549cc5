#include "services/inventory/recalls.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/inventory/catalog.h"
#include "services/inventory/holds.h"
#include "services/inventory/inventory_errors.h"
#include "services/inventory/ledger.h"
#include "services/inventory/log.h"
#include "services/inventory/recall_books.h"
#include "services/runtime/errors.h"
#include "services/runtime/serialize.h"

namespace milkway::inventory {

namespace {

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
  RETURN_IF_ERROR(CountRecalls(transaction, {.standing = 1}));
  for (const LotId lot : lots) RETURN_IF_ERROR(Join(transaction, recall, lot));

  ASSIGN_OR_RETURN(Ledger ledger, Ledger::Begin(transaction, call.now_us));
  RecallPoster poster(transaction, ledger, recall, call);
  for (const LotId lot : lots) RETURN_IF_ERROR(HoldLot(transaction, recall, lot, &poster));
  return poster.Finish();
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
