#include "tests/shipments/shipments_system.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/inventory/inventory_module.h"
#include "services/runtime/once.h"
#include "services/shipments/shipments_module.h"
#include "tests/support/catalogue.h"
#include "tests/support/status_matchers.h"

namespace milkway::shipments {

namespace {

using ::milkway::testing::IsOk;

}  // namespace

ShipmentsSystem::ShipmentsSystem(Stores stores)
    : system_({inventory::MakeInventoryModule, MakeShipmentsModule}, stores) {
  Connect();
  MakeCatalogue();
}

bool ShipmentsSystem::Restart(const testing::PowerCut& cut) {
  system_.Stop();
  if (!system_.Start(cut)) return false;
  Connect();
  return true;
}

void ShipmentsSystem::Connect() {
  inventory_ = system_.ChannelTo("inventory");
  shipments_ = system_.ChannelTo("shipments");
}

std::string ShipmentsSystem::NextRequestId() {
  return runtime::FormatRequestId({0x0197'0000'0000'7000, ++last_request_});
}

void ShipmentsSystem::MakeCatalogue() {
  inv::CreateProductRequest product = testing::MakeMilk(kMilk);
  product.set_request_id(NextRequestId());
  ASSERT_THAT(Call(&inv::CatalogService::Stub::CreateProduct, product), IsOk());
  const std::pair<const char*, inv::LocationKind> places[] = {
      {kFarm, inv::LOCATION_KIND_SUPPLIER},
      {kPort, inv::LOCATION_KIND_WAREHOUSE},
      {kSchool, inv::LOCATION_KIND_SCHOOL},
      {kOtherSchool, inv::LOCATION_KIND_SCHOOL}};
  for (const auto& [id, kind] : places) {
    inv::CreateLocationRequest request = testing::MakePlace(id, kind);
    request.set_request_id(NextRequestId());
    ASSERT_THAT(Call(&inv::CatalogService::Stub::CreateLocation, request), IsOk());
  }
}

int64_t ShipmentsSystem::Buy(int64_t packs, const std::string& expires_on) {
  const int number = ++last_purchase_;
  inv::RecordPurchaseRequest request;
  request.set_request_id(NextRequestId());
  inv::Purchase& purchase = *request.mutable_purchase();
  purchase.set_purchase_id(absl::StrCat("P-", number));
  purchase.set_purchased_on("2025-06-01");
  purchase.set_supplier_id(kFarm);
  purchase.set_destination_id(kPort);
  inv::PurchaseLine& line = *purchase.add_lines();
  line.set_product_id(kMilk);
  line.set_lot_number(absl::StrCat("L-", number));
  line.set_expires_on(expires_on);
  line.set_packs(packs);
  line.mutable_unit_price()->set_currency_code("AUD");
  line.mutable_unit_price()->set_minor_units(1000);
  const auto recorded = Call(&inv::PurchaseService::Stub::RecordPurchase, request);
  EXPECT_THAT(recorded, IsOk());
  return recorded.ok() ? recorded->lots(0).lot_id() : 0;
}

absl::StatusOr<v1::CreateShipmentResponse> ShipmentsSystem::Create(const v1::Shipment& shipment,
                                                                   std::string request_id) {
  v1::CreateShipmentRequest request;
  request.set_request_id(request_id.empty() ? NextRequestId() : request_id);
  *request.mutable_shipment() = shipment;
  return Call(&v1::ShipmentService::Stub::CreateShipment, request);
}

absl::StatusOr<v1::CancelShipmentResponse> ShipmentsSystem::Cancel(const std::string& shipment_id) {
  v1::CancelShipmentRequest request;
  request.set_request_id(NextRequestId());
  request.set_shipment_id(shipment_id);
  return Call(&v1::ShipmentService::Stub::CancelShipment, request);
}

absl::StatusOr<v1::DispatchShipmentResponse> ShipmentsSystem::Dispatch(
    const std::string& shipment_id, int day, std::string request_id,
    const std::string& fefo_reason) {
  v1::DispatchShipmentRequest request;
  request.set_request_id(request_id.empty() ? NextRequestId() : request_id);
  request.set_shipment_id(shipment_id);
  *request.mutable_dispatched_at() = June(day);
  request.set_fefo_override_reason(fefo_reason);
  return Call(&v1::ShipmentService::Stub::DispatchShipment, request);
}

absl::StatusOr<v1::RecordMilestoneResponse> ShipmentsSystem::Record(const std::string& shipment_id,
                                                                    const v1::Milestone& milestone,
                                                                    std::string request_id) {
  v1::RecordMilestoneRequest request;
  request.set_request_id(request_id.empty() ? NextRequestId() : request_id);
  request.set_shipment_id(shipment_id);
  *request.mutable_milestone() = milestone;
  return Call(&v1::ShipmentService::Stub::RecordMilestone, request);
}

absl::StatusOr<v1::RecordReceiptResponse> ShipmentsSystem::Receive(const v1::Receipt& receipt,
                                                                   std::string request_id,
                                                                   const std::string& caller) {
  v1::RecordReceiptRequest request;
  request.set_request_id(request_id.empty() ? NextRequestId() : request_id);
  *request.mutable_receipt() = receipt;
  return Call(&v1::ShipmentService::Stub::RecordReceipt, request, caller);
}

absl::StatusOr<v1::CorrectReceiptResponse> ShipmentsSystem::Correct(const v1::Receipt& receipt,
                                                                    std::string request_id,
                                                                    const std::string& caller) {
  v1::CorrectReceiptRequest request;
  request.set_request_id(request_id.empty() ? NextRequestId() : request_id);
  *request.mutable_receipt() = receipt;
  request.set_reason("counted again");
  return Call(&v1::ShipmentService::Stub::CorrectReceipt, request, caller);
}

absl::StatusOr<v1::GetShipmentResponse> ShipmentsSystem::Get(const std::string& shipment_id) {
  v1::GetShipmentRequest request;
  request.set_shipment_id(shipment_id);
  return Call(&v1::ShipmentService::Stub::GetShipment, request);
}

absl::StatusOr<v1::GetShipmentResponse> ShipmentsSystem::GetAs(const std::string& caller,
                                                               const std::string& shipment_id,
                                                               const std::string& place_id) {
  v1::GetShipmentRequest request;
  request.set_shipment_id(shipment_id);
  request.set_place_id(place_id);
  return Call(&v1::ShipmentService::Stub::GetShipment, request, caller);
}

absl::StatusOr<v1::ListShipmentsResponse> ShipmentsSystem::List(
    const v1::ListShipmentsRequest& request, const std::string& caller) {
  return Call(&v1::ShipmentService::Stub::ListShipments, request, caller);
}

absl::StatusOr<v1::DeclareLostResponse> ShipmentsSystem::Lose(const std::string& shipment_id,
                                                              int day, std::string request_id) {
  v1::DeclareLostRequest request;
  request.set_request_id(request_id.empty() ? NextRequestId() : request_id);
  request.set_shipment_id(shipment_id);
  *request.mutable_lost_at() = June(day);
  request.set_reason("the lorry burnt");
  return Call(&v1::ShipmentService::Stub::DeclareLost, request);
}

absl::StatusOr<v1::CloseShipmentResponse> ShipmentsSystem::Close(const std::string& shipment_id,
                                                                 int day, std::string request_id) {
  v1::CloseShipmentRequest request;
  request.set_request_id(request_id.empty() ? NextRequestId() : request_id);
  request.set_shipment_id(shipment_id);
  *request.mutable_closed_at() = June(day);
  request.set_reason("nothing more will come");
  return Call(&v1::ShipmentService::Stub::CloseShipment, request);
}

absl::StatusOr<v1::RecordReturnResponse> ShipmentsSystem::Return(const std::string& shipment_id,
                                                                 const std::vector<Arrived>& lines,
                                                                 int day, std::string request_id) {
  v1::RecordReturnRequest request;
  request.set_request_id(request_id.empty() ? NextRequestId() : request_id);
  request.set_shipment_id(shipment_id);
  request.set_origin_id(kPort);
  *request.mutable_returned_at() = June(day);
  request.set_reason("refused at the door");
  for (const Arrived& line : lines) {
    v1::ReturnLine& row = *request.add_lines();
    row.set_lot_id(line.lot);
    row.set_packs(line.good);
    row.set_damaged_packs(line.damaged);
  }
  return Call(&v1::ShipmentService::Stub::RecordReturn, request);
}

absl::StatusOr<v1::AttachShipmentDocumentResponse> ShipmentsSystem::AttachCertificate(
    const std::string& shipment_id, std::string request_id) {
  v1::AttachShipmentDocumentRequest request;
  request.set_request_id(request_id.empty() ? NextRequestId() : request_id);
  request.set_shipment_id(shipment_id);
  common::v1::Document& document = *request.mutable_document();
  document.set_document_id("C-1");
  document.set_type(common::v1::DOCUMENT_TYPE_INSPECTION_CERTIFICATE);
  document.set_number("QD-2025-77");
  document.set_issued_on("2025-06-05");
  return Call(&v1::ShipmentService::Stub::AttachShipmentDocument, request);
}

absl::StatusOr<v1::RecordReleaseResponse> ShipmentsSystem::Release(const std::string& shipment_id,
                                                                   int day,
                                                                   std::string request_id) {
  v1::RecordReleaseRequest request;
  request.set_request_id(request_id.empty() ? NextRequestId() : request_id);
  request.set_shipment_id(shipment_id);
  request.set_document_id("C-1");
  *request.mutable_released_at() = June(day);
  return Call(&v1::ShipmentService::Stub::RecordRelease, request);
}

absl::StatusOr<v1::CountersignReceiptResponse> ShipmentsSystem::Countersign(
    const v1::Receipt& receipt, const std::string& caller, int64_t version,
    std::string request_id) {
  v1::CountersignReceiptRequest request;
  request.set_request_id(request_id.empty() ? NextRequestId() : request_id);
  request.set_receipt_id(receipt.receipt_id());
  request.set_shipment_id(receipt.shipment_id());
  request.set_destination_id(receipt.destination_id());
  request.set_version(version);
  *request.mutable_signed_at() = June(28);
  return Call(&v1::ShipmentService::Stub::CountersignReceipt, request, caller);
}

absl::StatusOr<v1::ResolveShortageResponse> ShipmentsSystem::Resolve(
    const v1::ResolveShortageRequest& request, std::string request_id) {
  v1::ResolveShortageRequest sent = request;
  sent.set_request_id(request_id.empty() ? NextRequestId() : request_id);
  return Call(&v1::ShipmentService::Stub::ResolveShortage, sent);
}

std::vector<v1::Shortage> ShipmentsSystem::Shortages(bool resolved) {
  std::vector<v1::Shortage> shortages;
  v1::ListShortagesRequest request;
  request.set_page_size(1000);
  request.set_resolved(resolved);
  do {
    const auto page = Call(&v1::ShipmentService::Stub::ListShortages, request);
    EXPECT_THAT(page, IsOk());
    if (!page.ok()) break;
    shortages.insert(shortages.end(), page->shortages().begin(), page->shortages().end());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return shortages;
}

std::vector<v1::ShipmentChange> ShipmentsSystem::Changes(int64_t after_position) {
  std::vector<v1::ShipmentChange> changes;
  v1::ListShipmentChangesRequest request;
  request.set_page_size(1000);
  request.set_after_position(after_position);
  do {
    const auto page = Call(&v1::ShipmentService::Stub::ListShipmentChanges, request);
    EXPECT_THAT(page, IsOk());
    if (!page.ok()) break;
    changes.insert(changes.end(), page->changes().begin(), page->changes().end());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return changes;
}

void ShipmentsSystem::Ship(const std::string& shipment_id, const std::vector<Packs>& lines) {
  ASSERT_THAT(Create(MakeShipment(shipment_id, lines)), IsOk());
  ASSERT_THAT(Dispatch(shipment_id), IsOk());
}

std::vector<inv::Balance> ShipmentsSystem::Balances(int64_t lot) {
  std::vector<inv::Balance> balances;
  inv::ListBalancesRequest request;
  request.set_page_size(1000);
  request.set_lot_id(lot);
  request.set_include_virtual(true);
  do {
    const auto page = Call(&inv::StockService::Stub::ListBalances, request);
    EXPECT_THAT(page, IsOk());
    if (!page.ok()) break;
    balances.insert(balances.end(), page->balances().begin(), page->balances().end());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return balances;
}

int64_t ShipmentsSystem::Balance(int64_t lot, inv::AccountKind kind, const std::string& place) {
  for (const inv::Balance& balance : Balances(lot)) {
    if (balance.account().kind() == kind && balance.account().place() == place) {
      return balance.quantity_g();
    }
  }
  return 0;
}

absl::StatusOr<inv::Posting> ShipmentsSystem::Posting(int64_t position) {
  inv::GetPostingRequest request;
  request.set_position(position);
  const auto response = Call(&inv::StockService::Stub::GetPosting, request);
  if (!response.ok()) return response.status();
  return response->posting();
}

int64_t ShipmentsSystem::PostingCount() {
  inv::ListPostingsRequest request;
  request.set_page_size(1000);
  int64_t count = 0;
  do {
    const auto page = Call(&inv::StockService::Stub::ListPostings, request);
    EXPECT_THAT(page, IsOk());
    if (!page.ok()) return -1;
    count += page->postings_size();
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return count;
}

std::vector<std::string> ShipmentsSystem::Differences() {
  inv::StockService::Stub stub(system_.ChannelTo("inventory"));
  grpc::ClientContext context;
  clients::Prepare({kProcurement, std::chrono::seconds(60)}, &context);
  const auto stream = stub.VerifyBooks(&context, inv::VerifyBooksRequest());
  std::vector<std::string> differences;
  inv::VerifyBooksResponse message;
  bool has_finished = false;
  while (stream->Read(&message)) {
    differences.insert(differences.end(), message.differences().begin(),
                       message.differences().end());
    has_finished = message.finished();
  }
  const grpc::Status status = stream->Finish();
  if (!status.ok()) differences.push_back(status.error_message());
  if (!has_finished) differences.push_back("the books were not read to the end");
  return differences;
}

}  // namespace milkway::shipments
