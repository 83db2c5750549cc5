// Photos of receipts over HTTP.

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "grpcpp/create_channel.h"
#include "gtest/gtest.h"
#include "milkway/inventory/v1/catalog.grpc.pb.h"
#include "milkway/inventory/v1/purchases.grpc.pb.h"
#include "milkway/shipments/v1/shipments.grpc.pb.h"
#include "services/runtime/once.h"
#include "tests/gateway/gateway_world.h"
#include "tests/shipments/sample_images.h"
#include "tests/shipments/shipment_requests.h"
#include "tests/support/catalogue.h"
#include "tests/support/in_process_system.h"
#include "tests/support/status_matchers.h"

namespace milkway::testing {
namespace {

using ::testing::HasSubstr;

constexpr char kAdd[] = "/photos?receipt=R-1&place=school";

namespace inv = inventory::v1;
namespace shp = shipments::v1;

// A world in which ten packs arrived at "school" by receipt R-1.
class PhotoSite : public ::testing::Test {
 protected:
  void SetUp() override {
    Must(&inv::CatalogService::Stub::CreateProduct, MakeMilk(shipments::kMilk));
    using Kind = inv::LocationKind;
    for (const auto& [id, kind] : {std::pair(shipments::kFarm, Kind::LOCATION_KIND_SUPPLIER),
                                   std::pair(shipments::kPort, Kind::LOCATION_KIND_WAREHOUSE),
                                   std::pair(shipments::kSchool, Kind::LOCATION_KIND_SCHOOL)}) {
      Must(&inv::CatalogService::Stub::CreateLocation, MakePlace(id, kind));
    }
    inv::RecordPurchaseRequest bought;
    inv::Purchase& purchase = *bought.mutable_purchase();
    purchase.set_purchase_id("P-1");
    purchase.set_purchased_on("2025-06-01");
    purchase.set_supplier_id(shipments::kFarm);
    purchase.set_destination_id(shipments::kPort);
    inv::PurchaseLine& line = *purchase.add_lines();
    line.set_product_id(shipments::kMilk);
    line.set_lot_number("L-1");
    line.set_expires_on("2026-06-01");
    line.set_packs(10);
    line.mutable_unit_price()->set_currency_code("AUD");
    line.mutable_unit_price()->set_minor_units(1000);
    const int64_t lot = Must(&inv::PurchaseService::Stub::RecordPurchase, bought).lots(0).lot_id();
    shp::CreateShipmentRequest planned;
    *planned.mutable_shipment() = shipments::MakeShipment("S-1", {{lot, 10}});
    Must(&shp::ShipmentService::Stub::CreateShipment, planned);
    shp::DispatchShipmentRequest sent;
    sent.set_shipment_id("S-1");
    *sent.mutable_dispatched_at() = shipments::June(2);
    Must(&shp::ShipmentService::Stub::DispatchShipment, sent);
    shp::RecordReceiptRequest received;
    *received.mutable_receipt() = shipments::MakeReceipt("R-1", "S-1", {{lot, 9, 1}});
    Must(&shp::ShipmentService::Stub::RecordReceipt, received);
  }

  template <typename Stub, typename Request, typename Response>
  Response Must(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                Request request) {
    request.set_request_id(runtime::FormatRequestId({0x0197'0000'0000'7000, ++requests_}));
    const auto response = CallAndWait(channel_, method, request);
    EXPECT_THAT(response, IsOk());
    return response.ok() ? *response : Response();
  }

  GatewayWorld world;

 private:
  const std::shared_ptr<grpc::Channel> channel_ =
      grpc::CreateChannel(world.grpc_address(), grpc::InsecureChannelCredentials());
  uint32_t requests_ = 0;
};

TEST_F(PhotoSite, TakesAndShowsAPicture) {
  const std::string image = shipments::WithPlanted("photo.jpg", "GPS 31.03N");

  const HttpReply added = world.Ask("POST", kAdd, AsDeveloper(), image);

  ASSERT_EQ(added.status, 200) << added.body;
  std::string sha256;
  ASSERT_TRUE(absl::Base64Unescape(JsonText(added.body, "sha256"), &sha256)) << added.body;
  const std::string shown =
      absl::StrCat("/photos/", absl::BytesToHexString(sha256), "?receipt=R-1&place=school");
  const HttpReply got = world.Ask("GET", shown, AsDeveloper("auditor:x"));
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.Header("content-type"), "image/jpeg");
  EXPECT_EQ(got.Header("x-content-type-options"), "nosniff");
  EXPECT_EQ(got.Header("cache-control"), "no-store");
  EXPECT_EQ(got.body.find("GPS"), std::string::npos);
  EXPECT_EQ(got.body.substr(0, 3), "\xff\xd8\xff");
  EXPECT_EQ(world.Ask("GET", shown, AsDeveloper("donor:x:donor-01")).status, 403);
  EXPECT_EQ(world.Ask("GET", shown, {}).status, 401);
}

TEST_F(PhotoSite, SaysWhatIsWrong) {
  EXPECT_EQ(world.Ask("GET", kAdd, AsDeveloper()).status, 405);
  EXPECT_EQ(world.Ask("POST", "/photos/abc?receipt=R-1&place=school", AsDeveloper()).status, 405);
  const HttpReply nameless = world.Ask("POST", "/photos?receipt=R-1", AsDeveloper(), "x");
  EXPECT_EQ(nameless.status, 400);
  EXPECT_THAT(nameless.body, HasSubstr("the parameter place is missing"));
  const HttpReply no_picture = world.Ask("POST", kAdd, AsDeveloper(), "<svg/>");
  EXPECT_EQ(no_picture.status, 400);
  EXPECT_THAT(no_picture.body, HasSubstr("image must be a picture"));
  EXPECT_EQ(world.Ask("POST", kAdd, AsDeveloper(), std::string((1 << 20) + 1, 'x')).status, 413);
  EXPECT_EQ(world.Ask("GET", "/photos/abc?receipt=R-1&place=school", AsDeveloper()).status, 400);
}

TEST_F(PhotoSite, TakesNothingForAnotherPage) {
  EXPECT_EQ(world.Ask("POST", kAdd, {{"origin", "https://evil.example"}}, "x").status, 403);
}

}  // namespace
}  // namespace milkway::testing
