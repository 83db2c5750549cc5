// Inventory and shipments running, with a small catalogue, as their callers see them.

#ifndef MILKWAY_TESTS_SHIPMENTS_SHIPMENTS_SYSTEM_H_
#define MILKWAY_TESTS_SHIPMENTS_SHIPMENTS_SYSTEM_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "milkway/inventory/v1/catalog.grpc.pb.h"
#include "milkway/inventory/v1/purchases.grpc.pb.h"
#include "milkway/inventory/v1/stock.grpc.pb.h"
#include "milkway/shipments/v1/shipments.grpc.pb.h"
#include "tests/shipments/shipment_requests.h"
#include "tests/support/in_process_system.h"

namespace milkway::shipments {

namespace inv = inventory::v1;

// Calls are made as the procurement staff unless a test says otherwise; each is a new
// request unless a request id is given. Thread-safe while the system is not stopped.
class ShipmentsSystem {
 public:
  using Stores = testing::InProcessSystem::Stores;

  explicit ShipmentsSystem(Stores stores = Stores::kOneForAll);

  testing::InProcessSystem& system() { return system_; }
  // Stops and starts again, with a power cut to come. False if the power went before
  // all was up.
  bool Restart(const testing::PowerCut& cut = {});
  // Ends what is under way. Calls fail until Restart.
  void Stop() { system_.Stop(); }
  std::string NextRequestId();

  // A lot of `packs` of 1000 g at the port from 2025-06-01 on.
  int64_t Buy(int64_t packs, const std::string& expires_on = "2026-06-01");

  absl::StatusOr<v1::CreateShipmentResponse> Create(const v1::Shipment& shipment,
                                                    std::string request_id = "");
  absl::StatusOr<v1::CancelShipmentResponse> Cancel(const std::string& shipment_id);
  absl::StatusOr<v1::DispatchShipmentResponse> Dispatch(const std::string& shipment_id, int day = 2,
                                                        std::string request_id = "",
                                                        const std::string& fefo_reason = "");
  absl::StatusOr<v1::RecordMilestoneResponse> Record(const std::string& shipment_id,
                                                     const v1::Milestone& milestone,
                                                     std::string request_id = "");
  absl::StatusOr<v1::RecordReceiptResponse> Receive(const v1::Receipt& receipt,
                                                    std::string request_id = "",
                                                    const std::string& caller = kProcurement);
  absl::StatusOr<v1::CorrectReceiptResponse> Correct(const v1::Receipt& receipt,
                                                     std::string request_id = "",
                                                     const std::string& caller = kProcurement);
  absl::StatusOr<v1::GetShipmentResponse> Get(const std::string& shipment_id);
  absl::StatusOr<v1::GetShipmentResponse> GetAs(const std::string& caller,
                                                const std::string& shipment_id,
                                                const std::string& place_id);
  absl::StatusOr<v1::ListShipmentsResponse> List(const v1::ListShipmentsRequest& request,
                                                 const std::string& caller = kProcurement);
  // Creates and dispatches.
  void Ship(const std::string& shipment_id, const std::vector<Packs>& lines);

  absl::StatusOr<v1::DeclareLostResponse> Lose(const std::string& shipment_id, int day = 20,
                                               std::string request_id = "");
  absl::StatusOr<v1::CloseShipmentResponse> Close(const std::string& shipment_id, int day = 20,
                                                  std::string request_id = "");
  // `lines`: good and damaged packs; none: all that is in transit.
  absl::StatusOr<v1::RecordReturnResponse> Return(const std::string& shipment_id,
                                                  const std::vector<Arrived>& lines, int day = 20,
                                                  std::string request_id = "");
  // An inspection certificate "C-1" of 2025-06-05.
  absl::StatusOr<v1::AttachShipmentDocumentResponse> AttachCertificate(
      const std::string& shipment_id, std::string request_id = "");
  absl::StatusOr<v1::RecordReleaseResponse> Release(const std::string& shipment_id, int day = 12,
                                                    std::string request_id = "");
  absl::StatusOr<v1::CountersignReceiptResponse> Countersign(const v1::Receipt& receipt,
                                                             const std::string& caller,
                                                             int64_t version = 0,
                                                             std::string request_id = "");
  absl::StatusOr<v1::ResolveShortageResponse> Resolve(const v1::ResolveShortageRequest& request,
                                                      std::string request_id = "");
  // Open or resolved ones.
  std::vector<v1::Shortage> Shortages(bool resolved);
  // From a position on, all of them.
  std::vector<v1::ShipmentChange> Changes(int64_t after_position = 0);

  // Any call of either service, as it is.
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                const Request& request, const std::string& caller = kProcurement) {
    const bool is_shipments =
        absl::StartsWith(Request::descriptor()->full_name(), "milkway.shipments.");
    return testing::CallAndWait(is_shipments ? shipments_ : inventory_, method, request, caller);
  }
  const std::shared_ptr<grpc::Channel>& shipments_channel() const { return shipments_; }

  // What the ledger holds; 0 where there is no such account.
  int64_t Balance(int64_t lot, inv::AccountKind kind, const std::string& place);
  // Everything that the ledger holds of a lot.
  std::vector<inv::Balance> Balances(int64_t lot);
  absl::StatusOr<inv::Posting> Posting(int64_t position);
  int64_t PostingCount();
  // What VerifyBooks finds.
  std::vector<std::string> Differences();

  static constexpr char kProcurement[] = "procurement:mei";

 private:
  void MakeCatalogue();
  void Connect();

  testing::InProcessSystem system_;
  // Kept, so that calls may end while the system stops.
  std::shared_ptr<grpc::Channel> inventory_;
  std::shared_ptr<grpc::Channel> shipments_;
  std::atomic<uint32_t> last_request_{0};
  std::atomic<int> last_purchase_{0};
};

}  // namespace milkway::shipments

#endif  // MILKWAY_TESTS_SHIPMENTS_SHIPMENTS_SYSTEM_H_
