// A small programme on the real services, told step by step, with a model that keeps
// what happened so that answers can be counted again by brute force.

#ifndef MILKWAY_TESTS_TRACE_PROGRAMME_H_
#define MILKWAY_TESTS_TRACE_PROGRAMME_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "milkway/consumption/v1/calendar.grpc.pb.h"
#include "milkway/consumption/v1/distributions.grpc.pb.h"
#include "milkway/consumption/v1/schools.grpc.pb.h"
#include "milkway/inventory/v1/catalog.grpc.pb.h"
#include "milkway/inventory/v1/purchases.grpc.pb.h"
#include "milkway/inventory/v1/recalls.grpc.pb.h"
#include "milkway/shipments/v1/shipments.grpc.pb.h"
#include "milkway/trace/v1/recalls.grpc.pb.h"
#include "tests/support/in_process_system.h"

namespace milkway::trace {

// Days are of May and June 2025 in China, counted from 1 May: day 0. The clock stands at
// the beginning of day 31, 1 June. Supplier "farm", product "milk-1kg".
class Programme {
 public:
  // All services.
  explicit Programme(testing::InProcessSystem::Keys keys = testing::InProcessSystem::Keys::kNone);

  void AddPlace(const std::string& location_id, inventory::v1::LocationKind kind,
                const std::string& country = "CN");
  // A school with children 1 to `children` in class "1A".
  void AddSchool(const std::string& school_id, int children);
  void SetPolicy(const std::string& school_id, int64_t serving_g);
  // One lot on a purchase of its own, at `place` from day 0. Returns its number.
  int64_t Buy(const std::string& lot_number, int64_t packs, const std::string& place,
              const std::string& expires_on = "2026-12-31", const std::string& ordered_on = "");
  void Send(const std::string& shipment_id, const std::string& from, const std::string& to,
            int64_t lot, int64_t packs, int day, const std::string& expected_on = "");
  void Receive(const std::string& shipment_id, int64_t lot, int64_t good, int64_t damaged,
               int64_t missing, int day);
  // Children `first` to `last` drink 25 g each.
  void Serve(const std::string& school_id, const std::string& class_name, int64_t lot, int first,
             int last, int day);
  void PlaceRecall(const std::string& recall_id, const std::string& lot_number);

  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                const Request& request, const std::string& caller = "admin:test");

  std::string NextRequestId();
  static std::string DateOf(int day);
  static common::v1::ZonedTime At(int day, int hour);
  testing::InProcessSystem& system() { return system_; }

  // What happened, for brute force.
  struct Served {
    std::string school_id;
    int64_t lot = 0;
    int day = 0;
    int first = 0;
    int last = 0;
  };
  struct Sent {
    std::string from;
    std::string to;
    int64_t lot = 0;
    int64_t in_transit_g = 0;
  };
  std::vector<Served> served;
  std::map<std::string, Sent> sent;
  std::map<std::string, std::vector<int64_t>> lots;              // by lot number
  std::map<std::pair<std::string, int64_t>, int64_t> good_g;     // by place and lot
  std::map<std::pair<std::string, int64_t>, int64_t> damaged_g;  // by place and lot

 private:
  testing::InProcessSystem system_;
  uint64_t last_request_ = 0;
};

template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> Programme::Call(grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                                      const Request&, Response*),
                                         const Request& request, const std::string& caller) {
  // "milkway.trace.v1.TraceLotRequest"
  const std::string& name = Request::descriptor()->full_name();
  const size_t begin = name.find('.') + 1;
  const std::string service = name.substr(begin, name.find('.', begin) - begin);
  return testing::CallAndWait(system_.ChannelTo(service), method, request, caller);
}

}  // namespace milkway::trace

#endif  // MILKWAY_TESTS_TRACE_PROGRAMME_H_
