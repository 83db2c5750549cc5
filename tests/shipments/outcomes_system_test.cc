// What becomes of the goods besides plain receipts, with the real ledger: in one process,
// and in a process each. Packs weigh 1000 g.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/shipments/shipments_system.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::shipments {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;
using ::milkway::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kTeacher[] = "school_contact:wang:school";
constexpr char kCook[] = "school_contact:li:school";

class Outcomes : public ::testing::TestWithParam<ShipmentsSystem::Stores> {
 protected:
  // Nothing got lost on the way of a test, whatever it did.
  void TearDown() override { EXPECT_THAT(milkway_.Differences(), IsEmpty()); }

  int64_t At(inv::AccountKind kind, const std::string& place) {
    return milkway_.Balance(lot_, kind, place);
  }
  int64_t Usable() { return At(inv::ACCOUNT_KIND_USABLE, kSchool); }
  int64_t Quarantined() { return At(inv::ACCOUNT_KIND_QUARANTINED, kSchool); }
  int64_t Missing() { return At(inv::ACCOUNT_KIND_LOSS_MISSING, kSchool); }
  int64_t Found() { return At(inv::ACCOUNT_KIND_FOUND, kSchool); }

  v1::ShipmentLineStatus Status() {
    const auto shipment = milkway_.Get("S-1");
    EXPECT_THAT(shipment, IsOk());
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
    ASSERT_THAT(milkway_.Create(shipment), IsOk());
    ASSERT_THAT(milkway_.Dispatch("S-1"), IsOk());
  }

  ShipmentsSystem milkway_{GetParam()};
  int64_t lot_ = milkway_.Buy(1'000);
};

INSTANTIATE_TEST_SUITE_P(EveryDeployment, Outcomes,
                         ::testing::Values(ShipmentsSystem::Stores::kOneForAll,
                                           ShipmentsSystem::Stores::kOneEach),
                         [](const auto& deployment) {
                           return deployment.param == ShipmentsSystem::Stores::kOneForAll
                                      ? "OneProcess"
                                      : "AProcessEach";
                         });

TEST_P(Outcomes, WhatIsLostBecomesMissingInOnePosting) {
  milkway_.Ship("S-1", {{lot_, 100}});
  const int64_t before = milkway_.PostingCount();

  const auto lost = milkway_.Lose("S-1");

  ASSERT_THAT(lost, IsOk());
  EXPECT_EQ(lost->position(), before + 1);
  EXPECT_EQ(milkway_.PostingCount(), before + 1);
  EXPECT_EQ(lost->shipment().state(), v1::SHIPMENT_STATE_LOST);
  EXPECT_EQ(Missing(), 100'000);
  EXPECT_EQ(Status().declared_lost_g(), 100'000);
  EXPECT_THAT(milkway_.Lose("S-1"), IsRefusal("NOTHING_IN_TRANSIT"));
  const auto shipment = milkway_.Get("S-1");
  EXPECT_EQ(shipment->exits(0).kind(), v1::TRANSIT_EXIT_KIND_LOST);
  EXPECT_EQ(shipment->exits(0).reason(), "the lorry burnt");
  EXPECT_EQ(shipment->exits(0).recorded_by(), "mei");
}

TEST_P(Outcomes, LostGoodsThatTurnUpComeOutOfMissingAndNotFromNowhere) {
  milkway_.Ship("S-1", {{lot_, 100}});
  ASSERT_THAT(milkway_.Lose("S-1"), IsOk());

  const auto received = milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot_, 60, 5}}, 22));

  ASSERT_THAT(received, IsOk());
  EXPECT_EQ(received->shipment().state(), v1::SHIPMENT_STATE_RECEIVED);
  EXPECT_EQ(Usable(), 60'000);
  EXPECT_EQ(Missing(), 35'000);
  EXPECT_EQ(Found(), 0);
  EXPECT_THAT(milkway_.Shortages(false), SizeIs(1));
  EXPECT_EQ(milkway_.Shortages(false)[0].open_packs(), 35);
  EXPECT_EQ(milkway_.Shortages(false)[0].found_packs(), 65);
}

TEST_P(Outcomes, MoreThanWasLostIsASurplus) {
  milkway_.Ship("S-1", {{lot_, 100}});
  ASSERT_THAT(milkway_.Lose("S-1"), IsOk());

  ASSERT_THAT(milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot_, 103}}, 22)), IsOk());

  EXPECT_EQ(Missing(), 0);
  EXPECT_EQ(Found(), -3'000);
  EXPECT_EQ(Status().over_g(), 3'000);
  EXPECT_THAT(milkway_.Shortages(false), IsEmpty());
}

TEST_P(Outcomes, ACorrectedReceiptGivesTheLostGoodsBack) {
  milkway_.Ship("S-1", {{lot_, 100}});
  ASSERT_THAT(milkway_.Lose("S-1"), IsOk());
  ASSERT_THAT(milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot_, 60}}, 22)), IsOk());

  ASSERT_THAT(milkway_.Correct(MakeReceipt("R-1", "S-1", {{lot_, 10}}, 22)), IsOk());

  EXPECT_EQ(Usable(), 10'000);
  EXPECT_EQ(Missing(), 90'000);
  EXPECT_EQ(milkway_.Shortages(false)[0].open_packs(), 90);
}

TEST_P(Outcomes, OnlyWhatPartlyArrivedIsClosed) {
  milkway_.Ship("S-1", {{lot_, 100}});
  EXPECT_THAT(milkway_.Close("S-1"), IsRefusal("SHIPMENT_NOT_RECEIVED"));
  ASSERT_THAT(milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot_, 60}})), IsOk());

  const auto closed = milkway_.Close("S-1");

  ASSERT_THAT(closed, IsOk());
  EXPECT_EQ(closed->shipment().state(), v1::SHIPMENT_STATE_RECEIVED);
  EXPECT_EQ(Missing(), 40'000);
  EXPECT_EQ(milkway_.Get("S-1")->exits(0).kind(), v1::TRANSIT_EXIT_KIND_CLOSED);
}

