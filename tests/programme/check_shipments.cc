#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/shipments/v1/shipments.grpc.pb.h"
#include "tests/programme/checks.h"
#include "tests/support/status_matchers.h"

namespace milkway::programme {

namespace {

using ::milkway::testing::IsOk;
namespace shp = shipments::v1;

void CompareShipment(const Story& story, const Shipment& expected, const shp::Shipment& shipment) {
  const std::string told = shipment.ShortDebugString();
  if (expected.model == nullptr) {
    EXPECT_EQ(shipment.state(),
              expected.is_cancelled ? shp::SHIPMENT_STATE_CANCELLED : shp::SHIPMENT_STATE_DRAFT)
        << told;
    return;
  }
  EXPECT_EQ(shipment.state(), expected.model->State()) << told;
  std::map<int64_t, shipments::Totals> totals = expected.model->AllTotals();
  // A lot of which receipts only say that it was not there is not shown.
  std::erase_if(totals, [](const auto& row) { return row.second.shipped + row.second.over == 0; });
  ASSERT_EQ(static_cast<size_t>(shipment.line_statuses_size()), totals.size()) << told;
  for (const shp::ShipmentLineStatus& status : shipment.line_statuses()) {
    EXPECT_EQ(status.shipped_g() + status.over_g(), status.received_g() + status.damaged_g() +
                                                        status.missing_g() + status.returned_g() +
                                                        status.in_transit_g())
        << told;
    const int64_t pack_g = story.lots.at(status.lot_id()).pack_g;
    const shipments::Totals shown = {
        status.shipped_g() / pack_g,     status.over_g() / pack_g,
        status.received_g() / pack_g,    status.damaged_g() / pack_g,
        status.missing_g() / pack_g,     status.in_transit_g() / pack_g,
        status.returned_g() / pack_g,    status.declared_lost_g() / pack_g,
        status.quarantined_g() / pack_g, status.refused_g() / pack_g};
    EXPECT_TRUE(shown == totals.at(status.lot_id())) << told;
  }
}

}  // namespace

// shipped + over = received + damaged + missing + returned + in transit.
void Checks::CheckShipments() {
  shp::ListShipmentsRequest request;
  request.set_page_size(1000);
  size_t listed = 0;
  do {
    const auto page = system_.Ask(&shp::ShipmentService::Stub::ListShipments, request);
    ASSERT_THAT(page, IsOk());
    for (const shp::Shipment& shipment : page->shipments()) {
      const auto expected = story_.shipments.find(shipment.shipment_id());
      ASSERT_TRUE(expected != story_.shipments.end()) << shipment.shipment_id();
      CompareShipment(story_, expected->second, shipment);
      ++listed;
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(listed, story_.shipments.size());
}

// What happened on the way was recorded once each, and what is missing is known.
void Checks::CheckShipmentStories() {
  for (const auto& [id, expected] : story_.shipments) {
    if (expected.model == nullptr) continue;
    shp::GetShipmentRequest request;
    request.set_shipment_id(id);
    const auto story = system_.Ask(&shp::ShipmentService::Stub::GetShipment, request);
    ASSERT_THAT(story, IsOk());
    EXPECT_EQ(story->milestones_size(), expected.milestones) << id;
    EXPECT_EQ(story->documents_size(), expected.documents) << id;
    EXPECT_EQ(static_cast<size_t>(story->legs_size()), expected.legs.size()) << id;
    ASSERT_EQ(static_cast<size_t>(story->receipts_size()), expected.receipts.size()) << id;
    for (const shp::RecordedReceipt& recorded : story->receipts()) {
      const auto& receipt = expected.model->receipts().at(recorded.receipt().receipt_id());
      EXPECT_EQ(recorded.has_countersignature(), receipt.is_signed) << id;
      ASSERT_EQ(static_cast<size_t>(recorded.receipt().lines_size()), receipt.lines.size());
      for (const shp::ReceiptLine& line : recorded.receipt().lines()) {
        const shipments::Arrived& arrived = receipt.lines.at(line.lot_id()).arrived;
        EXPECT_EQ(line.received_packs(), arrived.good) << id;
        EXPECT_EQ(line.damaged_packs(), arrived.damaged) << id;
        EXPECT_EQ(line.missing_packs(), arrived.missing) << id;
      }
    }
    std::map<ShipmentModel::Cause, int64_t> open;
    for (const shp::Shortage& shortage : story->shortages()) {
      if (shortage.open_packs() == 0) continue;
      open[{shortage.receipt_id(), shortage.lot_id()}] = shortage.open_packs();
    }
    EXPECT_EQ(open, expected.model->OpenShortages()) << id;
  }
}

}  // namespace milkway::programme
