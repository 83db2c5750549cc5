// Second signatures, and missing packs and what became of them.

#include "tests/shipments/outcomes_fixture.h"

namespace milkway::shipments {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::StatusIs;
using ::testing::IsEmpty;
using ::testing::SizeIs;

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

}  // namespace
}  // namespace milkway::shipments