TEST_P(Outcomes, ADraftIsNeitherLostNorReturned) {
  ASSERT_THAT(milkway_.Create(MakeShipment("S-1", {{lot_, 100}})), IsOk());

  EXPECT_THAT(milkway_.Lose("S-1"), IsRefusal("SHIPMENT_NOT_DISPATCHED"));
  EXPECT_THAT(milkway_.Return("S-1", {}), IsRefusal("SHIPMENT_NOT_DISPATCHED"));
  EXPECT_THAT(milkway_.Lose("S-9"), IsRefusal("SHIPMENT_UNKNOWN"));
}

TEST_P(Outcomes, NothingLeavesTransitBeforeTheDispatch) {
  milkway_.Ship("S-1", {{lot_, 100}});

  EXPECT_THAT(milkway_.Lose("S-1", 1), IsRefusal("EXIT_BEFORE_DISPATCH"));
  EXPECT_THAT(milkway_.Return("S-1", {}, 1), IsRefusal("EXIT_BEFORE_DISPATCH"));
}

TEST_P(Outcomes, WhatComesBackIsAtTheOriginAgain) {
  milkway_.Ship("S-1", {{lot_, 100}});

  const auto returned = milkway_.Return("S-1", {{lot_, 90, 10}});

  ASSERT_THAT(returned, IsOk());
  EXPECT_EQ(returned->shipment().state(), v1::SHIPMENT_STATE_RETURNED);
  EXPECT_EQ(At(inv::ACCOUNT_KIND_USABLE, kPort), 990'000);
  EXPECT_EQ(At(inv::ACCOUNT_KIND_DAMAGED, kPort), 10'000);
  EXPECT_EQ(Status().returned_g(), 100'000);
  EXPECT_THAT(milkway_.Return("S-1", {}), IsRefusal("NOTHING_IN_TRANSIT"));
}

TEST_P(Outcomes, WithoutLinesAllThatIsInTransitComesBackGood) {
  milkway_.Ship("S-1", {{lot_, 100}});
  ASSERT_THAT(milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot_, 60}})), IsOk());

  ASSERT_THAT(milkway_.Return("S-1", {}), IsOk());

  EXPECT_EQ(At(inv::ACCOUNT_KIND_USABLE, kPort), 940'000);
  EXPECT_EQ(State(), v1::SHIPMENT_STATE_RECEIVED);
}

