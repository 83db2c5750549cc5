// What needs a certificate, and its release.

#include "tests/shipments/outcomes_fixture.h"

namespace milkway::shipments {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;

TEST_P(Outcomes, WhatNeedsACertificateCannotBeUsedBeforeItIsThere) {
  ShipHeld();
  ASSERT_THAT(milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot_, 60, 5}})), IsOk());
  EXPECT_EQ(Usable(), 0);
  EXPECT_EQ(Quarantined(), 60'000);
  EXPECT_EQ(Status().quarantined_g(), 60'000);
  EXPECT_THAT(milkway_.Release("S-1"), IsRefusal("DOCUMENT_UNKNOWN"));
  ASSERT_THAT(milkway_.AttachCertificate("S-1"), IsOk());

  const auto released = milkway_.Release("S-1");

  ASSERT_THAT(released, IsOk());
  EXPECT_EQ(released->released_g(), 60'000);
  EXPECT_EQ(released->shipment().release().document_id(), "C-1");
  EXPECT_EQ(Usable(), 60'000);
  EXPECT_EQ(Quarantined(), 0);
  EXPECT_EQ(Status().quarantined_g(), 0);
  const auto posting = milkway_.Posting(released->shipment().release().position());
  EXPECT_EQ(posting->kind(), inv::POSTING_KIND_RELEASE);
  EXPECT_EQ(posting->occurred_at().DebugString(), June(12).DebugString());
}

TEST_P(Outcomes, AReleaseHappensOnceAndWhatComesLaterIsUsable) {
  ShipHeld();
  ASSERT_THAT(milkway_.AttachCertificate("S-1"), IsOk());
  ASSERT_THAT(milkway_.Release("S-1", 12), IsOk());  // nothing arrived yet

  EXPECT_THAT(milkway_.Release("S-1", 13), IsRefusal("SHIPMENT_RELEASED"));
  ASSERT_THAT(milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot_, 60}}, 15)), IsOk());

  EXPECT_EQ(Usable(), 60'000);
}

TEST_P(Outcomes, WhatArrivedBeforeTheReleaseAndIsRecordedAfterItIsUsableFromTheReleaseOn) {
  ShipHeld();
  ASSERT_THAT(milkway_.AttachCertificate("S-1"), IsOk());
  ASSERT_THAT(milkway_.Release("S-1", 12), IsOk());

  const auto received = milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot_, 60}}, 10));

  ASSERT_THAT(received, IsOk());
  EXPECT_EQ(milkway_.Posting(received->position())->occurred_at().DebugString(),
            June(12).DebugString());
  ASSERT_THAT(milkway_.Correct(MakeReceipt("R-1", "S-1", {{lot_, 61}}, 10)), IsOk());
  EXPECT_EQ(Usable(), 61'000);
}

