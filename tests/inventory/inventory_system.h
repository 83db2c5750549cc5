// The inventory as its callers see it: a real server, and helpers to ask it.

#ifndef MILKWAY_TESTS_INVENTORY_INVENTORY_SYSTEM_H_
#define MILKWAY_TESTS_INVENTORY_INVENTORY_SYSTEM_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/inventory/v1/catalog.grpc.pb.h"
#include "milkway/inventory/v1/open_packs.grpc.pb.h"
#include "milkway/inventory/v1/purchases.grpc.pb.h"
#include "milkway/inventory/v1/recalls.grpc.pb.h"
#include "milkway/inventory/v1/stock.grpc.pb.h"
#include "tests/support/in_process_system.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::inventory {

// 2025-05-`day` at `hour`:00 in China.
common::v1::ZonedTime May(int day, int hour = 12);

// Base currency AUD; supplier "farm", warehouse "depot", schools "east" and "west";
// product "milk" of 1000 g, which may be used for 14 days once opened. The server's
// clock shows 2025-06-01T08:00 in China.
class InventorySystemTest : public ::testing::Test {
 protected:
  InventorySystemTest();

  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                const Request& request,
                                const std::string& caller = "procurement:li") {
    return testing::CallAndWait(system_.ChannelTo("inventory"), method, request, caller);
  }
  // The same, which must be OK, with a request id of its own.
  template <typename Stub, typename Request, typename Response>
  Response Write(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                 Request request) {
    request.set_request_id(NextRequestId());
    const absl::StatusOr<Response> response = Call(method, request);
    EXPECT_THAT(response, testing::IsOk());
    return response.value_or(Response());
  }

  std::string NextRequestId();

  // Packs of a lot bought on 2025-05-01 and lying at `place`.
  int64_t Buy(const std::string& lot_number, int64_t packs, const std::string& place = "depot",
              const std::string& expires_on = "2026-01-01");
  v1::PlaceRecallResponse Recall(const std::string& recall_id, const std::string& lot_number);
  std::vector<v1::Balance> Balances(v1::ListBalancesRequest request = {});

  testing::InProcessSystem system_;

 private:
  void AddPlace(const std::string& id, v1::LocationKind kind);

  int last_request_ = 0;
};

}  // namespace milkway::inventory

#endif  // MILKWAY_TESTS_INVENTORY_INVENTORY_SYSTEM_H_
