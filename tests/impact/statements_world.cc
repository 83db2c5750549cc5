#include "tests/impact/statements_world.h"

#include "absl/strings/str_cat.h"
#include "clients/cli/connection.h"
#include "clients/cli/interrupt.h"
#include "clients/verify/checkpoint.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/inventory/v1/purchases.grpc.pb.h"
#include "tests/support/status_matchers.h"

namespace milkway::impact {

namespace {

using ::milkway::testing::IsOk;
namespace inv = inventory::v1;

constexpr int64_t kDayUs = int64_t{24} * 60 * 60 * 1'000'000;
constexpr char kDay[] = "2025-05-02";

void SetMoney(int64_t minor, common::v1::Money* money) {
  money->set_currency_code("AUD");
  money->set_minor_units(minor);
}

}  // namespace

std::string StatementsWorld::NextId(const char* prefix) {
  return absl::StrCat(prefix, "-", ++last_id_);
}

absl::Status StatementsWorld::GiveMoney(const std::string& gift_id, int64_t minor,
                                        const std::string& school_id) {
  v1::RecordGiftRequest request;
  request.set_request_id(programme_.NextRequestId());
  v1::Gift& gift = *request.mutable_gift();
  gift.set_gift_id(gift_id);
  gift.set_donor_id("somebody");
  gift.set_received_on(kDay);
  gift.set_kind(school_id.empty() ? v1::GIFT_KIND_MONEY : v1::GIFT_KIND_SCHOOL);
  gift.set_school_id(school_id);
  SetMoney(minor, gift.mutable_amount());
  return programme_.Call(&v1::GiftService::Stub::RecordGift, request).status();
}

absl::Status StatementsWorld::GiveMilk(const std::string& gift_id, int64_t lot, int64_t grams) {
  v1::RecordGiftRequest request;
  request.set_request_id(programme_.NextRequestId());
  v1::Gift& gift = *request.mutable_gift();
  gift.set_gift_id(gift_id);
  gift.set_donor_id("somebody");
  gift.set_received_on(kDay);
  gift.set_kind(v1::GIFT_KIND_IN_KIND);
  gift.mutable_in_kind()->set_lot_id(lot);
  gift.mutable_in_kind()->set_quantity_g(grams);
  return programme_.Call(&v1::GiftService::Stub::RecordGift, request).status();
}

absl::Status StatementsWorld::Allocate(const std::string& gift_id, int64_t lot, int64_t minor) {
  v1::AllocateGiftRequest request;
  request.set_request_id(programme_.NextRequestId());
  v1::Allocation& allocation = *request.mutable_allocation();
  allocation.set_allocation_id(NextId("A"));
  allocation.set_gift_id(gift_id);
  allocation.set_lot_id(lot);
  allocation.set_allocated_on(kDay);
  SetMoney(minor, allocation.mutable_amount());
  return programme_.Call(&v1::GiftService::Stub::AllocateGift, request).status();
}

absl::Status StatementsWorld::SetAside(int64_t lot, const std::string& school_id, int64_t grams) {
  v1::SetAsideRequest request;
  request.set_request_id(programme_.NextRequestId());
  v1::SetAside& set_aside = *request.mutable_set_aside();
  set_aside.set_set_aside_id(NextId("S"));
  set_aside.set_lot_id(lot);
  set_aside.set_school_id(school_id);
  set_aside.set_quantity_g(grams);
  set_aside.set_set_aside_on(kDay);
  return programme_.Call(&v1::PoolService::Stub::SetAside, request).status();
}

absl::Status StatementsWorld::ChargeFee(const std::string& gift_id, int64_t minor) {
  v1::RecordFeeRequest request;
  request.set_request_id(programme_.NextRequestId());
  request.mutable_fee()->set_fee_id(NextId("F"));
  request.mutable_fee()->set_gift_id(gift_id);
  request.mutable_fee()->set_charged_on(kDay);
  request.mutable_fee()->set_reason("bank");
  SetMoney(minor, request.mutable_fee()->mutable_amount());
  return programme_.Call(&v1::GiftService::Stub::RecordFee, request).status();
}

absl::Status StatementsWorld::Refund(const std::string& gift_id, int64_t minor) {
  v1::RefundGiftRequest request;
  request.set_request_id(programme_.NextRequestId());
  request.mutable_refund()->set_refund_id(NextId("B"));
  request.mutable_refund()->set_gift_id(gift_id);
  request.mutable_refund()->set_refunded_on(kDay);
  request.mutable_refund()->set_reason("asked for");
  SetMoney(minor, request.mutable_refund()->mutable_amount());
  return programme_.Call(&v1::GiftService::Stub::RefundGift, request).status();
}

absl::Status StatementsWorld::SendBack(int64_t lot, const std::string& place, int64_t grams,
                                       int day) {
  inv::RecordSupplierReturnRequest request;
  request.set_request_id(programme_.NextRequestId());
  inv::SupplierReturn& back = *request.mutable_supplier_return();
  back.set_return_id(NextId("back"));
  back.set_supplier_id("farm");
  back.set_location_id(place);
  *back.mutable_returned_at() = trace::Programme::At(day, 10);
  back.set_reason(inv::RETURN_REASON_REFUSED_AT_BORDER);
  inv::ReturnLine& line = *back.add_lines();
  line.set_lot_id(lot);
  line.set_condition(1);
  line.set_quantity_g(grams);
  return programme_.Call(&inv::PurchaseService::Stub::RecordSupplierReturn, request).status();
}

absl::Status StatementsWorld::AddCost(int64_t lot, inv::CostKind kind, int64_t minor) {
  inv::GetLotsRequest lots;
  lots.add_lot_ids(lot);
  const auto found = programme_.Call(&inv::PurchaseService::Stub::GetLots, lots);
  if (!found.ok()) return found.status();
  inv::AddPurchaseCostRequest request;
  request.set_request_id(programme_.NextRequestId());
  request.set_purchase_id(found->lots(0).purchase_id());
  request.mutable_cost()->set_cost_id(NextId("cost"));
  request.mutable_cost()->set_kind(kind);
  request.mutable_cost()->set_incurred_on(kDay);
  SetMoney(minor, request.mutable_cost()->mutable_amount());
  return programme_.Call(&inv::PurchaseService::Stub::AddPurchaseCost, request).status();
}

absl::StatusOr<v1::Publication> StatementsWorld::Publish(std::string request_id) {
  v1::PublishRequest request;
  request.set_request_id(request_id.empty() ? programme_.NextRequestId() : request_id);
  const auto answer = programme_.Call(&v1::StatementService::Stub::Publish, request);
  if (!answer.ok()) return answer.status();
  return answer->publication();
}

void StatementsWorld::AWeekPasses() {
  programme_.system().clock().Set(programme_.system().clock().NowUs() + 7 * kDayUs);
}

v1::GiftStatement StatementsWorld::Statement(const std::string& gift_id, int64_t publication) {
  v1::GetGiftStatementRequest request;
  request.set_gift_id(gift_id);
  request.set_publication(publication);
  const auto answer = programme_.Call(&v1::StatementService::Stub::GetGiftStatement, request,
                                      absl::StrCat("donor:somebody:", gift_id));
  EXPECT_THAT(answer, IsOk());
  return answer.ok() ? answer->statement() : v1::GiftStatement();
}

proof::ProofFile StatementsWorld::Proof(const std::string& gift_id) {
  v1::GetGiftProofRequest request;
  request.set_gift_id(gift_id);
  const auto answer = programme_.Call(&v1::StatementService::Stub::GetGiftProof, request,
                                      absl::StrCat("donor:somebody:", gift_id));
  EXPECT_THAT(answer, IsOk());
  const auto file =
      answer.ok() ? cli::ProofFileOf(*answer) : absl::StatusOr<proof::ProofFile>(answer.status());
  EXPECT_THAT(file, IsOk());
  return file.ok() ? *file : proof::ProofFile();
}

v1::GiftImpact StatementsWorld::Live(const std::string& gift_id) {
  v1::GetGiftImpactRequest request;
  request.set_gift_id(gift_id);
  const auto answer = programme_.Call(&v1::GiftService::Stub::GetGiftImpact, request);
  EXPECT_THAT(answer, IsOk());
  return answer.ok() ? answer->impact() : v1::GiftImpact();
}

cli::Audit StatementsWorld::Audit() {
  cli::Interrupt interrupt;
  cli::Addresses addresses;
  addresses.inventory = programme_.system().AddressOf("inventory");
  cli::Connection connection(addresses, cli::RetryPolicy(), &interrupt, [](absl::string_view) {});
  std::string text;
  const auto key = cli::ReadLogKey(connection, "", &text);
  EXPECT_THAT(key, IsOk());
  if (!key.ok()) return {};
  const auto audit = cli::AuditLog(connection, *key, {}, [](int64_t, int64_t) {});
  EXPECT_THAT(audit, IsOk());
  return audit.ok() ? *audit : cli::Audit();
}

}  // namespace milkway::impact
