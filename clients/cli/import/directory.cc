#include "clients/cli/import/directory.h"

#include "clients/cli/pages.h"
#include "clients/cli/shipments.h"
#include "clients/cpp/status_macros.h"
#include "milkway/consumption/v1/schools.grpc.pb.h"
#include "milkway/impact/v1/gifts.grpc.pb.h"
#include "milkway/inventory/v1/catalog.grpc.pb.h"
#include "milkway/inventory/v1/purchases.grpc.pb.h"
#include "milkway/shipments/v1/shipments.grpc.pb.h"

namespace milkway::cli {

template <typename Key, typename Thing>
absl::StatusOr<const Thing*> Directory::Find(Cache<Key, Thing>* cache, const Key& key,
                                             absl::FunctionRef<absl::StatusOr<Thing>()> ask) {
  if (!CanAsk()) return nullptr;
  const auto cached = cache->find(key);
  if (cached != cache->end()) return cached->second.get();
  absl::StatusOr<Thing> answer = ask();
  std::unique_ptr<Thing> thing;
  if (answer.ok()) {
    thing = std::make_unique<Thing>(*std::move(answer));
  } else if (answer.status().code() != absl::StatusCode::kNotFound &&
             answer.status().code() != absl::StatusCode::kFailedPrecondition) {
    return answer.status();
  }
  return cache->emplace(key, std::move(thing)).first->second.get();
}

absl::StatusOr<const inventory::v1::Product*> Directory::FindProduct(
    const std::string& product_id) {
  return Find<std::string, inventory::v1::Product>(
      &products_, product_id, [&]() -> absl::StatusOr<inventory::v1::Product> {
        inventory::v1::GetProductRequest request;
        request.set_product_id(product_id);
        ASSIGN_OR_RETURN(
            auto response,
            connection_->Call(&inventory::v1::CatalogService::Stub::GetProduct, request));
        return response.product();
      });
}

absl::StatusOr<const inventory::v1::Location*> Directory::FindLocation(
    const std::string& location_id) {
  return Find<std::string, inventory::v1::Location>(
      &locations_, location_id, [&]() -> absl::StatusOr<inventory::v1::Location> {
        inventory::v1::GetLocationRequest request;
        request.set_location_id(location_id);
        ASSIGN_OR_RETURN(
            auto response,
            connection_->Call(&inventory::v1::CatalogService::Stub::GetLocation, request));
        return response.location();
      });
}

absl::StatusOr<const inventory::v1::Purchase*> Directory::FindPurchase(
    const std::string& purchase_id) {
  return Find<std::string, inventory::v1::Purchase>(
      &purchases_, purchase_id, [&]() -> absl::StatusOr<inventory::v1::Purchase> {
        inventory::v1::GetPurchaseRequest request;
        request.set_purchase_id(purchase_id);
        ASSIGN_OR_RETURN(
            auto response,
            connection_->Call(&inventory::v1::PurchaseService::Stub::GetPurchase, request));
        return response.purchase();
      });
}

absl::StatusOr<const impact::v1::Gift*> Directory::FindGift(const std::string& gift_id) {
  return Find<std::string, impact::v1::Gift>(
      &gifts_, gift_id, [&]() -> absl::StatusOr<impact::v1::Gift> {
        impact::v1::GetGiftRequest request;
        request.set_gift_id(gift_id);
        ASSIGN_OR_RETURN(auto response,
                         connection_->Call(&impact::v1::GiftService::Stub::GetGift, request));
        return response.gift();
      });
}

absl::StatusOr<const shipments::v1::Shipment*> Directory::FindShipment(
    const std::string& shipment_id) {
  return Find<std::string, shipments::v1::Shipment>(
      &shipments_, shipment_id, [&]() -> absl::StatusOr<shipments::v1::Shipment> {
        ASSIGN_OR_RETURN(const auto response, cli::FindShipment(*connection_, shipment_id));
        return response.shipment();
      });
}

absl::StatusOr<const inventory::v1::ExchangeRate*> Directory::FindRate(const std::string& from,
                                                                       const std::string& to,
                                                                       Day day) {
  return Find<std::tuple<std::string, std::string, int32_t>, inventory::v1::ExchangeRate>(
      &rates_, {from, to, day.days}, [&]() -> absl::StatusOr<inventory::v1::ExchangeRate> {
        inventory::v1::GetExchangeRateRequest request;
        request.set_from_currency(from);
        request.set_to_currency(to);
        request.set_on(FormatDay(day));
        ASSIGN_OR_RETURN(
            auto response,
            connection_->Call(&inventory::v1::CatalogService::Stub::GetExchangeRate, request));
        return response.exchange_rate();
      });
}

absl::StatusOr<std::vector<inventory::v1::Lot>> Directory::FindLots(const std::string& product_id,
                                                                    const std::string& lot_number) {
  if (!CanAsk()) return std::vector<inventory::v1::Lot>();
  inventory::v1::ListLotsRequest request;
  request.set_product_id(product_id);
  request.set_lot_number(lot_number);
  return ListAll<inventory::v1::Lot>(*connection_, &inventory::v1::PurchaseService::Stub::ListLots,
                                     std::move(request), &inventory::v1::ListLotsResponse::lots);
}

absl::StatusOr<Directory::Roster> Directory::AskForRoster(const std::string& school_id) {
  consumption::v1::ListStudentsRequest request;
  request.set_school_id(school_id);
  ASSIGN_OR_RETURN(const auto students,
                   ListAll<consumption::v1::Student>(
                       *connection_, &consumption::v1::SchoolService::Stub::ListStudents,
                       std::move(request), &consumption::v1::ListStudentsResponse::students));
  Roster roster;
  for (const auto& student : students) roster.emplace(student.student_number(), student);
  return roster;
}

absl::StatusOr<const Directory::Roster*> Directory::FindRoster(const std::string& school_id) {
  return Find<std::string, Roster>(&rosters_, school_id, [&] { return AskForRoster(school_id); });
}

}  // namespace milkway::cli
