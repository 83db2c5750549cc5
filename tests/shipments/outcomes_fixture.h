// Shipments with the real ledger, for tests of what becomes of their goods: in one
// process, and in a process each. Packs weigh 1000 g.

#ifndef MILKWAY_TESTS_SHIPMENTS_OUTCOMES_FIXTURE_H_
#define MILKWAY_TESTS_SHIPMENTS_OUTCOMES_FIXTURE_H_

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/shipments/shipments_system.h"
#include "tests/support/deployments.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::shipments {

inline constexpr char kTeacher[] = "school_contact:wang:school";
inline constexpr char kCook[] = "school_contact:li:school";

class Outcomes : public testing::InEveryDeployment<ShipmentsSystem> {
 protected:
  // Nothing got lost on the way of a test, whatever it did.
  void TearDown() override { EXPECT_THAT(milkway_.Differences(), ::testing::IsEmpty()); }

  int64_t At(inv::AccountKind kind, const std::string& place) {
    return milkway_.Balance(lot_, kind, place);
  }
  int64_t Usable() { return At(inv::ACCOUNT_KIND_USABLE, kSchool); }
  int64_t Quarantined() { return At(inv::ACCOUNT_KIND_QUARANTINED, kSchool); }
  int64_t Missing() { return At(inv::ACCOUNT_KIND_LOSS_MISSING, kSchool); }
  int64_t Found() { return At(inv::ACCOUNT_KIND_FOUND, kSchool); }

  v1::ShipmentLineStatus Status() {
    const auto shipment = milkway_.Get("S-1");
    EXPECT_THAT(shipment, testing::IsOk());
    v1::ShipmentLineStatus status;
    if (shipment.ok() && shipment->shipment().line_statuses_size() > 0) {
      status = shipment->shipment().line_statuses(0);
    }
    EXPECT_EQ(status.shipped_g() + status.over_g(), status.received_g() + status.damaged_g() +
                                                        status.missing_g() + status.returned_g() +
                                                        status.in_transit_g());
    return status;
  }
  v1::ShipmentState State() { return milkway_.Get("S-1")->shipment().state(); }

  // 100 packs that need a certificate are on their way.
  void ShipHeld() {
    v1::Shipment shipment = MakeShipment("S-1", {{lot_, 100}});
    shipment.set_requires_release_certificate(true);
    ASSERT_THAT(milkway_.Create(shipment), testing::IsOk());
    ASSERT_THAT(milkway_.Dispatch("S-1"), testing::IsOk());
  }

  int64_t lot_ = milkway_.Buy(1'000);
};

}  // namespace milkway::shipments

#endif  // MILKWAY_TESTS_SHIPMENTS_OUTCOMES_FIXTURE_H_
