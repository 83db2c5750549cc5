#include "services/shipments/changes.h"

#include <limits>
#include <tuple>
#include <utility>

#include "clients/cpp/status_macros.h"

namespace milkway::shipments {

absl::Status NoteChange(storage::Transaction& transaction, EventKind kind,
                        const std::string& shipment_id, const rec::ShipmentRecord& shipment,
                        absl::string_view subject, const Actor& actor) {
  ASSIGN_OR_RETURN(const int64_t last, LastChange(transaction));
  rec::ChangeRecord record;
  record.set_shipment_id(shipment_id);
  record.set_kind(static_cast<uint32_t>(kind));
  record.set_subject(subject.data(), subject.size());
  record.set_state(shipment.state());
  record.set_origin_id(shipment.origin_id());
  record.set_destination_id(shipment.destination_id());
  record.set_recorded_by(actor.caller_id);
  record.set_recorded_us(actor.now_us);
  rec::ChangeHeadRecord head;
  head.set_position(last + 1);
  RETURN_IF_ERROR(ChangeTable::Put(transaction, record, last + 1));
  return ChangeHeadTable::Put(transaction, head);
}

absl::StatusOr<int64_t> LastChange(const storage::Reader& reader) {
  ASSIGN_OR_RETURN(const auto head, ChangeHeadTable::Find(reader));
  return head.has_value() ? head->position() : 0;
}

absl::StatusOr<ChangesRead> ReadChanges(const storage::Reader& reader, int64_t after_position,
                                        const std::string& destination_id, size_t changes_max,
                                        size_t rows_max) {
  ChangesRead read;
  read.read_to = after_position;
  if (after_position == std::numeric_limits<int64_t>::max()) return read;
  storage::KeyRange range = ChangeKey::Range();
  range.from = ChangeKey::Encode(after_position + 1);
  size_t looked_at = 0;
  RETURN_IF_ERROR(ChangeTable::Scan(
      reader, range, [&](const ChangeKey::Key& key, const rec::ChangeRecord& record) {
        read.has_more = read.changes.size() == changes_max || looked_at == rows_max;
        if (read.has_more) return false;
        ++looked_at;
        read.read_to = std::get<0>(key);
        const bool fits = destination_id.empty() || destination_id == record.destination_id();
        if (fits) read.changes.push_back({std::get<0>(key), record});
        return true;
      }));
  return read;
}

}  // namespace milkway::shipments
