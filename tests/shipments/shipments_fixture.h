// A store with shipments, for tests of the use cases: the test is the ledger.

#ifndef MILKWAY_TESTS_SHIPMENTS_SHIPMENTS_FIXTURE_H_
#define MILKWAY_TESTS_SHIPMENTS_SHIPMENTS_FIXTURE_H_

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/shipments/dispatch.h"
#include "services/shipments/receipts.h"
#include "services/shipments/shipments.h"
#include "services/shipments/shipments_records.h"
#include "tests/support/refusal_matchers.h"
#include "tests/support/stores.h"
#include "tests/support/transact.h"

namespace milkway::shipments {

inline constexpr char kPort[] = "port";
inline constexpr char kSchool[] = "school";
inline constexpr char kOtherSchool[] = "other-school";

// Lots whose packs weigh 1000 g, 400 g and 900 g.
inline constexpr LotId kLot{1};
inline constexpr LotId kOtherLot{2};
inline constexpr LotId kStrangeLot{3};

// When everything is recorded that the ledger takes no part in.
inline constexpr int64_t kNowUs = 42;

// 2025-06-`day` at `hour`:00 in China.
OccurredAt June(int day, int hour = 12);

class ShipmentsTest : public ::testing::Test {
 protected:
  // From the port to the school.
  static ShipmentDraft Draft(const std::string& shipment_id,
                             std::vector<ShipmentLine> lines = {{kLot, 100}});
  static Receipt Delivery(const std::string& receipt_id, std::vector<ReceiptLine> lines,
                          OccurredAt at = June(10), const std::string& shipment_id = "S-1");

  absl::StatusOr<rec::ShipmentRecord> Create(const ShipmentDraft& draft);
  absl::StatusOr<rec::ShipmentRecord> Cancel(const std::string& shipment_id);

  // What a step posts, without ending it.
  absl::StatusOr<rec::StepRecord> BeginDispatchOf(const std::string& shipment_id,
                                                  OccurredAt at = June(1));
  absl::StatusOr<rec::StepRecord> BeginReceiptOf(const Receipt& receipt);
  absl::StatusOr<rec::StepRecord> BeginCorrectionOf(const Receipt& receipt);
  // The ledger refuses.
  absl::Status Abandon(const rec::StepRecord& step);

  // Whole steps: the ledger takes what is posted, at the next position.
  absl::StatusOr<rec::ShipmentRecord> Dispatch(const std::string& shipment_id,
                                               OccurredAt at = June(1));
  absl::StatusOr<ReceiptEnded> Receive(const Receipt& receipt);
  absl::StatusOr<ReceiptEnded> Correct(const Receipt& receipt);
  // A shipment of `lines` that left on 2025-06-01.
  void Ship(const std::string& shipment_id, std::vector<ShipmentLine> lines = {{kLot, 100}});

  rec::ShipmentRecord Shipment(const std::string& shipment_id);
  LotStatus StatusOf(LotId lot, const std::string& shipment_id = "S-1");
  std::vector<ReceiptOnRecord> Receipts(const std::string& shipment_id = "S-1");

  testing::MemoryStore store_;

 private:
  runtime::RequestId NextRequest() { return {7, ++last_request_}; }
  Posted NextPosting();

  uint64_t last_request_ = 0;
  int64_t last_position_ = 0;
};

// A movement in a draft, as text: "1: usable port > in transit S-1: 1000".
std::vector<std::string> MovementsOf(const rec::StepRecord& step);

// Grams of one lot in this order: shipped, over, received, damaged, missing, in
// transit.
MATCHER_P6(Has, shipped, over, received, damaged, missing, in_transit, "") {
  *result_listener << "shipped " << arg.shipped_g << ", over " << arg.over_g << ", received "
                   << arg.received_g << ", damaged " << arg.damaged_g << ", missing "
                   << arg.missing_g << ", in transit " << arg.in_transit_g();
  return arg.shipped_g == shipped && arg.over_g == over && arg.received_g == received &&
         arg.damaged_g == damaged && arg.missing_g == missing && arg.in_transit_g() == in_transit;
}

}  // namespace milkway::shipments

#endif  // MILKWAY_TESTS_SHIPMENTS_SHIPMENTS_FIXTURE_H_
