#include "services/trace/acknowledgements.h"

#include <algorithm>
#include <optional>

#include "clients/cpp/status_macros.h"
#include "services/runtime/errors.h"
#include "services/trace/trace_errors.h"

namespace milkway::trace {

namespace {

rec::AcknowledgementRecord ToRecord(const Acknowledgement& acknowledgement,
                                    const runtime::Call& call) {
  rec::AcknowledgementRecord record;
  record.set_acknowledged_us(acknowledgement.acknowledged_at.us);
  record.set_utc_offset_minutes(acknowledgement.acknowledged_at.offset_minutes);
  for (const FoundLot& lot : acknowledgement.lots) {
    rec::FoundLotRecord& found = *record.add_lots();
    found.set_lot_id(lot.lot_id);
    found.set_found_packs(lot.found_packs);
    found.set_set_aside_packs(lot.set_aside_packs);
  }
  record.set_person(acknowledgement.person);
  record.set_note(acknowledgement.note);
  record.set_recorded_by(call.caller.id);
  record.set_recorded_us(call.now_us);
  record.set_on_behalf(call.caller.role != common::v1::ROLE_WAREHOUSE &&
                       call.caller.role != common::v1::ROLE_SCHOOL_CONTACT);
  return record;
}

}  // namespace

absl::Status CheckAcknowledgement(const Acknowledgement& acknowledgement, const RecallFacts& recall,
                                  int64_t now_us) {
  if (acknowledgement.acknowledged_at.us < recall.ordered_us) {
    return runtime::InvalidField("acknowledged_at", "must not be before the recall was ordered");
  }
  if (acknowledgement.acknowledged_at.us > now_us + kMicrosPerDay) {
    return runtime::InvalidField("acknowledged_at", "must not lie in the future");
  }
  for (const FoundLot& lot : acknowledgement.lots) {
    const bool is_recalled =
        std::find(recall.lot_ids.begin(), recall.lot_ids.end(), lot.lot_id) != recall.lot_ids.end();
    if (!is_recalled) return LotNotRecalled(acknowledgement.recall_id, lot.lot_id);
  }
  return absl::OkStatus();
}

absl::StatusOr<Numbered> AddAcknowledgement(storage::Transaction& transaction,
                                            const Acknowledgement& acknowledgement,
                                            const runtime::Call& call) {
  const std::string& recall_id = acknowledgement.recall_id;
  const std::string& location_id = acknowledgement.location_id;
  ASSIGN_OR_RETURN(const std::optional<rec::AcknowledgementCountRecord> earlier,
                   AcknowledgementCountTable::Find(transaction, recall_id, location_id));
  const int64_t number = earlier.value_or(rec::AcknowledgementCountRecord()).count() + 1;
  const rec::AcknowledgementRecord record = ToRecord(acknowledgement, call);
  RETURN_IF_ERROR(AcknowledgementTable::Put(transaction, record, recall_id, location_id, number));
  rec::AcknowledgementCountRecord count;
  count.set_count(number);
  RETURN_IF_ERROR(AcknowledgementCountTable::Put(transaction, count, recall_id, location_id));
  return Numbered(number, record);
}

absl::StatusOr<std::map<std::string, Numbered>> LastAcknowledgements(const storage::Reader& reader,
                                                                     const std::string& recall_id) {
  std::map<std::string, int64_t> counts;
  RETURN_IF_ERROR(AcknowledgementCountTable::Scan(
      reader, AcknowledgementCountKey::Range(recall_id),
      [&counts](const auto& key, const rec::AcknowledgementCountRecord& record) {
        counts[std::get<1>(key)] = record.count();
        return true;
      }));
  std::map<std::string, Numbered> last;
  for (const auto& [location_id, count] : counts) {
    ASSIGN_OR_RETURN(const auto record,
                     AcknowledgementTable::Find(reader, recall_id, location_id, count));
    if (!record.has_value()) return absl::DataLossError("an acknowledgement is missing");
    last.emplace(location_id, Numbered(count, *record));
  }
  return last;
}

}  // namespace milkway::trace