TEST_P(Outcomes, NoMoreComesBackThanIsInTransitOrLost) {
  milkway_.Ship("S-1", {{lot_, 100}});
  ASSERT_THAT(milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot_, 60}})), IsOk());

  EXPECT_THAT(milkway_.Return("S-1", {{lot_, 41}}), IsRefusal("RETURN_TOO_MANY"));
  ASSERT_THAT(milkway_.Lose("S-1"), IsOk());
  EXPECT_THAT(milkway_.Return("S-1", {{lot_, 41}}, 22), IsRefusal("RETURN_TOO_MANY"));
  EXPECT_THAT(milkway_.Return("S-1", {{lot_, 40}}, 22), IsOk());
  EXPECT_EQ(Missing(), 0);
  EXPECT_EQ(Status().returned_g(), 40'000);
  EXPECT_THAT(milkway_.Shortages(false), IsEmpty());
}

TEST_P(Outcomes, GoodsReturnToWhereTheyLeft) {
  milkway_.Ship("S-1", {{lot_, 100}});
  v1::RecordReturnRequest request;
  request.set_request_id(milkway_.NextRequestId());
  request.set_shipment_id("S-1");
  request.set_origin_id(kOtherSchool);
  *request.mutable_returned_at() = June(10);
  request.set_reason("lost its way");

  EXPECT_THAT(milkway_.Call(&v1::ShipmentService::Stub::RecordReturn, request),
              IsRefusal("RETURN_ORIGIN_WRONG"));
}

