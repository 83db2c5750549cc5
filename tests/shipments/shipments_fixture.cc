#include "tests/shipments/shipments_fixture.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace milkway::shipments {

namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::Transact;

constexpr int kChinaMinutes = 8 * 60;
// 2025-06-01T00:00:00+08:00.
constexpr int64_t kJuneUs = int64_t{1'748'707'200'000'000};
constexpr int64_t kHourUs = kMicrosPerDay / 24;

const PackWeights& Weights() {
  static const PackWeights& weights =
      *new PackWeights{{kLot, 1000}, {kOtherLot, 400}, {kStrangeLot, 900}};
  return weights;
}

std::string NameOf(uint32_t kind) {
  switch (static_cast<Stock>(kind)) {
    case Stock::kUsable:
      return "usable";
    case Stock::kQuarantined:
      return "quarantined";
    case Stock::kDamaged:
      return "damaged";
    case Stock::kInTransit:
      return "in transit";
    case Stock::kFound:
      return "found";
    case Stock::kLossMissing:
      return "missing";
  }
  return absl::StrCat(kind);
}

}  // namespace

OccurredAt June(int day, int hour) {
  return {kJuneUs + (day - 1) * kMicrosPerDay + hour * kHourUs, kChinaMinutes};
}

ShipmentDraft ShipmentsTest::Draft(const std::string& shipment_id,
                                   std::vector<ShipmentLine> lines) {
  ShipmentDraft draft;
  draft.shipment_id = shipment_id;
  draft.origin_id = kPort;
  draft.destination_id = kSchool;
  draft.mode = 3;
  draft.carrier = "a lorry";
  draft.lines = std::move(lines);
  return draft;
}

Receipt ShipmentsTest::Delivery(const std::string& receipt_id, std::vector<ReceiptLine> lines,
                                OccurredAt at, const std::string& shipment_id) {
  return {receipt_id, shipment_id, kSchool, at, std::move(lines), ""};
}

absl::StatusOr<rec::ShipmentRecord> ShipmentsTest::Create(const ShipmentDraft& draft) {
  return Transact(*store_, [&](storage::Transaction& transaction) {
    return CreateShipment(transaction, draft, Weights(), {"planner", kNowUs});
  });
}

absl::StatusOr<rec::ShipmentRecord> ShipmentsTest::Cancel(const std::string& shipment_id) {
  return Transact(*store_, [&](storage::Transaction& transaction) {
    return CancelShipment(transaction, shipment_id, {"planner", kNowUs});
  });
}

absl::StatusOr<rec::StepRecord> ShipmentsTest::BeginDispatchOf(const std::string& shipment_id,
                                                               OccurredAt at) {
  const auto request = NextRequest();
  return Transact(*store_, [&](storage::Transaction& transaction) {
    return BeginDispatch(transaction, {shipment_id, at, ""}, request);
  });
}

absl::StatusOr<rec::StepRecord> ShipmentsTest::BeginReceiptOf(const Receipt& receipt) {
  const auto request = NextRequest();
  return Transact(*store_, [&](storage::Transaction& transaction) {
    return BeginReceipt(transaction, receipt, Weights(), request, kNowUs);
  });
}

absl::StatusOr<rec::StepRecord> ShipmentsTest::BeginCorrectionOf(const Receipt& receipt) {
  const auto request = NextRequest();
  return Transact(*store_, [&](storage::Transaction& transaction) {
    return BeginCorrection(transaction, receipt, "counted again", Weights(), request, kNowUs);
  });
}

absl::Status ShipmentsTest::Abandon(const rec::StepRecord& step) {
  return Transact(*store_, [&](storage::Transaction& transaction) {
    return step.receipt_id().empty() ? AbandonDispatch(transaction, step)
                                     : AbandonReceipt(transaction, step);
  });
}

absl::StatusOr<rec::ShipmentRecord> ShipmentsTest::Dispatch(const std::string& shipment_id,
                                                            OccurredAt at) {
  const auto step = BeginDispatchOf(shipment_id, at);
  if (!step.ok()) return step.status();
  const Posted posted = NextPosting();
  return Transact(*store_, [&](storage::Transaction& transaction) {
    return EndDispatch(transaction, *step, posted);
  });
}

absl::StatusOr<ReceiptEnded> ShipmentsTest::Receive(const Receipt& receipt) {
  const auto step = BeginReceiptOf(receipt);
  if (!step.ok()) return step.status();
  const Posted posted = step->has_draft() ? NextPosting() : Posted();
  return Transact(*store_, [&](storage::Transaction& transaction) {
    return EndReceipt(transaction, *step, posted);
  });
}

absl::StatusOr<ReceiptEnded> ShipmentsTest::Correct(const Receipt& receipt) {
  const auto step = BeginCorrectionOf(receipt);
  if (!step.ok()) return step.status();
  const Posted posted = NextPosting();
  return Transact(*store_, [&](storage::Transaction& transaction) {
    return EndReceipt(transaction, *step, posted);
  });
}

void ShipmentsTest::Ship(const std::string& shipment_id, std::vector<ShipmentLine> lines) {
  ASSERT_THAT(Create(Draft(shipment_id, std::move(lines))), IsOk());
  ASSERT_THAT(Dispatch(shipment_id), IsOk());
}

rec::ShipmentRecord ShipmentsTest::Shipment(const std::string& shipment_id) {
  const auto shipment = ReadShipment(*store_->NewSnapshot(), shipment_id);
  EXPECT_THAT(shipment, IsOk());
  return shipment.value_or(rec::ShipmentRecord());
}

LotStatus ShipmentsTest::StatusOf(LotId lot, const std::string& shipment_id) {
  return StatusesOf(Shipment(shipment_id))[lot];
}

std::vector<ReceiptOnRecord> ShipmentsTest::Receipts(const std::string& shipment_id) {
  const auto receipts = ReceiptsOf(*store_->NewSnapshot(), shipment_id);
  EXPECT_THAT(receipts, IsOk());
  return receipts.value_or(std::vector<ReceiptOnRecord>());
}

Posted ShipmentsTest::NextPosting() {
  ++last_position_;
  return {last_position_, 1'000'000 * last_position_, "recorder"};
}

std::vector<std::string> MovementsOf(const rec::StepRecord& step) {
  std::vector<std::string> texts;
  for (const rec::MovementRecord& movement : step.draft().movements()) {
    texts.push_back(absl::StrCat(movement.lot_id(), ": ", NameOf(movement.from_kind()), " ",
                                 movement.from_place(), " > ", NameOf(movement.to_kind()), " ",
                                 movement.to_place(), ": ", movement.quantity_g()));
  }
  return texts;
}

}  // namespace milkway::shipments
