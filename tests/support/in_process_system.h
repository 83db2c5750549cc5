// Some of Milkway's services in the test's process: real gRPC servers on real stores,
// which can stop, lose their power and start again.
//
//   InProcessSystem system({inventory::MakeInventoryModule, shipments::MakeShipmentsModule});
//   CallAndWait(system.ChannelTo("shipments"), &v1::ShipmentService::Stub::GetShipment, request);

#ifndef MILKWAY_TESTS_SUPPORT_IN_PROCESS_SYSTEM_H_
#define MILKWAY_TESTS_SUPPORT_IN_PROCESS_SYSTEM_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clients/cpp/status.h"
#include "clients/cpp/unary_call.h"
#include "grpcpp/channel.h"
#include "services/runtime/access.h"
#include "services/runtime/clock.h"
#include "services/runtime/master_key.h"
#include "services/runtime/service.h"
#include "storage/store.h"
#include "tests/support/stores.h"
#include "tests/support/unreliable_link.h"

namespace milkway::testing {

// When the power goes away from the process of a service: before change number `at` of
// its disk, counted from 1 at the start; 0 is never. What was not synced is lost.
struct PowerCut {
  std::string service;
  uint64_t at = 0;
};

// Callers say in the development header who they are. Services reach each other over
// links that can lose calls; the test's own channels lose nothing. Not thread-safe, but
// for the channels and links.
class InProcessSystem {
 public:
  using ModuleFactory = absl::StatusOr<std::unique_ptr<runtime::Module>> (*)(runtime::ModuleParts);
  enum class Stores {
    kOneForAll,  // as in one process
    kOneEach,    // as in a process for each service
  };

  // 2025-06-01T00:00:00Z, which the clock shows until it is set.
  static constexpr int64_t kStartUs = int64_t{1'748'736'000'000'000};

  // Whether the services have a master key, and a place for the keys of children. Their
  // disk never loses its power.
  enum class Keys { kNone, kKept };

  // Starts the services. Ends the program if they cannot start.
  explicit InProcessSystem(std::vector<ModuleFactory> modules, Stores stores = Stores::kOneForAll,
                           Keys keys = Keys::kNone);
  ~InProcessSystem();

  // Goes into the service `name` ("shipments"); good until the next stop.
  std::shared_ptr<grpc::Channel> ChannelTo(absl::string_view name);
  // HOST:PORT of the service `name`, for clients that are given an address; good until
  // the next stop.
  const std::string& AddressOf(absl::string_view name);
  // The way by which other services reach `name`. It outlives stops.
  UnreliableLink& LinkTo(absl::string_view name);
  // The store of the service `name`; good until the next stop.
  storage::Store& StoreOf(absl::string_view name);
  // The folder of all that its process keeps on disk, and in it those of its store, of the
  // keys of children, and of their backups.
  std::string FolderOf(absl::string_view name);
  std::string StoreFolderOf(absl::string_view name) { return FolderOf(name) + "/store"; }
  std::string KeyFolderOf(absl::string_view name) { return FolderOf(name) + "/child-keys"; }
  std::string KeyBackupFolderOf(absl::string_view name) { return KeyFolderOf(name) + "-backups"; }
  const runtime::MasterKey& master_key() const { return master_key_; }
  // What the metrics of the service `name` say.
  std::string MetricsOf(absl::string_view name);

  runtime::FakeClock& clock() { return clock_; }

  // Ends as SIGTERM does, and closes the stores. Calls under way get UNAVAILABLE.
  void Stop();

  // After Stop: opens the stores and resumes what was open. False if the power went
  // before all was up; then stop and start again.
  bool Start(const PowerCut& cut = {});
  // True once the power cut has happened: then stop and start again.
  bool PowerIsGone();

 private:
  // One process: its store, its server and its modules.
  struct Process;

  Process& ProcessOf(absl::string_view name);
  absl::Status StartProcess(Process* process, uint64_t power_cut_at);
  absl::Status StartModules();

  runtime::FakeClock clock_{kStartUs};
  const runtime::Access access_;
  const Keys keys_;
  const runtime::MasterKey master_key_ = runtime::MasterKey::Generate();
  std::vector<std::unique_ptr<Process>> processes_;
  std::map<std::string, Process*, std::less<>> process_by_name_;
  std::map<std::string, std::unique_ptr<UnreliableLink>, std::less<>> links_;
};

// Calls `method` as `caller` and waits up to half a minute for its answer.
template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> CallAndWait(const std::shared_ptr<grpc::Channel>& channel,
                                     grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                                  const Request&, Response*),
                                     const Request& request,
                                     const std::string& caller = "admin:test") {
  Stub stub(channel);
  grpc::ClientContext context;
  clients::Prepare({caller, std::chrono::seconds(30)}, &context);
  Response response;
  const grpc::Status status = (stub.*method)(&context, request, &response);
  if (!status.ok()) return clients::FromGrpcStatus(status);
  return response;
}

}  // namespace milkway::testing

#endif  // MILKWAY_TESTS_SUPPORT_IN_PROCESS_SYSTEM_H_