TEST_P(Outcomes, RefusedPacksStayInTransitUntilTheyComeBack) {
  milkway_.Ship("S-1", {{lot_, 100}});
  v1::Receipt receipt = MakeReceipt("R-1", "S-1", {{lot_, 90}});
  receipt.mutable_lines(0)->set_refused_packs(10);

  ASSERT_THAT(milkway_.Receive(receipt), IsOk());

  EXPECT_EQ(Status().refused_g(), 10'000);
  EXPECT_EQ(Status().in_transit_g(), 10'000);
  ASSERT_THAT(milkway_.Return("S-1", {{lot_, 10}}), IsOk());
  EXPECT_EQ(Status().refused_g(), 0);
  EXPECT_EQ(State(), v1::SHIPMENT_STATE_RECEIVED);
}

TEST_P(Outcomes, AReceiptThatRefusesEverythingMovesNothingAndCanBeCorrected) {
  milkway_.Ship("S-1", {{lot_, 100}});
  const int64_t before = milkway_.PostingCount();
  v1::Receipt receipt = MakeReceipt("R-1", "S-1", {{lot_, 0}});
  receipt.mutable_lines(0)->set_refused_packs(100);

  const auto received = milkway_.Receive(receipt);

  ASSERT_THAT(received, IsOk());
  EXPECT_EQ(received->position(), 0);
  EXPECT_EQ(milkway_.PostingCount(), before);
  EXPECT_EQ(State(), v1::SHIPMENT_STATE_DISPATCHED);
  EXPECT_THAT(milkway_.Receive(receipt), IsOk());
  ASSERT_THAT(milkway_.Correct(MakeReceipt("R-1", "S-1", {{lot_, 40}})), IsOk());
  EXPECT_EQ(Usable(), 40'000);
  ASSERT_THAT(milkway_.Correct(receipt), IsOk());
  EXPECT_EQ(Usable(), 0);
  EXPECT_EQ(Status().in_transit_g(), 100'000);
}

TEST_P(Outcomes, NoMoreIsRefusedThanIsInTransit) {
  milkway_.Ship("S-1", {{lot_, 100}});
  v1::Receipt receipt = MakeReceipt("R-1", "S-1", {{lot_, 80, 5, 5}});
  receipt.mutable_lines(0)->set_refused_packs(11);

  EXPECT_THAT(milkway_.Receive(receipt), IsRefusal("RECEIPT_REFUSED_TOO_MANY"));
}

TEST_P(Outcomes, OnlyALotThatWasNotShippedIsWrong) {
  const int64_t stranger = milkway_.Buy(10);
  milkway_.Ship("S-1", {{lot_, 100}});
  v1::Receipt receipt = MakeReceipt("R-1", "S-1", {{lot_, 1}, {stranger, 2}});
  receipt.mutable_lines(1)->set_wrong(true);

  ASSERT_THAT(milkway_.Receive(receipt), IsOk());

  EXPECT_TRUE(milkway_.Get("S-1")->receipts(0).receipt().lines(1).wrong());
  v1::Receipt mistaken = MakeReceipt("R-2", "S-1", {{lot_, 1}});
  mistaken.mutable_lines(0)->set_wrong(true);
  EXPECT_THAT(milkway_.Receive(mistaken), NamesField("receipt.lines[0].wrong"));
}

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

TEST_P(Outcomes, ASecondPersonSigns) {
  milkway_.Ship("S-1", {{lot_, 100}});
  const v1::Receipt receipt = MakeReceipt("R-1", "S-1", {{lot_, 60}});
  ASSERT_THAT(milkway_.Receive(receipt, "", kTeacher), IsOk());

  EXPECT_THAT(milkway_.Countersign(receipt, kTeacher), IsRefusal("COUNTERSIGNER_SAME"));
  EXPECT_THAT(milkway_.Countersign(receipt, "procurement:wang"), IsRefusal("COUNTERSIGNER_SAME"));
  const auto signed_by_cook = milkway_.Countersign(receipt, kCook);

  ASSERT_THAT(signed_by_cook, IsOk());
  EXPECT_EQ(signed_by_cook->receipt().countersignature().signed_by(), "li");
  EXPECT_THAT(milkway_.Countersign(receipt, kCook), IsOk());
  EXPECT_THAT(milkway_.Countersign(receipt, "procurement:mei"), IsRefusal("RECEIPT_COUNTERSIGNED"));
  EXPECT_EQ(milkway_.Get("S-1")->receipts(0).countersignature().signed_by(), "li");
}

TEST_P(Outcomes, ACorrectionRemovesTheSecondSignature) {
  milkway_.Ship("S-1", {{lot_, 100}});
  const v1::Receipt receipt = MakeReceipt("R-1", "S-1", {{lot_, 60}});
  ASSERT_THAT(milkway_.Receive(receipt, "", kTeacher), IsOk());
  ASSERT_THAT(milkway_.Countersign(receipt, kCook, 1), IsOk());
  v1::ListReceiptsToCountersignRequest request;
  request.set_destination_id(kSchool);
  const auto waiting = [&] {
    return milkway_.Call(&v1::ShipmentService::Stub::ListReceiptsToCountersign, request, kTeacher)
        ->receipts_size();
  };
  EXPECT_EQ(waiting(), 0);

  ASSERT_THAT(milkway_.Correct(MakeReceipt("R-1", "S-1", {{lot_, 61}}), "", kCook), IsOk());

  EXPECT_FALSE(milkway_.Get("S-1")->receipts(0).has_countersignature());
  EXPECT_EQ(waiting(), 1);
  EXPECT_THAT(milkway_.Countersign(receipt, kTeacher, 1), IsRefusal("RECEIPT_CHANGED"));
  EXPECT_THAT(milkway_.Countersign(receipt, kCook, 2), IsRefusal("COUNTERSIGNER_SAME"));
  EXPECT_THAT(milkway_.Countersign(receipt, kTeacher, 2), IsOk());
  EXPECT_EQ(waiting(), 0);
}

TEST_P(Outcomes, AWithdrawnReceiptWaitsForNobody) {
  milkway_.Ship("S-1", {{lot_, 100}});
  ASSERT_THAT(milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot_, 60}})), IsOk());

  ASSERT_THAT(milkway_.Correct(MakeReceipt("R-1", "S-1", {})), IsOk());

  const auto waiting = milkway_.Call(&v1::ShipmentService::Stub::ListReceiptsToCountersign,
                                     v1::ListReceiptsToCountersignRequest());
  ASSERT_THAT(waiting, IsOk());
  EXPECT_EQ(waiting->receipts_size(), 0);
}

