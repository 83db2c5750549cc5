// What the servers know of things that a programme folder refers to but does not
// hold. Each thing is asked for once.

#ifndef MILKWAY_CLIENTS_CLI_IMPORT_DIRECTORY_H_
#define MILKWAY_CLIENTS_CLI_IMPORT_DIRECTORY_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "clients/cli/connection.h"
#include "clients/cli/days.h"
#include "milkway/consumption/v1/schools.pb.h"
#include "milkway/impact/v1/gifts.pb.h"
#include "milkway/inventory/v1/catalog.pb.h"
#include "milkway/inventory/v1/purchases.pb.h"
#include "milkway/shipments/v1/shipments.pb.h"

namespace milkway::cli {

// Errors are those of the connection. Not thread-safe.
class Directory {
 public:
  // Without a connection nothing can be asked.
  explicit Directory(Connection* connection) : connection_(connection) {}

  bool CanAsk() const { return connection_ != nullptr; }

  // Each is nullptr if the server does not know it, or cannot be asked; valid as long
  // as the directory.
  absl::StatusOr<const inventory::v1::Product*> FindProduct(const std::string& product_id);
  absl::StatusOr<const inventory::v1::Location*> FindLocation(const std::string& location_id);
  absl::StatusOr<const inventory::v1::Purchase*> FindPurchase(const std::string& purchase_id);
  absl::StatusOr<const impact::v1::Gift*> FindGift(const std::string& gift_id);
  absl::StatusOr<const shipments::v1::Shipment*> FindShipment(const std::string& shipment_id);
  // The latest rate on or before `day`.
  absl::StatusOr<const inventory::v1::ExchangeRate*> FindRate(const std::string& from,
                                                              const std::string& to, Day day);
  // In order of lot_id; none if there are none, or the server cannot be asked.
  absl::StatusOr<std::vector<inventory::v1::Lot>> FindLots(const std::string& product_id,
                                                           const std::string& lot_number);
  // By student number; none for a school that is not known.
  using Roster = std::map<int32_t, consumption::v1::Student>;
  absl::StatusOr<const Roster*> FindRoster(const std::string& school_id);

 private:
  template <typename Key, typename Thing>
  using Cache = std::map<Key, std::unique_ptr<Thing>>;

  // The cached thing, or what `ask` answers; NOT_FOUND and FAILED_PRECONDITION mean
  // that it is not there.
  template <typename Key, typename Thing>
  absl::StatusOr<const Thing*> Find(Cache<Key, Thing>* cache, const Key& key,
                                    absl::FunctionRef<absl::StatusOr<Thing>()> ask);
  absl::StatusOr<Roster> AskForRoster(const std::string& school_id);

  Connection* connection_;
  Cache<std::string, inventory::v1::Product> products_;
  Cache<std::string, inventory::v1::Location> locations_;
  Cache<std::string, inventory::v1::Purchase> purchases_;
  Cache<std::string, impact::v1::Gift> gifts_;
  Cache<std::string, shipments::v1::Shipment> shipments_;
  Cache<std::tuple<std::string, std::string, int32_t>, inventory::v1::ExchangeRate> rates_;
  Cache<std::string, Roster> rosters_;
};

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_IMPORT_DIRECTORY_H_
