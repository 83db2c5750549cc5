#include "tests/trace/programme.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/consumption/consumption_module.h"
#include "services/impact/impact_module.h"
#include "services/inventory/inventory_module.h"
#include "services/planning/planning_module.h"
#include "services/runtime/dates.h"
#include "services/runtime/once.h"
#include "services/shipments/shipments_module.h"
#include "services/trace/trace_module.h"
#include "tests/support/catalogue.h"
#include "tests/support/status_matchers.h"

namespace milkway::trace {

namespace {

using ::milkway::testing::IsOk;
namespace inv = inventory::v1;
namespace shp = shipments::v1;
namespace con = consumption::v1;

// 2025-05-01T00:00:00+08:00.
constexpr int64_t kMayUs = int64_t{1'746'028'800'000'000};
constexpr int32_t kChinaMinutes = 480;
constexpr int64_t kPackG = 1000;
constexpr int64_t kServingG = 25;
constexpr char kFarm[] = "farm";
constexpr char kProduct[] = "milk-1kg";

}  // namespace

Programme::Programme(testing::InProcessSystem::Keys keys)
    : system_({inventory::MakeInventoryModule, shipments::MakeShipmentsModule,
               consumption::MakeConsumptionModule, trace::MakeTraceModule,
               planning::MakePlanningModule, impact::MakeImpactModule},
              testing::InProcessSystem::Stores::kOneForAll, keys) {
  inv::CreateProductRequest request = testing::MakeMilk(kProduct, kPackG);
  request.set_request_id(NextRequestId());
  EXPECT_THAT(Call(&inv::CatalogService::Stub::CreateProduct, request), IsOk());
  AddPlace(kFarm, inv::LOCATION_KIND_SUPPLIER);
}

std::string Programme::NextRequestId() {
  return runtime::FormatRequestId({0x0197'0000'0000'7000, ++last_request_});
}

std::string Programme::DateOf(int day) {
  return FormatDate(LocalDateOf({kMayUs + day * kMicrosPerDay, kChinaMinutes}));
}

common::v1::ZonedTime Programme::At(int day, int hour) {
  return ToZonedTime({kMayUs + day * kMicrosPerDay + hour * 60 * kMicrosPerMinute, kChinaMinutes});
}

void Programme::AddPlace(const std::string& location_id, inv::LocationKind kind,
                         const std::string& country) {
  inv::CreateLocationRequest request = testing::MakePlace(location_id, kind, country);
  request.set_request_id(NextRequestId());
  EXPECT_THAT(Call(&inv::CatalogService::Stub::CreateLocation, request), IsOk());
}

void Programme::AddSchool(const std::string& school_id, int children) {
  AddPlace(school_id, inv::LOCATION_KIND_SCHOOL);
  con::RegisterSchoolRequest school;
  school.set_request_id(NextRequestId());
  school.set_school_id(school_id);
  EXPECT_THAT(Call(&con::SchoolService::Stub::RegisterSchool, school), IsOk());
  con::EnrolStudentsRequest request;
  request.set_request_id(NextRequestId());
  request.set_school_id(school_id);
  for (int number = 1; number <= children; ++number) {
    con::Student& student = *request.add_students();
    student.set_student_number(number);
    student.set_class_name("1A");
    student.set_birth_month("2018-03");
    student.set_sex(con::SEX_FEMALE);
    student.set_enrolled_on("2024-09-01");
  }
  EXPECT_THAT(Call(&con::SchoolService::Stub::EnrolStudents, request), IsOk());
}

void Programme::SetPolicy(const std::string& school_id, int64_t serving_g) {
  con::SetServingPolicyRequest request;
  request.set_request_id(NextRequestId());
  request.set_school_id(school_id);
  request.mutable_policy()->set_from_day("2025-01-01");
  request.mutable_policy()->set_serving_g(serving_g);
  request.mutable_policy()->set_sessions(1);
  EXPECT_THAT(Call(&con::CalendarService::Stub::SetServingPolicy, request), IsOk());
}

int64_t Programme::Buy(const std::string& lot_number, int64_t packs, const std::string& place,
                       const std::string& expires_on, const std::string& ordered_on) {
  inv::RecordPurchaseRequest request;
  request.set_request_id(NextRequestId());
  inv::Purchase& purchase = *request.mutable_purchase();
  purchase.set_purchase_id(absl::StrCat("P-", last_request_));
  purchase.set_purchased_on(DateOf(0));
  purchase.set_supplier_id(kFarm);
  purchase.set_destination_id(place);
  purchase.set_ordered_on(ordered_on);
  inv::PurchaseLine& line = *purchase.add_lines();
  line.set_product_id(kProduct);
  line.set_lot_number(lot_number);
  line.set_expires_on(expires_on);
  line.set_packs(packs);
  line.mutable_unit_price()->set_currency_code("AUD");
  line.mutable_unit_price()->set_minor_units(1000);
  const auto answer = Call(&inv::PurchaseService::Stub::RecordPurchase, request);
  EXPECT_THAT(answer, IsOk());
  if (!answer.ok()) return 0;
  const int64_t lot = answer->lots(0).lot_id();
  lots[lot_number].push_back(lot);
  good_g[{place, lot}] += packs * kPackG;
  return lot;
}

void Programme::Send(const std::string& shipment_id, const std::string& from, const std::string& to,
                     int64_t lot, int64_t packs, int day, const std::string& expected_on) {
  shp::CreateShipmentRequest create;
  create.set_request_id(NextRequestId());
  shp::Shipment& shipment = *create.mutable_shipment();
  shipment.set_shipment_id(shipment_id);
  shipment.set_origin_id(from);
  shipment.set_destination_id(to);
  shipment.set_mode(shp::TRANSPORT_MODE_ROAD);
  shipment.set_carrier("Carrier");
  shipment.set_expected_on(expected_on);
  shp::ShipmentLine& line = *shipment.add_lines();
  line.set_lot_id(lot);
  line.set_packs(packs);
  EXPECT_THAT(Call(&shp::ShipmentService::Stub::CreateShipment, create), IsOk());
  shp::DispatchShipmentRequest dispatch;
  dispatch.set_request_id(NextRequestId());
  dispatch.set_shipment_id(shipment_id);
  *dispatch.mutable_dispatched_at() = At(day, 8);
  dispatch.set_fefo_override_reason("test");
  EXPECT_THAT(Call(&shp::ShipmentService::Stub::DispatchShipment, dispatch), IsOk());
  sent[shipment_id] = {from, to, lot, packs * kPackG};
  good_g[{from, lot}] -= packs * kPackG;
}

void Programme::Receive(const std::string& shipment_id, int64_t lot, int64_t good, int64_t damaged,
                        int64_t missing, int day) {
  Sent& shipment = sent.at(shipment_id);
  shp::RecordReceiptRequest request;
  request.set_request_id(NextRequestId());
  shp::Receipt& receipt = *request.mutable_receipt();
  receipt.set_receipt_id(absl::StrCat("R-", last_request_));
  receipt.set_shipment_id(shipment_id);
  receipt.set_destination_id(shipment.to);
  *receipt.mutable_received_at() = At(day, 9);
  shp::ReceiptLine& line = *receipt.add_lines();
  line.set_lot_id(lot);
  line.set_received_packs(good);
  line.set_damaged_packs(damaged);
  line.set_missing_packs(missing);
  EXPECT_THAT(Call(&shp::ShipmentService::Stub::RecordReceipt, request), IsOk());
  good_g[{shipment.to, lot}] += good * kPackG;
  damaged_g[{shipment.to, lot}] += damaged * kPackG;
  shipment.in_transit_g -= (good + damaged + missing) * kPackG;
}

void Programme::Serve(const std::string& school_id, const std::string& class_name, int64_t lot,
                      int first, int last, int day) {
  con::RecordDistributionRequest request;
  request.set_request_id(NextRequestId());
  con::Distribution& distribution = *request.mutable_distribution();
  distribution.set_school_id(school_id);
  distribution.set_served_on(DateOf(day));
  distribution.set_class_name(class_name);
  con::DistributionLine& line = *distribution.add_lines();
  line.set_lot_id(lot);
  line.set_serving_g(kServingG);
  for (int number = first; number <= last; ++number) line.add_student_numbers(number);
  request.set_fefo_override_reason("test");
  EXPECT_THAT(Call(&con::DistributionService::Stub::RecordDistribution, request), IsOk());
  served.push_back({school_id, lot, day, first, last});
  good_g[{school_id, lot}] -= (last - first + 1) * kServingG;
}

void Programme::PlaceRecall(const std::string& recall_id, const std::string& lot_number) {
  inv::PlaceRecallRequest request;
  request.set_request_id(NextRequestId());
  inv::Recall& recall = *request.mutable_recall();
  recall.set_recall_id(recall_id);
  recall.mutable_scope()->set_product_id(kProduct);
  recall.mutable_scope()->set_lot_number(lot_number);
  *recall.mutable_ordered_at() = At(31, 1);
  recall.set_reason("Cronobacter found");
  EXPECT_THAT(Call(&inv::RecallService::Stub::PlaceRecall, request), IsOk());
}

}  // namespace milkway::trace