TEST_P(Outcomes, NobodySignsWhatLiesElsewhere) {
  milkway_.Ship("S-1", {{lot_, 100}});
  v1::Receipt receipt = MakeReceipt("R-1", "S-1", {{lot_, 60}});
  ASSERT_THAT(milkway_.Receive(receipt), IsOk());

  EXPECT_THAT(milkway_.Countersign(receipt, "school_contact:zhao:other-school"),
              StatusIs(absl::StatusCode::kPermissionDenied));
  receipt.set_destination_id(kOtherSchool);
  EXPECT_THAT(milkway_.Countersign(receipt, "school_contact:zhao:other-school"),
              IsRefusal("RECEIPT_DESTINATION_WRONG"));
}

TEST_P(Outcomes, AShortageIsOpenUntilSomebodySaysWhatBecameOfIt) {
  milkway_.Ship("S-1", {{lot_, 100}});
  ASSERT_THAT(milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot_, 90, 0, 10}})), IsOk());
  ASSERT_THAT(milkway_.Shortages(false), SizeIs(1));
  EXPECT_EQ(milkway_.Shortages(false)[0].open_packs(), 10);

  v1::ResolveShortageRequest stolen =
      MakeResolution("S-1", "R-1", lot_, v1::SHORTAGE_OUTCOME_STOLEN, 10);
  stolen.mutable_resolution()->set_responsible("Fast Lorries Ltd");
  stolen.mutable_resolution()->mutable_claim()->set_currency_code("CNY");
  stolen.mutable_resolution()->mutable_claim()->set_minor_units(120'000);
  stolen.mutable_resolution()->set_claim_reference("CL-7");
  const int64_t before = milkway_.PostingCount();
  const auto resolved = milkway_.Resolve(stolen);

  ASSERT_THAT(resolved, IsOk());
  EXPECT_EQ(milkway_.PostingCount(), before);
  EXPECT_EQ(resolved->shortage().confirmed_packs(), 10);
  EXPECT_THAT(milkway_.Shortages(false), IsEmpty());
  ASSERT_THAT(milkway_.Shortages(true), SizeIs(1));
  const v1::ShortageResolution resolution = milkway_.Shortages(true)[0].resolutions(0);
  EXPECT_EQ(resolution.claim().minor_units(), 120'000);
  EXPECT_EQ(resolution.recorded_by(), "mei");
  EXPECT_EQ(Missing(), 10'000);
}

TEST_P(Outcomes, WhatIsFoundLaterMovesOutOfMissingAtItsOwnTime) {
  milkway_.Ship("S-1", {{lot_, 100}});
  ASSERT_THAT(milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot_, 90, 0, 10}})), IsOk());

  const auto found =
      milkway_.Resolve(MakeResolution("S-1", "R-1", lot_, v1::SHORTAGE_OUTCOME_FOUND, 6, 1, 25));

  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->shortage().open_packs(), 3);
  EXPECT_EQ(Usable(), 96'000);
  EXPECT_EQ(At(inv::ACCOUNT_KIND_DAMAGED, kSchool), 1'000);
  EXPECT_EQ(Missing(), 3'000);
  EXPECT_EQ(Status().missing_g(), 3'000);
  EXPECT_EQ(Status().received_g(), 96'000);
  EXPECT_EQ(milkway_.Posting(found->position())->occurred_at().DebugString(),
            June(25).DebugString());
  EXPECT_THAT(milkway_.Resolve(MakeResolution("S-1", "R-1", lot_, v1::SHORTAGE_OUTCOME_FOUND, 4)),
              IsRefusal("SHORTAGE_RESOLVED"));
  EXPECT_THAT(
      milkway_.Resolve(MakeResolution("S-1", "R-1", lot_, v1::SHORTAGE_OUTCOME_FOUND, 1, 0, 9)),
      IsRefusal("RESOLUTION_TOO_EARLY"));
}

TEST_P(Outcomes, WhatWasCountedWronglyCorrectsItsReceipt) {
  milkway_.Ship("S-1", {{lot_, 100}});
  const v1::Receipt receipt = MakeReceipt("R-1", "S-1", {{lot_, 90, 0, 10}});
  ASSERT_THAT(milkway_.Receive(receipt), IsOk());
  ASSERT_THAT(milkway_.Countersign(receipt, kCook), IsOk());

  const auto recounted = milkway_.Resolve(
      MakeResolution("S-1", "R-1", lot_, v1::SHORTAGE_OUTCOME_COUNTED_WRONGLY, 8, 2));

  ASSERT_THAT(recounted, IsOk());
  EXPECT_EQ(recounted->shortage().open_packs(), 0);
  EXPECT_EQ(Usable(), 98'000);
  EXPECT_EQ(Missing(), 0);
  const auto shipment = milkway_.Get("S-1");
  EXPECT_EQ(shipment->receipts(0).receipt().lines(0).received_packs(), 98);
  EXPECT_EQ(shipment->receipts(0).receipt().lines(0).missing_packs(), 0);
  EXPECT_EQ(shipment->receipts(0).correction_reason(), "asked the carrier");
  EXPECT_FALSE(shipment->receipts(0).has_countersignature());
  EXPECT_EQ(milkway_.Posting(recounted->position())->occurred_at().DebugString(),
            June(10).DebugString());
}

TEST_P(Outcomes, ACorrectionKeepsWhatWasResolved) {
  milkway_.Ship("S-1", {{lot_, 100}});
  ASSERT_THAT(milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot_, 90, 0, 10}})), IsOk());
  ASSERT_THAT(milkway_.Resolve(MakeResolution("S-1", "R-1", lot_, v1::SHORTAGE_OUTCOME_FOUND, 6)),
              IsOk());

  EXPECT_THAT(milkway_.Correct(MakeReceipt("R-1", "S-1", {{lot_, 95, 0, 5}})),
              IsRefusal("RECEIPT_SHORTAGE_RESOLVED"));
  ASSERT_THAT(milkway_.Correct(MakeReceipt("R-1", "S-1", {{lot_, 93, 0, 7}})), IsOk());

  EXPECT_EQ(milkway_.Shortages(false)[0].open_packs(), 1);
  EXPECT_EQ(Status().missing_g(), 1'000);
  EXPECT_EQ(Status().received_g(), 99'000);
}

TEST_P(Outcomes, ACorrectedReceiptTakesItsShortageAlong) {
  milkway_.Ship("S-1", {{lot_, 100}});
  ASSERT_THAT(milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot_, 90, 0, 10}})), IsOk());

  ASSERT_THAT(milkway_.Correct(MakeReceipt("R-1", "S-1", {{lot_, 90}})), IsOk());

  EXPECT_THAT(milkway_.Shortages(false), IsEmpty());
  EXPECT_THAT(milkway_.Shortages(true), IsEmpty());
  EXPECT_THAT(milkway_.Resolve(MakeResolution("S-1", "R-1", lot_, v1::SHORTAGE_OUTCOME_FOUND, 1)),
              IsRefusal("SHORTAGE_UNKNOWN"));
}

