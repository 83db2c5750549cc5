#include <algorithm>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/runtime/dates.h"
#include "tests/programme/clerk.h"
#include "tests/programme/places.h"
#include "tests/shipments/shipments_system.h"

namespace milkway::programme {

namespace {

using shipments::Arrived;

// As it is refused without regard to the ledger.
Expected RefusedWith(const std::string& refusal) {
  Expected expected = {{}, LedgerRefusals()};
  if (!refusal.empty()) expected.must = {refusal};
  return expected;
}

// Of several refusals any may be said first.
void AlsoMust(bool is_wrong, const char* refusal, Expected* expected) {
  if (is_wrong) expected->must.insert(refusal);
}

}  // namespace

// Mostly what is in transit; now and then more, or what was never sent.
std::vector<Arrived> Clerk::SomeArrivals(const Shipment& shipment) {
  std::vector<Arrived> lines;
  std::set<int64_t> lots;
  for (const auto& [lot, totals] : shipment.model->AllTotals()) {
    if (OneIn(4)) continue;
    const int64_t left = std::max<int64_t>(totals.in_transit, 0);
    Arrived line = {lot, OneIn(3) ? left : Below(left + 2), 0, 0, 0};
    if (OneIn(4)) line.damaged = Below(3);
    if (OneIn(4)) line.missing = Below(4);
    if (OneIn(6)) line.refused = Below(3);
    if (OneIn(8)) line.good += Upto(3);
    if (line.good + line.damaged + line.missing + line.refused == 0) line.good = 1;
    lines.push_back(line);
    lots.insert(lot);
  }
  if (OneIn(10) || lines.empty()) {
    const int64_t lot = AnyOf(story_.lots).first;
    if (lots.insert(lot).second) lines.push_back({lot, Upto(3), Below(2), 0, 0});
  }
  return lines;
}

shp::Receipt Clerk::SomeReceipt(const std::string& shipment_id, const std::vector<Arrived>& lines) {
  const Shipment& shipment = story_.shipments.at(shipment_id);
  shp::Receipt receipt;
  receipt.set_shipment_id(shipment_id);
  receipt.set_destination_id(shipment.destination);
  for (const Arrived& arrived : lines) {
    shp::ReceiptLine& line = *receipt.add_lines();
    line.set_lot_id(arrived.lot);
    line.set_received_packs(arrived.good);
    line.set_damaged_packs(arrived.damaged);
    line.set_missing_packs(arrived.missing);
    line.set_refused_packs(arrived.refused);
    if (arrived.damaged > 0) line.set_damage_reason(shp::DAMAGE_REASON_WET);
    line.set_wrong(shipment.packs.count(arrived.lot) == 0);
  }
  return receipt;
}

void Clerk::Receive() {
  const std::string id = SomeShipment();
  if (id.empty()) return;
  Shipment& shipment = story_.shipments.at(id);
  const std::vector<Arrived> lines = SomeArrivals(shipment);
  const int64_t us = OneIn(25) ? When() : WhenFrom(shipment.dispatched_us);
  shp::RecordReceiptRequest request;
  request.set_request_id(NextRequestId());
  *request.mutable_receipt() = SomeReceipt(id, lines);
  const std::string receipt_id = NextId("R");
  request.mutable_receipt()->set_receipt_id(receipt_id);
  *request.mutable_receipt()->mutable_received_at() = InChina(us);
  Expected expected = RefusedWith(shipment.model->RefusalOf(receipt_id, lines));
  AlsoMust(us < shipment.dispatched_us, "RECEIPT_BEFORE_DISPATCH", &expected);
  Ask<shp::ShipmentService, shp::RecordReceiptResponse>(
      &shp::ShipmentService::Stub::async::RecordReceipt, request, expected,
      [this, id, lines, receipt_id](const shp::RecordReceiptResponse& answer) {
        Shipment& received = story_.shipments.at(id);
        received.model->Record(receipt_id, lines);
        received.receipts.push_back(receipt_id);
        if (answer.position() == 0) return;
        story_.TakeClaim(answer.position(), inv::POSTING_KIND_RECEIPT,
                         absl::StrCat("receipt/", receipt_id));
      });
}

void Clerk::CorrectReceipt() {
  const std::string id = SomeShipment();
  if (id.empty()) return;
  const Shipment& shipment = story_.shipments.at(id);
  if (shipment.receipts.empty()) return;
  const std::string receipt_id = AnyOf(shipment.receipts);
  std::vector<Arrived> lines;
  if (!OneIn(5)) lines = SomeArrivals(shipment);
  shp::CorrectReceiptRequest request;
  request.set_request_id(NextRequestId());
  *request.mutable_receipt() = SomeReceipt(id, lines);
  request.mutable_receipt()->set_receipt_id(receipt_id);
  request.set_reason("counted again");
  Ask<shp::ShipmentService, shp::CorrectReceiptResponse>(
      &shp::ShipmentService::Stub::async::CorrectReceipt, request,
      RefusedWith(shipment.model->RefusalOf(receipt_id, lines)),
      [this, id, lines, receipt_id](const shp::CorrectReceiptResponse& answer) {
        story_.shipments.at(id).model->Record(receipt_id, lines);
        if (answer.position() == 0) return;
        story_.TakeClaim(answer.position(), inv::POSTING_KIND_RECEIPT,
                         absl::StrCat("receipt/", receipt_id));
      });
}

void Clerk::Lose() {
  const std::string id = SomeShipment();
  if (id.empty()) return;
  const Shipment& shipment = story_.shipments.at(id);
  const int64_t us = WhenFrom(shipment.dispatched_us);
  const auto enter = [this, id](const auto& answer) {
    story_.shipments.at(id).model->Lose();
    story_.TakeClaim(answer.position(), inv::POSTING_KIND_UNSPECIFIED,
                     absl::StrCat("shipment/", id));
  };
  const bool closes = OneIn(2);
  const Expected expected = RefusedWith(shipment.model->RefusalOfLoss(closes));
  if (closes) {
    shp::CloseShipmentRequest request;
    request.set_request_id(NextRequestId());
    request.set_shipment_id(id);
    *request.mutable_closed_at() = InChina(us);
    request.set_reason("nobody has it");
    Ask<shp::ShipmentService, shp::CloseShipmentResponse>(
        &shp::ShipmentService::Stub::async::CloseShipment, request, expected, enter);
    return;
  }
  shp::DeclareLostRequest request;
  request.set_request_id(NextRequestId());
  request.set_shipment_id(id);
  *request.mutable_lost_at() = InChina(us);
  request.set_reason("overboard");
  Ask<shp::ShipmentService, shp::DeclareLostResponse>(
      &shp::ShipmentService::Stub::async::DeclareLost, request, expected, enter);
}

void Clerk::Return() {
  const std::string id = SomeShipment();
  if (id.empty()) return;
  const Shipment& shipment = story_.shipments.at(id);
  shp::RecordReturnRequest request;
  request.set_request_id(NextRequestId());
  request.set_shipment_id(id);
  request.set_origin_id(shipment.origin);
  *request.mutable_returned_at() = InChina(WhenFrom(shipment.dispatched_us));
  request.set_reason("refused at the door");
  std::vector<Arrived> lines;
  for (const auto& [lot, packs] : shipment.packs) {
    if (OneIn(2)) continue;
    lines.push_back({lot, Upto(3), OneIn(3) ? Below(3) : 0, 0, 0});
    shp::ReturnLine& line = *request.add_lines();
    line.set_lot_id(lot);
    line.set_packs(lines.back().good);
    line.set_damaged_packs(lines.back().damaged);
  }
  if (lines.empty()) return;
  Ask<shp::ShipmentService, shp::RecordReturnResponse>(
      &shp::ShipmentService::Stub::async::RecordReturn, request,
      RefusedWith(shipment.model->RefusalOfReturn(lines)),
      [this, id, lines](const shp::RecordReturnResponse& answer) {
        story_.shipments.at(id).model->Return(lines);
        story_.TakeClaim(answer.position(), inv::POSTING_KIND_UNSPECIFIED,
                         absl::StrCat("shipment/", id));
      });
}

void Clerk::Release() {
  const std::string id = SomeShipment();
  if (id.empty()) return;
  const Shipment& shipment = story_.shipments.at(id);
  if (!shipment.needs_release && !OneIn(10)) return;
  shp::RecordReleaseRequest request;
  request.set_request_id(NextRequestId());
  request.set_shipment_id(id);
  request.set_document_id("certificate");
  *request.mutable_released_at() = InChina(WhenFrom(shipment.dispatched_us));
  Expected expected = RefusedWith(shipment.model->RefusalOfRelease());
  AlsoMust(!shipment.has_certificate, "DOCUMENT_UNKNOWN", &expected);
  Ask<shp::ShipmentService, shp::RecordReleaseResponse>(
      &shp::ShipmentService::Stub::async::RecordRelease, request, expected,
      [this, id](const shp::RecordReleaseResponse& answer) {
        Shipment& released = story_.shipments.at(id);
        released.held_packs.emplace();
        for (const auto& [lot, totals] : released.model->AllTotals()) {
          (*released.held_packs)[lot] = totals.quarantined;
        }
        released.model->Release();
        const int64_t position = answer.shipment().release().position();
        EXPECT_EQ(position != 0, answer.released_g() > 0);
        if (position == 0) return;
        story_.TakeClaim(position, inv::POSTING_KIND_RELEASE, absl::StrCat("shipment/", id),
                         answer.released_g());
      });
}

void Clerk::Resolve() {
  const std::string id = SomeShipment();
  if (id.empty()) return;
  const Shipment& shipment = story_.shipments.at(id);
  const auto open = shipment.model->OpenShortages();
  if (open.empty() && !OneIn(10)) return;
  const ShipmentModel::Cause cause =
      open.empty() ? ShipmentModel::Cause{"", shipment.packs.begin()->first} : AnyOf(open).first;
  constexpr shp::ShortageOutcome kOutcomes[] = {
      shp::SHORTAGE_OUTCOME_FOUND, shp::SHORTAGE_OUTCOME_FOUND, shp::SHORTAGE_OUTCOME_LOST,
      shp::SHORTAGE_OUTCOME_STOLEN, shp::SHORTAGE_OUTCOME_COUNTED_WRONGLY};
  const shp::ShortageOutcome outcome = kOutcomes[Below(cause.first.empty() ? 4 : 5)];
  const bool has_damaged =
      outcome == shp::SHORTAGE_OUTCOME_FOUND || outcome == shp::SHORTAGE_OUTCOME_COUNTED_WRONGLY;
  const int64_t good = Upto(3);
  const int64_t damaged = has_damaged && OneIn(3) ? Below(2) : 0;
  shp::ResolveShortageRequest request =
      shipments::MakeResolution(id, cause.first, cause.second, outcome, good, damaged);
  request.set_request_id(NextRequestId());
  *request.mutable_resolution()->mutable_occurred_at() = InChina(now_us_);
  Ask<shp::ShipmentService, shp::ResolveShortageResponse>(
      &shp::ShipmentService::Stub::async::ResolveShortage, request,
      RefusedWith(shipment.model->RefusalOfResolution(cause, outcome, good, damaged)),
      [this, id, cause, outcome, good, damaged](const shp::ResolveShortageResponse& answer) {
        story_.shipments.at(id).model->Resolve(cause, outcome, good, damaged);
        if (answer.position() == 0) return;
        story_.TakeClaim(answer.position(), inv::POSTING_KIND_RECEIPT,
                         cause.first.empty() ? absl::StrCat("shipment/", id)
                                             : absl::StrCat("receipt/", cause.first));
      });
}

void Clerk::Countersign() {
  const std::string id = SomeShipment();
  if (id.empty()) return;
  const Shipment& shipment = story_.shipments.at(id);
  if (shipment.receipts.empty()) return;
  const std::string receipt_id = AnyOf(shipment.receipts);
  shp::CountersignReceiptRequest request;
  request.set_request_id(NextRequestId());
  request.set_receipt_id(receipt_id);
  request.set_shipment_id(id);
  request.set_destination_id(shipment.destination);
  *request.mutable_signed_at() = InChina(now_us_);
  const bool is_second = !OneIn(5);
  Expected expected;
  if (!is_second) expected.must = {"COUNTERSIGNER_SAME"};
  Ask<shp::ShipmentService, shp::CountersignReceiptResponse>(
      &shp::ShipmentService::Stub::async::CountersignReceipt, request, expected,
      [this, id, receipt_id](const shp::CountersignReceiptResponse&) {
        story_.shipments.at(id).model->Sign(receipt_id);
      },
      is_second ? kSecondPerson : kAdmin);
}

}  // namespace milkway::programme
