#include "services/impact/events.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"

namespace milkway::impact {

absl::StatusOr<int64_t> RecordEvent(storage::Transaction& transaction, const Event& event,
                                    int64_t now_us) {
  ASSIGN_OR_RETURN(const auto stored, LastSequenceTable::Find(transaction));
  rec::CounterRecord counter = stored.value_or(rec::CounterRecord());
  counter.set_last(counter.last() + 1);
  // Times are in the order of the places, whatever the clock does.
  counter.set_recorded_us(std::max(counter.recorded_us(), now_us));
  rec::EventRecord record;
  record.set_kind(static_cast<uint32_t>(event.kind));
  record.set_id(event.id);
  record.set_gift_id(event.gift_id);
  record.set_lot_id(event.lot.value);
  record.set_recorded_us(counter.recorded_us());
  RETURN_IF_ERROR(EventTable::Put(transaction, record, counter.last()));
  RETURN_IF_ERROR(LastSequenceTable::Put(transaction, counter));
  return counter.last();
}

absl::StatusOr<int64_t> LastSequence(const storage::Reader& reader) {
  ASSIGN_OR_RETURN(const auto counter, LastSequenceTable::Find(reader));
  return counter.has_value() ? counter->last() : 0;
}

absl::StatusOr<int64_t> SequenceAt(const storage::Reader& reader, int64_t recorded_us) {
  ASSIGN_OR_RETURN(int64_t high, LastSequence(reader));
  int64_t low = 1;
  while (low <= high) {
    const int64_t middle = low + (high - low) / 2;
    ASSIGN_OR_RETURN(const auto event, EventTable::Find(reader, middle));
    // Of what earlier programs recorded only the place is known.
    if (!event.has_value() || event->recorded_us() <= recorded_us) {
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
  return high;
}

absl::Status PutLot(storage::Transaction& transaction, LotId lot, const rec::LotRecord& record,
                    int64_t sequence) {
  RETURN_IF_ERROR(LotTable::Put(transaction, record, lot.value));
  return LotHistoryTable::Put(transaction, record, lot.value, sequence);
}

absl::StatusOr<rec::LotRecord> ReadLotThen(const storage::Reader& reader, LotId lot,
                                           int64_t sequence) {
  ASSIGN_OR_RETURN(std::optional<rec::LotRecord> then, LotTable::Find(reader, lot.value));
  if (then.has_value() && sequence != kUpToNow) {
    // What holds the weight and label of a lot before anybody bought of it.
    then->clear_paid_minor();
    then->clear_bought_g();
    then->clear_pools();
    const storage::KeyRange range = {
        LotHistoryKey::Range(lot.value).from,
        storage::PrefixRange(LotHistoryKey::Encode(lot.value, sequence)).to};
    RETURN_IF_ERROR(LotHistoryTable::Scan(
        reader, range,
        [&](const LotHistoryKey::Key&, const rec::LotRecord& record) {
          then = record;
          return false;
        },
        storage::ScanOrder::kDescending));
  }
  if (!then.has_value()) {
    return absl::DataLossError(absl::StrCat("lot ", lot.value,
                                            " that a gift paid for is gone; restore the store "
                                            "from a backup"));
  }
  return *std::move(then);
}

}  // namespace milkway::impact
