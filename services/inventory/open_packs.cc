#include "services/inventory/open_packs.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "milkway/inventory/v1/stock.pb.h"
#include "services/inventory/catalog.h"
#include "services/inventory/holds.h"
#include "services/inventory/inventory_errors.h"
#include "services/inventory/ledger.h"
#include "services/inventory/log.h"
#include "services/inventory/purchases.h"
#include "services/runtime/errors.h"
#include "services/runtime/page_scan.h"

namespace milkway::inventory {

namespace {

// How many packs of the lot are open at the place.
absl::StatusOr<int64_t> CountOpen(const storage::Reader& reader, const Account& account) {
  std::vector<int64_t> openings;
  RETURN_IF_ERROR(OpenPackTable::Scan(reader, OpenPackKey::Range(account.place),
                                      [&](const OpenPackKey::Key& key, const rec::IndexRecord&) {
                                        openings.push_back(std::get<2>(key));
                                        return true;
                                      }));
  int64_t open_packs = 0;
  for (const int64_t opening : openings) {
    ASSIGN_OR_RETURN(const auto record, OpeningTable::Find(reader, opening));
    const bool is_of_lot = record.has_value() && record->lot_id() == account.lot.value;
    if (is_of_lot) open_packs += record->open_packs();
  }
  return open_packs;
}

// Each open pack has a gram in it at least; the rest must be enough for full ones.
absl::Status CheckPacks(const storage::Reader& reader, const PacksToOpen& packs,
                        const rec::LotRecord& lot) {
  ASSIGN_OR_RETURN(const StockCard card, StockCard::Load(reader, packs.account));
  ASSIGN_OR_RETURN(const int64_t usable_g,
                   card.BalanceAt(reader, {packs.opened_at.us, Moment::kIn}));
  ASSIGN_OR_RETURN(const int64_t open_packs, CountOpen(reader, packs.account));
  if (packs.packs * lot.pack_weight_g() + open_packs <= usable_g) return absl::OkStatus();
  return PacksMissing(packs.account, packs.packs, open_packs, lot.pack_weight_g(), usable_g);
}

absl::StatusOr<int32_t> UseByDay(const storage::Reader& reader, const rec::LotRecord& lot,
                                 OccurredAt opened_at) {
  ASSIGN_OR_RETURN(const rec::ProductRecord product, ReadProduct(reader, lot.product_id()));
  if (product.opened_use_days() == 0) return lot.expires_day();
  return std::min(lot.expires_day(), LocalDateOf(opened_at).days + product.opened_use_days());
}

absl::StatusOr<int64_t> TakeOpeningNumber(storage::Transaction& transaction) {
  ASSIGN_OR_RETURN(auto stored, LastOpeningTable::Find(transaction));
  rec::CounterRecord counter = stored.value_or(rec::CounterRecord());
  counter.set_last(counter.last() + 1);
  RETURN_IF_ERROR(LastOpeningTable::Put(transaction, counter));
  return counter.last();
}

absl::StatusOr<int64_t> Discard(storage::Transaction& transaction, const PacksToFinish& packs,
                                const rec::OpeningRecord& opening, int64_t now_us) {
  const LotId lot{opening.lot_id()};
  PostingDraft draft;
  draft.request_id = packs.request_id;
  draft.kind = PostingKind::kAdjustment;
  draft.occurred_at = packs.finished_at;
  draft.reference = absl::StrCat("opening/", packs.opening_id);
  draft.movements = {{lot, AccountKind::kUsable, packs.place, AccountKind::kLossWrittenOff,
                      packs.place, packs.discarded_g}};
  ASSIGN_OR_RETURN(Ledger ledger, Ledger::Begin(transaction, now_us));
  ASSIGN_OR_RETURN(const Posted posted, ledger.Post(std::move(draft)));
  RETURN_IF_ERROR(ledger.End());
  rec::AdjustmentRecord why;
  why.set_reason(v1::ADJUSTMENT_REASON_OPENED_TOO_LONG);
  why.set_recorded_by(packs.recorded_by);
  RETURN_IF_ERROR(AdjustmentTable::Put(transaction, why, posted.position));
  return posted.position;
}

absl::Status CheckFinish(const storage::Reader& reader, const PacksToFinish& packs,
                         const rec::OpeningRecord& opening) {
  if (packs.packs > opening.open_packs()) {
    return PacksFinished(packs.opening_id, opening.open_packs());
  }
  if (packs.finished_at.us < opening.opened_us()) {
    return runtime::InvalidField("finished_at", "must not be before they were opened");
  }
  ASSIGN_OR_RETURN(const rec::LotRecord lot, ReadLot(reader, LotId{opening.lot_id()}));
  const int64_t held_g = packs.packs * lot.pack_weight_g();
  if (packs.discarded_g <= held_g) return absl::OkStatus();
  return runtime::InvalidField("discarded_g",
                               absl::StrCat("must be at most what the packs hold, ", held_g));
}

}  // namespace

absl::StatusOr<int64_t> OpenPacks(storage::Transaction& transaction, const PacksToOpen& packs,
                                  int64_t now_us) {
  RETURN_IF_ERROR(ReadLocation(transaction, packs.account.place).status());
  ASSIGN_OR_RETURN(const rec::LotRecord lot, ReadLot(transaction, packs.account.lot));
  ASSIGN_OR_RETURN(const RecallsOfLot recalls, FindRecallsOfLot(transaction, packs.account.lot));
  const std::vector<LotRecall>& standing = recalls.standing;
  if (!standing.empty() && packs.opened_at.us >= standing[0].ordered_at.us) {
    return LotRecalled(packs.account.lot, standing[0].recall_id);
  }
  RETURN_IF_ERROR(CheckPacks(transaction, packs, lot));
  ASSIGN_OR_RETURN(const int32_t use_by_day, UseByDay(transaction, lot, packs.opened_at));
  ASSIGN_OR_RETURN(const int64_t opening_id, TakeOpeningNumber(transaction));
  rec::OpeningRecord record;
  record.set_location_id(packs.account.place);
  record.set_lot_id(packs.account.lot.value);
  record.set_packs(packs.packs);
  record.set_opened_us(packs.opened_at.us);
  record.set_offset_minutes(packs.opened_at.offset_minutes);
  record.set_open_packs(packs.packs - packs.finished_packs);
  record.set_use_by_day(use_by_day);
  record.set_recorded_by(packs.recorded_by);
  ASSIGN_OR_RETURN(const int64_t recorded_us, RecordedAfterLog(transaction, now_us));
  record.set_recorded_us(recorded_us);
  RETURN_IF_ERROR(OpeningTable::Put(transaction, record, opening_id));
  if (record.open_packs() == 0) return opening_id;
  RETURN_IF_ERROR(OpenPackTable::Put(transaction, rec::IndexRecord(), packs.account.place,
                                     int64_t{use_by_day}, opening_id));
  return opening_id;
}

absl::StatusOr<int64_t> FinishPacks(storage::Transaction& transaction, const PacksToFinish& packs,
                                    int64_t now_us) {
  ASSIGN_OR_RETURN(auto stored, OpeningTable::Find(transaction, packs.opening_id));
  if (!stored.has_value() || stored->location_id() != packs.place) {
    return OpeningUnknown(packs.opening_id, packs.place);
  }
  rec::OpeningRecord& opening = *stored;
  RETURN_IF_ERROR(CheckFinish(transaction, packs, opening));
  int64_t position = 0;
  if (packs.discarded_g > 0) {
    ASSIGN_OR_RETURN(position, Discard(transaction, packs, opening, now_us));
  }
  opening.set_open_packs(opening.open_packs() - packs.packs);
  RETURN_IF_ERROR(OpeningTable::Put(transaction, opening, packs.opening_id));
  if (opening.open_packs() == 0) {
    RETURN_IF_ERROR(OpenPackTable::Delete(transaction, packs.place, int64_t{opening.use_by_day()},
                                          packs.opening_id));
  }
  return position;
}

absl::StatusOr<OpenedPacks> ReadOpenedPacks(const storage::Reader& reader, int64_t opening_id,
                                            std::optional<LocalDate> on, int64_t now_us) {
  ASSIGN_OR_RETURN(auto record, OpeningTable::Find(reader, opening_id));
  if (!record.has_value()) return OpeningUnknown(opening_id, "any place");
  OpenedPacks opened = {opening_id, *std::move(record), {}};
  const LotId lot{opened.record.lot_id()};
  ASSIGN_OR_RETURN(opened.lot, ReadLot(reader, lot));
  const std::string& place = opened.record.location_id();
  ASSIGN_OR_RETURN(const StockCard card,
                   StockCard::Load(reader, {lot, AccountKind::kUsable, place}));
  opened.usable_g = card.balance_g();
  if (!on.has_value()) {
    ASSIGN_OR_RETURN(const rec::LocationRecord location, ReadLocation(reader, place));
    on = LocalDateIn(now_us, location.time_zone());
  }
  opened.is_overdue = opened.record.open_packs() > 0 && opened.usable_g > 0 &&
                      opened.record.use_by_day() < on->days;
  return opened;
}

absl::StatusOr<std::string> ListOpenPacks(const storage::Reader& reader,
                                          const OpenPacksFilter& filter, int64_t now_us,
                                          const google::protobuf::Message& request,
                                          absl::FunctionRef<void(const OpenedPacks&)> add) {
  const storage::KeyRange range =
      filter.place.empty() ? OpenPackKey::Range() : OpenPackKey::Range(filter.place);
  absl::Status status;
  ASSIGN_OR_RETURN(
      std::string token,
      runtime::ScanPage<OpenPackTable>(
          reader, range, request, [&](const OpenPackKey::Key& key, const rec::IndexRecord&) {
            const auto opened = ReadOpenedPacks(reader, std::get<2>(key), filter.on, now_us);
            status.Update(opened.status());
            if (!status.ok()) return false;
            if (filter.overdue_only && !opened->is_overdue) return false;
            add(*opened);
            return true;
          }));
  RETURN_IF_ERROR(status);
  return token;
}

}  // namespace milkway::inventory
