// Posting to the inventory's ledger, for services that move stock.

#ifndef MILKWAY_CLIENTS_CPP_LEDGER_CLIENT_H_
#define MILKWAY_CLIENTS_CPP_LEDGER_CLIENT_H_

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "clients/cpp/service_channel.h"
#include "milkway/inventory/v1/stock.grpc.pb.h"

namespace milkway::clients {

// Thread-safe; Connect is called once.
class LedgerClient {
 public:
  using Result = absl::StatusOr<inventory::v1::PostingResult>;
  using Done = absl::AnyInvocable<void(std::vector<Result>) &&>;

  // `caller`: as whom it posts, "service:shipments".
  explicit LedgerClient(std::string caller) : caller_(std::move(caller)) {}

  // Without a way there posting is UNAVAILABLE.
  void Connect(const clients::ServiceChannel& way);

  // Posts all drafts in one call. `done` hears one result for each, in order: what
  // was posted, or the refusal with its name and numbers (as runtime::PartsOf reads
  // them). If the call as a whole fails, every result is that error.
  void Post(inventory::v1::BatchPostRequest request, Done done) const;

  // The same with the answer as it came.
  void PostBatch(
      inventory::v1::BatchPostRequest request,
      absl::AnyInvocable<void(absl::StatusOr<inventory::v1::BatchPostResponse>) &&> done) const;

 private:
  const std::string caller_;
  CallOptions options_;  // set before the stub
  std::unique_ptr<inventory::v1::StockService::Stub> owned_;
  std::atomic<inventory::v1::StockService::Stub*> stub_{nullptr};
};

}  // namespace milkway::clients

#endif  // MILKWAY_CLIENTS_CPP_LEDGER_CLIENT_H_
