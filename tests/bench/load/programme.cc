#include "tests/bench/load/programme.h"

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "clients/cpp/status.h"
#include "clients/cpp/unary_call.h"
#include "milkway/consumption/v1/schools.grpc.pb.h"
#include "milkway/impact/v1/gifts.grpc.pb.h"
#include "milkway/impact/v1/statements.grpc.pb.h"
#include "milkway/inventory/v1/catalog.grpc.pb.h"
#include "milkway/inventory/v1/purchases.grpc.pb.h"
#include "milkway/inventory/v1/recalls.grpc.pb.h"
#include "milkway/shipments/v1/shipments.grpc.pb.h"
#include "tests/bench/load/caller.h"
#include "tests/support/catalogue.h"

namespace milkway::bench {

namespace {

namespace inv = inventory::v1;
namespace shp = shipments::v1;
namespace con = consumption::v1;
namespace imp = impact::v1;

using Channel = std::shared_ptr<grpc::Channel>;

constexpr char kProduct[] = "bench-milk";
constexpr char kFarm[] = "bench-farm";
constexpr char kPort[] = "bench-port";
constexpr int64_t kServingG = 25;
constexpr int64_t kPacksPerSchool = 200'000;  // more than any run drinks
constexpr absl::CivilDay kFirstSchoolDay(2010, 3, 1);

template <typename Stub, typename Request, typename Response>
absl::Status Call(Stub* stub,
                  grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                  const Request& request, Response* response) {
  grpc::ClientContext context;
  clients::Prepare(AsAdmin(std::chrono::seconds(60)), &context);
  return clients::FromGrpcStatus((stub->*method)(&context, request, response));
}

// Midnight in China, as seconds since 1970.
int64_t ChinaMidnight(absl::CivilDay day) {
  return (day - absl::CivilDay(1970, 1, 1)) * 86'400 - 8 * 3'600;
}

void SetTime(absl::CivilDay day, int hour, common::v1::ZonedTime* time) {
  time->mutable_instant()->set_seconds(ChinaMidnight(day) + hour * 3'600);
  time->set_utc_offset_minutes(8 * 60);
}

std::string ContainerId(int container) { return absl::StrCat("bench-container-", container); }

}  // namespace

std::string Programme::SchoolId(int school) const { return absl::StrCat("school-", school); }

int64_t Programme::LotOf(int school, int64_t day) const {
  return first_lots_[static_cast<size_t>(school / kSchoolsPerContainer)] + day % 2;
}

std::string Programme::NextRequestId() {
  // Version 7: ascending, as phones make them.
  const uint64_t number = next_request_.fetch_add(1);
  return absl::StrFormat("%08x-%04x-7%03x-8%03x-%012x", run_ & 0xffffffff, number >> 32 & 0xffff,
                         number >> 20 & 0xfff, number >> 8 & 0xfff, number);
}

absl::Status Programme::PlaceRecall(const Channel& channel, const std::string& recall_id,
                                    const std::string& lot_number) {
  inv::PlaceRecallRequest request;
  request.set_request_id(NextRequestId());
  inv::Recall& recall = *request.mutable_recall();
  recall.set_recall_id(recall_id);
  recall.mutable_scope()->set_product_id(kProduct);
  recall.mutable_scope()->set_lot_number(lot_number);
  if (lot_number.empty()) recall.mutable_scope()->set_expires_from("2000-01-01");
  recall.mutable_ordered_at()->mutable_instant()->set_seconds(absl::ToUnixSeconds(absl::Now()));
  recall.set_reason("a measurement");
  inv::PlaceRecallResponse placed;
  return Call(inv::RecallService::NewStub(channel).get(), &inv::RecallService::Stub::PlaceRecall,
              request, &placed);
}

absl::Status Programme::SetUp(const Channel& channel) {
  absl::Status status = SetUpCatalogue(channel);
  for (int container = 0; status.ok() && container < schools_ / kSchoolsPerContainer; ++container) {
    status = SetUpContainer(channel, container);
  }
  for (int gift = 0; status.ok() && gift < gifts_; ++gift) status = SetUpGift(channel, gift);
  return status;
}

absl::Status Programme::SetUpCatalogue(const Channel& channel) {
  const auto catalog = inv::CatalogService::NewStub(channel);
  inv::CreateProductRequest product = testing::MakeMilk(kProduct);
  product.set_request_id(NextRequestId());
  inv::CreateProductResponse created;
  absl::Status status =
      Call(catalog.get(), &inv::CatalogService::Stub::CreateProduct, product, &created);
  std::vector<inv::CreateLocationRequest> places = {
      testing::MakePlace(kFarm, inv::LOCATION_KIND_SUPPLIER, "AU", "Australia/Melbourne"),
      testing::MakePlace(kPort, inv::LOCATION_KIND_WAREHOUSE)};
  for (int school = 0; school < schools_; ++school) {
    places.push_back(testing::MakePlace(SchoolId(school), inv::LOCATION_KIND_SCHOOL));
  }
  for (inv::CreateLocationRequest& request : places) {
    if (!status.ok()) break;
    request.set_request_id(NextRequestId());
    inv::CreateLocationResponse response;
    status = Call(catalog.get(), &inv::CatalogService::Stub::CreateLocation, request, &response);
  }
  return status;
}

absl::Status Programme::SetUpContainer(const Channel& channel, int container) {
  const auto purchases = inv::PurchaseService::NewStub(channel);
  inv::RecordPurchaseRequest request;
  request.set_request_id(NextRequestId());
  inv::Purchase& purchase = *request.mutable_purchase();
  purchase.set_purchase_id(ContainerId(container));
  purchase.set_purchased_on("2010-01-04");
  purchase.set_supplier_id(kFarm);
  purchase.set_destination_id(kPort);
  for (const char* lot : {"A", "B"}) {
    inv::PurchaseLine& line = *purchase.add_lines();
    line.set_product_id(kProduct);
    line.set_lot_number(absl::StrCat(lot, container));
    line.set_expires_on("2099-01-01");
    line.set_packs(kPacksPerSchool * kSchoolsPerContainer);
    line.mutable_unit_price()->set_currency_code("AUD");
    line.mutable_unit_price()->set_minor_units(10);
  }
  inv::RecordPurchaseResponse bought;
  absl::Status status =
      Call(purchases.get(), &inv::PurchaseService::Stub::RecordPurchase, request, &bought);
  if (!status.ok()) return status;
  first_lots_.push_back(bought.lots(0).lot_id());
  for (int index = 0; status.ok() && index < kSchoolsPerContainer; ++index) {
    status = SetUpSchool(channel, container * kSchoolsPerContainer + index);
  }
  return status;
}

absl::Status Programme::SetUpSchool(const Channel& channel, int school) {
  const auto shipments = shp::ShipmentService::NewStub(channel);
  const auto schools = con::SchoolService::NewStub(channel);
  shp::CreateShipmentRequest create;
  create.set_request_id(NextRequestId());
  shp::Shipment& shipment = *create.mutable_shipment();
  shipment.set_shipment_id(absl::StrCat("to-", SchoolId(school)));
  shipment.set_origin_id(kPort);
  shipment.set_destination_id(SchoolId(school));
  shipment.set_mode(shp::TRANSPORT_MODE_ROAD);
  shp::DispatchShipmentRequest dispatch;
  dispatch.set_request_id(NextRequestId());
  dispatch.set_shipment_id(shipment.shipment_id());
  SetTime(absl::CivilDay(2010, 2, 1), 8, dispatch.mutable_dispatched_at());
  shp::RecordReceiptRequest receive;
  receive.set_request_id(NextRequestId());
  shp::Receipt& receipt = *receive.mutable_receipt();
  receipt.set_receipt_id(absl::StrCat("at-", SchoolId(school)));
  receipt.set_shipment_id(shipment.shipment_id());
  receipt.set_destination_id(SchoolId(school));
  SetTime(absl::CivilDay(2010, 2, 8), 8, receipt.mutable_received_at());
  for (int64_t day = 0; day < 2; ++day) {
    shp::ShipmentLine& line = *shipment.add_lines();
    line.set_lot_id(LotOf(school, day));
    line.set_packs(kPacksPerSchool);
    shp::ReceiptLine& received = *receipt.add_lines();
    received.set_lot_id(LotOf(school, day));
    received.set_received_packs(kPacksPerSchool);
  }
  con::RegisterSchoolRequest enter;
  enter.set_request_id(NextRequestId());
  enter.set_school_id(SchoolId(school));
  con::EnrolStudentsRequest enrol;
  enrol.set_request_id(NextRequestId());
  enrol.set_school_id(SchoolId(school));
  for (int number = 1; number <= kClassesPerSchool * kChildrenPerClass; ++number) {
    con::Student& student = *enrol.add_students();
    student.set_student_number(number);
    student.set_class_name(absl::StrCat("C", (number - 1) / kChildrenPerClass));
    student.set_birth_month("2003-05");
    student.set_sex(number % 2 == 0 ? con::SEX_FEMALE : con::SEX_MALE);
    student.set_enrolled_on("2010-01-01");
  }
  shp::CreateShipmentResponse created;
  shp::DispatchShipmentResponse dispatched;
  shp::RecordReceiptResponse received;
  con::RegisterSchoolResponse entered;
  con::EnrolStudentsResponse enrolled;
  using Shipments = shp::ShipmentService::Stub;
  using Schools = con::SchoolService::Stub;
  absl::Status status = Call(shipments.get(), &Shipments::CreateShipment, create, &created);
  if (status.ok()) {
    status = Call(shipments.get(), &Shipments::DispatchShipment, dispatch, &dispatched);
  }
  if (status.ok()) status = Call(shipments.get(), &Shipments::RecordReceipt, receive, &received);
  if (status.ok()) status = Call(schools.get(), &Schools::RegisterSchool, enter, &entered);
  if (status.ok()) status = Call(schools.get(), &Schools::EnrolStudents, enrol, &enrolled);
  return status;
}

std::string Programme::GiftId(int gift) { return absl::StrCat("bench-gift-", gift); }

absl::Status Programme::Publish(const Channel& channel) {
  const auto statements = imp::StatementService::NewStub(channel);
  imp::PublishRequest request;
  request.set_request_id(NextRequestId());
  imp::PublishResponse published;
  return Call(statements.get(), &imp::StatementService::Stub::Publish, request, &published);
}

// All gifts of a container together pay a tenth of its lots.
absl::Status Programme::SetUpGift(const Channel& channel, int gift_number) {
  const auto gifts = imp::GiftService::NewStub(channel);
  imp::RecordGiftRequest request;
  request.set_request_id(NextRequestId());
  imp::Gift& gift = *request.mutable_gift();
  gift.set_gift_id(GiftId(gift_number));
  gift.set_donor_id("bench-donor");
  gift.set_received_on("2010-01-04");
  gift.mutable_amount()->set_currency_code("AUD");
  const int containers = schools_ / kSchoolsPerContainer;
  const int gifts_of_container = (gifts_ + containers - 1) / containers;
  const int school = gift_number % containers * kSchoolsPerContainer;
  const int64_t lot_cost_minor = kPacksPerSchool * kSchoolsPerContainer * 10;
  const int64_t part_minor = lot_cost_minor / 10 / gifts_of_container;
  gift.mutable_amount()->set_minor_units(2 * part_minor);
  imp::RecordGiftResponse recorded;
  absl::Status status = Call(gifts.get(), &imp::GiftService::Stub::RecordGift, request, &recorded);
  for (int64_t day = 0; status.ok() && day < 2; ++day) {
    imp::AllocateGiftRequest allocate;
    allocate.set_request_id(NextRequestId());
    imp::Allocation& allocation = *allocate.mutable_allocation();
    allocation.set_allocation_id(absl::StrCat("bench-allocation-", gift_number, "-", day));
    allocation.set_gift_id(gift.gift_id());
    allocation.set_lot_id(LotOf(school, day));
    allocation.set_allocated_on("2010-01-05");
    allocation.mutable_amount()->set_currency_code("AUD");
    allocation.mutable_amount()->set_minor_units(part_minor);
    imp::AllocateGiftResponse allocated;
    status = Call(gifts.get(), &imp::GiftService::Stub::AllocateGift, allocate, &allocated);
  }
  return status;
}

con::RecordDistributionRequest Programme::Next() {
  const int64_t number = next_record_.fetch_add(1);
  const int64_t classes = int64_t{schools_} * kClassesPerSchool;
  const int64_t day = number / classes;
  // Schools take turns, as their reports come in.
  const int school = static_cast<int>(number % schools_);
  const int class_number = static_cast<int>(number % classes / schools_);
  con::RecordDistributionRequest request;
  request.set_request_id(NextRequestId());
  con::Distribution& distribution = *request.mutable_distribution();
  distribution.set_school_id(SchoolId(school));
  distribution.set_served_on(absl::FormatCivilTime(kFirstSchoolDay + day));
  distribution.set_class_name(absl::StrCat("C", class_number));
  con::DistributionLine& line = *distribution.add_lines();
  line.set_lot_id(LotOf(school, day));
  line.set_serving_g(kServingG);
  for (int child = 1; child <= kChildrenPerClass; ++child) {
    line.add_student_numbers(class_number * kChildrenPerClass + child);
  }
  return request;
}

}  // namespace milkway::bench