TEST_P(Outcomes, WhatWasDeclaredLostIsAShortageToo) {
  milkway_.Ship("S-1", {{lot_, 100}});
  ASSERT_THAT(milkway_.Lose("S-1"), IsOk());

  ASSERT_THAT(milkway_.Resolve(MakeResolution("S-1", "", lot_, v1::SHORTAGE_OUTCOME_FOUND, 30)),
              IsOk());
  ASSERT_THAT(milkway_.Resolve(MakeResolution("S-1", "", lot_, v1::SHORTAGE_OUTCOME_LOST, 70)),
              IsOk());

  EXPECT_EQ(Usable(), 30'000);
  EXPECT_EQ(Status().declared_lost_g(), 70'000);
  EXPECT_EQ(State(), v1::SHIPMENT_STATE_RECEIVED);
  EXPECT_THAT(milkway_.Shortages(false), IsEmpty());
  // The record may tell the truth even then.
  ASSERT_THAT(milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot_, 5}}, 27)), IsOk());
  EXPECT_EQ(Missing(), 65'000);
  EXPECT_EQ(Found(), 0);
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

TEST_P(Outcomes, AShipmentIsOnItsLaneOnceItIsReceived) {
  v1::ListLaneTimesRequest request;
  request.set_origin_id(kPort);
  request.set_destination_id(kSchool);
  const auto lane = [&] {
    std::vector<std::string> ids;
    const auto page = milkway_.Call(&v1::ShipmentService::Stub::ListLaneTimes, request);
    EXPECT_THAT(page, IsOk());
    for (const v1::LaneTime& time : page->times()) ids.push_back(time.shipment_id());
    return ids;
  };
  for (int day = 2; day <= 4; ++day) {
    const std::string id = absl::StrCat("S-", day);
    ASSERT_THAT(milkway_.Create(MakeShipment(id, {{lot_, 10}})), IsOk());
    ASSERT_THAT(milkway_.Dispatch(id, day), IsOk());
    ASSERT_THAT(milkway_.Receive(MakeReceipt(absl::StrCat("R-", day), id, {{lot_, 8}}, 10)),
                IsOk());
  }
  EXPECT_THAT(lane(), IsEmpty());
  for (int day = 2; day <= 4; ++day) {
    ASSERT_THAT(milkway_.Receive(
                    MakeReceipt(absl::StrCat("Q-", day), absl::StrCat("S-", day), {{lot_, 2}}, 12)),
                IsOk());
  }

  EXPECT_THAT(lane(), ElementsAre("S-4", "S-3", "S-2"));
  const auto page = milkway_.Call(&v1::ShipmentService::Stub::ListLaneTimes, request);
  EXPECT_EQ(page->times(2).received_us() - page->times(2).dispatched_us(),
            int64_t{8} * 86'400'000'000);
  ASSERT_THAT(milkway_.Correct(MakeReceipt("Q-3", "S-3", {{lot_, 1}}, 12)), IsOk());
  EXPECT_THAT(lane(), ElementsAre("S-4", "S-2"));
  // The first receipt that stands counts.
  ASSERT_THAT(milkway_.Receive(MakeReceipt("P-3", "S-3", {{lot_, 1}}, 20)), IsOk());
  ASSERT_THAT(milkway_.Correct(MakeReceipt("R-3", "S-3", {}, 10)), IsOk());
  ASSERT_THAT(milkway_.Receive(MakeReceipt("N-3", "S-3", {{lot_, 8}}, 21)), IsOk());
  EXPECT_EQ(
      milkway_.Call(&v1::ShipmentService::Stub::ListLaneTimes, request)->times(1).received_us(),
      June(12).instant().seconds() * 1'000'000);
}

TEST_P(Outcomes, ShipmentsAreFoundByOriginAndLot) {
  const int64_t stranger = milkway_.Buy(10);
  milkway_.Ship("S-1", {{lot_, 10}});
  milkway_.Ship("S-2", {{lot_, 10}, {stranger, 1}});
  ASSERT_THAT(milkway_.Receive(MakeReceipt("R-1", "S-1", {{stranger, 1}})), IsOk());
  const auto ids = [&](const v1::ListShipmentsRequest& request) {
    std::vector<std::string> found;
    const auto page = milkway_.List(request);
    EXPECT_THAT(page, IsOk());
    for (const v1::Shipment& shipment : page->shipments()) found.push_back(shipment.shipment_id());
    return found;
  };
  v1::ListShipmentsRequest by_lot;
  by_lot.set_lot_id(stranger);
  v1::ListShipmentsRequest by_origin;
  by_origin.set_origin_id(kPort);

  EXPECT_THAT(ids(by_lot), ElementsAre("S-1", "S-2"));
  EXPECT_THAT(ids(by_origin), ElementsAre("S-1", "S-2"));
  by_origin.set_origin_id(kSchool);
  EXPECT_THAT(ids(by_origin), IsEmpty());
  // It had not come after all.
  ASSERT_THAT(milkway_.Correct(MakeReceipt("R-1", "S-1", {{lot_, 1}})), IsOk());
  EXPECT_THAT(ids(by_lot), ElementsAre("S-2"));
  by_lot.set_destination_id(kSchool);
  EXPECT_THAT(milkway_.List(by_lot, kTeacher), IsRefusal("CALLER_NOT_STAFF"));
}

}  // namespace
}  // namespace milkway::shipments
