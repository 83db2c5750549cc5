// The inventory and consumption as impact sees them: small, in memory, behind a real
// gRPC server in the process.

#ifndef MILKWAY_TESTS_IMPACT_FAKE_SERVICES_H_
#define MILKWAY_TESTS_IMPACT_FAKE_SERVICES_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/channel.h"
#include "grpcpp/server.h"
#include "grpcpp/server_context.h"
#include "milkway/consumption/v1/distributions.grpc.pb.h"
#include "milkway/inventory/v1/catalog.grpc.pb.h"
#include "milkway/inventory/v1/purchases.grpc.pb.h"
#include "milkway/inventory/v1/stock.grpc.pb.h"

namespace milkway::impact {

// Thread-safe. Refuses every caller but "service:impact".
class FakeServices {
 public:
  FakeServices();
  ~FakeServices();

  std::shared_ptr<grpc::Channel> Channel();

  // While away, every call is UNAVAILABLE.
  void GoAway();
  void ComeBack();

  // The names of the methods called since the last time, in order.
  std::vector<std::string> TakeCalls();

  // What the inventory knows. Lots are of purchase "P-1" and product "milk-1kg", which
  // exists from the start.
  void SetBaseCurrency(const std::string& currency);
  void SetRate(const std::string& from, const std::string& to, const std::string& rate);
  // Lots are bought on 2025-01-01.
  void SetLot(int64_t lot, int64_t weight_g, int64_t cost_minor);
  void SetPurchaseDay(int64_t lot, const std::string& purchased_on);
  void SetCostCurrency(const std::string& currency);
  // Somebody else fixes the base currency just before the next SetProgramme.
  void FixMeanwhile(const std::string& currency);
  // Request ids of the SetProgramme calls.
  std::vector<std::string> SetProgrammeIds();

  // What happened to lots. Each of `children` children of the school, from `first` on,
  // drank `serving_g` of the lot.
  void Serve(int64_t lot, const std::string& school, int first, int children, int64_t serving_g);
  void Lose(int64_t lot, int64_t grams);
  void Find(int64_t lot, int64_t grams);
  void Return(int64_t lot, int64_t grams);

  // The pairs of the GetServings calls so far, call by call.
  std::vector<std::vector<std::pair<int64_t, std::string>>> PairsAsked();

  // Changes the next answers; null: not any more.
  std::function<void(inventory::v1::GetLotsResponse*)> spoil_lots;
  std::function<void(inventory::v1::GetLotPositionsResponse*)> spoil_positions;
  std::function<void(consumption::v1::GetServingsResponse*)> spoil_servings;
  std::function<void(inventory::v1::GetExchangeRateResponse*)> spoil_rate;

 private:
  class Catalog;
  class Purchases;
  class Stock;
  class Distributions;

  // What is known of a lot.
  struct Lot {
    inventory::v1::Lot facts;
    inventory::v1::LotPosition position;
    std::map<std::string, int64_t> served_g;  // by school
    std::map<std::string, int64_t> servings;  // by school
    std::map<std::string, std::set<int>> children;
  };

  // Every method begins with it: notes the call, and refuses it if it must.
  grpc::Status Begin(const std::string& method, const grpc::ServerContext& context)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  absl::Mutex mutex_;
  bool is_away_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::string> calls_ ABSL_GUARDED_BY(mutex_);
  std::string base_currency_ ABSL_GUARDED_BY(mutex_);
  std::string cost_currency_ ABSL_GUARDED_BY(mutex_) = "AUD";
  std::string fixed_meanwhile_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> set_programme_ids_ ABSL_GUARDED_BY(mutex_);
  std::map<std::pair<std::string, std::string>, std::string> rates_ ABSL_GUARDED_BY(mutex_);
  std::map<int64_t, Lot> lots_ ABSL_GUARDED_BY(mutex_);
  int64_t position_ ABSL_GUARDED_BY(mutex_) = 100;
  std::vector<std::vector<std::pair<int64_t, std::string>>> pairs_asked_ ABSL_GUARDED_BY(mutex_);

  std::unique_ptr<Catalog> catalog_;
  std::unique_ptr<Purchases> purchases_;
  std::unique_ptr<Stock> stock_;
  std::unique_ptr<Distributions> distributions_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace milkway::impact

#endif  // MILKWAY_TESTS_IMPACT_FAKE_SERVICES_H_