TEST_P(Outcomes, AReleaseTakesOnlyWhatTheShipmentBroughtAndWhatStillLiesThere) {
  milkway_.Ship("S-2", {{lot_, 50}});
  ASSERT_THAT(milkway_.Receive(MakeReceipt("R-9", "S-2", {{lot_, 50}}, 3)), IsOk());
  inv::AdjustStockRequest hold;
  inv::Adjustment& adjustment = *hold.mutable_adjustment();
  hold.set_request_id(milkway_.NextRequestId());
  adjustment.set_location_id(kSchool);
  adjustment.set_lot_id(lot_);
  adjustment.set_condition(inv::ACCOUNT_KIND_USABLE);
  adjustment.set_quantity_g(20'000);
  adjustment.set_reason(inv::ADJUSTMENT_REASON_QUARANTINE);
  *adjustment.mutable_occurred_at() = June(4);
  ASSERT_THAT(milkway_.Call(&inv::StockService::Stub::AdjustStock, hold), IsOk());
  ShipHeld();
  ASSERT_THAT(milkway_.AttachCertificate("S-1"), IsOk());
  ASSERT_THAT(milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot_, 60}})), IsOk());
  EXPECT_EQ(Quarantined(), 80'000);

  ASSERT_THAT(milkway_.Release("S-1"), IsOk());

  EXPECT_EQ(Quarantined(), 20'000);
  EXPECT_EQ(Usable(), 90'000);
}

TEST_P(Outcomes, OnlyAnInspectionCertificateThatIsWholeAndValidReleases) {
  ShipHeld();
  v1::AttachShipmentDocumentRequest request;
  request.set_shipment_id("S-1");
  common::v1::Document& document = *request.mutable_document();
  document.set_document_id("C-1");
  document.set_type(common::v1::DOCUMENT_TYPE_HEALTH_CERTIFICATE);
  document.set_number("77");
  document.set_issued_on("2025-06-05");
  request.set_request_id(milkway_.NextRequestId());
  ASSERT_THAT(milkway_.Call(&v1::ShipmentService::Stub::AttachShipmentDocument, request), IsOk());
  EXPECT_THAT(milkway_.Release("S-1"), IsRefusal("RELEASE_CERTIFICATE_WRONG"));
  EXPECT_THAT(milkway_.AttachCertificate("S-1"), IsRefusal("DOCUMENT_EXISTS"));

  v1::RecordReleaseRequest release;
  release.set_shipment_id("S-1");
  *release.mutable_released_at() = June(12);
  const auto with = [&](const std::string& id, const std::string& number,
                        const std::string& issued_on, const std::string& valid_until) {
    document.set_document_id(id);
    document.set_type(common::v1::DOCUMENT_TYPE_INSPECTION_CERTIFICATE);
    document.set_number(number);
    document.set_issued_on(issued_on);
    document.set_valid_until(valid_until);
    request.set_request_id(milkway_.NextRequestId());
    EXPECT_THAT(milkway_.Call(&v1::ShipmentService::Stub::AttachShipmentDocument, request), IsOk());
    release.set_request_id(milkway_.NextRequestId());
    release.set_document_id(id);
    return milkway_.Call(&v1::ShipmentService::Stub::RecordRelease, release);
  };
  EXPECT_THAT(with("D-1", "", "2025-06-05", ""), IsRefusal("RELEASE_CERTIFICATE_WRONG"));
  EXPECT_THAT(with("D-2", "77", "", ""), IsRefusal("RELEASE_CERTIFICATE_WRONG"));
  EXPECT_THAT(with("D-3", "77", "2025-06-13", ""), IsRefusal("RELEASE_CERTIFICATE_WRONG"));
  EXPECT_THAT(with("D-4", "77", "2025-06-05", "2025-06-11"),
              IsRefusal("RELEASE_CERTIFICATE_WRONG"));
  EXPECT_THAT(with("D-5", "77", "2025-06-12", "2025-06-12"), IsOk());
}

TEST_P(Outcomes, AShipmentWithoutTheNeedIsNotReleased) {
  milkway_.Ship("S-1", {{lot_, 100}});
  ASSERT_THAT(milkway_.AttachCertificate("S-1"), IsOk());

  EXPECT_THAT(milkway_.Release("S-1"), IsRefusal("RELEASE_NOT_REQUIRED"));
}

TEST_P(Outcomes, AReceiptIsCorrectedBeforeItsReleaseButNotAfterIt) {
  ShipHeld();
  ASSERT_THAT(milkway_.AttachCertificate("S-1"), IsOk());
  ASSERT_THAT(milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot_, 60}})), IsOk());
  ASSERT_THAT(milkway_.Correct(MakeReceipt("R-1", "S-1", {{lot_, 50}})), IsOk());
  EXPECT_EQ(Quarantined(), 50'000);
  ASSERT_THAT(milkway_.Release("S-1"), IsOk());

  EXPECT_THAT(milkway_.Correct(MakeReceipt("R-1", "S-1", {{lot_, 40}})),
              IsRefusal("RECEIPT_RELEASED"));
  EXPECT_EQ(Usable(), 50'000);
}

TEST_P(Outcomes, GoodsFoundBeforeTheReleaseAreHeldBackToo) {
  ShipHeld();
  ASSERT_THAT(milkway_.AttachCertificate("S-1"), IsOk());
  ASSERT_THAT(milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot_, 90, 0, 10}})), IsOk());

  ASSERT_THAT(
      milkway_.Resolve(MakeResolution("S-1", "R-1", lot_, v1::SHORTAGE_OUTCOME_FOUND, 10, 0, 25)),
      IsOk());

  EXPECT_EQ(Quarantined(), 100'000);
  const auto released = milkway_.Release("S-1", 12);
  ASSERT_THAT(released, IsOk());
  EXPECT_EQ(released->released_g(), 100'000);
  // What was found on the 25th cannot be released on the 12th.
  EXPECT_EQ(released->shipment().release().released_at().DebugString(), June(25).DebugString());
}

}  // namespace
}  // namespace milkway::shipments
