// Shipments with their lines, milestones and receipts; counts.

#include <utility>

#include "clients/cli/import/parse_rows.h"
#include "clients/cli/words.h"

namespace milkway::cli {

namespace {

constexpr size_t kKeyBytesMax = 128;
constexpr size_t kCarrierBytesMax = 200;
constexpr size_t kNoteBytesMax = 500;
constexpr int64_t kPacksMax = 10'000'000;
constexpr int64_t kCountedMaxG = 1'000'000'000'000;

}  // namespace

void ParseShipment(Cells& cells, Folder* folder) {
  ShipmentRow row;
  row.shipment_id = cells.Id("shipment_id");
  row.origin_id = cells.Id("origin_id");
  row.destination_id = cells.Id("destination_id");
  if (!row.origin_id.empty() && row.origin_id == row.destination_id) {
    cells.Wrong("destination_id", "must differ from the origin");
  }
  row.mode = cells.OneOf(kTransportModes, "mode");
  row.carrier = cells.Optional("carrier", kCarrierBytesMax);
  row.tracking_number = cells.Optional("tracking_number", kCarrierBytesMax);
  row.dispatched_at = cells.Time("dispatched_at");
  row.expected_on = cells.OptionalDay("expected_on");
  folder->shipments.push_back(std::move(row));
}

void ParseShipmentLine(Cells& cells, Folder* folder) {
  ShipmentLineRow row;
  row.shipment_id = cells.Id("shipment_id");
  row.lot = cells.Lot();
  row.packs = cells.Whole("packs", 1, kPacksMax);
  folder->shipment_lines.push_back(row);
}

void ParseMilestone(Cells& cells, Folder* folder) {
  MilestoneRow row;
  row.milestone_id = cells.Required("milestone_id", kKeyBytesMax);
  row.shipment_id = cells.Id("shipment_id");
  row.occurred_at = cells.Time("occurred_at");
  row.kind = cells.OneOf(kMilestoneKinds, "kind");
  row.place = cells.Optional("place", kCarrierBytesMax);
  row.note = cells.Optional("note", kNoteBytesMax);
  folder->milestones.push_back(row);
}

void ParseReceipt(Cells& cells, Folder* folder) {
  ReceiptRow row;
  row.receipt_id = cells.Id("receipt_id");
  row.shipment_id = cells.Id("shipment_id");
  row.received_at = cells.Time("received_at");
  row.lot = cells.Lot();
  row.received_packs = cells.Whole("received_packs", 0, kPacksMax);
  row.damaged_packs = cells.Whole("damaged_packs", 0, kPacksMax);
  row.missing_packs = cells.Whole("missing_packs", 0, kPacksMax);
  const auto is_zero = [&cells](absl::string_view column) { return cells.Text(column) == "0"; };
  if (is_zero("received_packs") && is_zero("damaged_packs") && is_zero("missing_packs")) {
    cells.Wrong("received_packs", "must be above 0 where no pack was damaged or missing");
  }
  row.note = cells.Optional("note", kNoteBytesMax);
  folder->receipts.push_back(row);
}

void ParseCount(Cells& cells, Folder* folder) {
  CountRow row;
  row.count_id = cells.Required("count_id", kKeyBytesMax);
  row.location_id = cells.Id("location_id");
  row.counted_at = cells.Time("counted_at");
  row.lot = cells.Lot();
  row.counted_g = cells.Whole("counted_g", 0, kCountedMaxG);
  const absl::string_view after_serving = cells.Text("after_serving");
  if (!after_serving.empty() && after_serving != "yes" && after_serving != "no") {
    cells.Wrong("after_serving", "must be yes, no or empty");
  }
  row.after_serving = after_serving == "yes";
  row.note = cells.Optional("note", kNoteBytesMax);
  folder->counts.push_back(row);
}

}  // namespace milkway::cli
