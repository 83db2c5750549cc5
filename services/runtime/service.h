// What a service is to the program that runs it.

#ifndef MILKWAY_SERVICES_RUNTIME_SERVICE_H_
#define MILKWAY_SERVICES_RUNTIME_SERVICE_H_

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "clients/cpp/service_channel.h"
#include "grpcpp/impl/codegen/service_type.h"
#include "services/runtime/handler.h"

namespace milkway::growth {
class GrowthReference;
}  // namespace milkway::growth

namespace milkway::runtime {

class MasterKey;
class RefusalBudget;

// The ways to the other services. In one process all are the same in-process channel.
// There is none where no address was given.
struct Peers {
  clients::ServiceChannel inventory;
  clients::ServiceChannel shipments;
  clients::ServiceChannel consumption;
  clients::ServiceChannel impact;
  clients::ServiceChannel trace;
  clients::ServiceChannel planning;
  clients::ServiceChannel accounts;
};

// One service folder: its gRPC services and its background work.
//
// Each folder has a header <name>_module.h with
//   absl::StatusOr<std::unique_ptr<runtime::Module>> MakeInventoryModule(runtime::ModuleParts);
class Module {
 public:
  virtual ~Module() = default;

  // "inventory".
  virtual absl::string_view Name() const = 0;

  // The gRPC services to register; they belong to the module.
  virtual std::vector<grpc::Service*> GrpcServices() = 0;

  // The server listens and the peers can be called: keep the channels, resume
  // intents. Handlers that need a peer before this answer UNAVAILABLE.
  virtual absl::Status Start(const Peers& peers) = 0;

  // Steps across services that are under way. While the process stops it waits for
  // them a while.
  virtual size_t OpenSteps() const { return 0; }

  // Give up what is under way: callers that wait hear UNAVAILABLE, intents stay
  // stored. Called before destruction.
  virtual void Stop() = 0;
};

// What a module is made from. All outlive the module.
struct ModuleParts {
  storage::Store* store = nullptr;
  const Access* access = nullptr;
  const Clock* clock = nullptr;
  Metrics* metrics = nullptr;
  CallLog* log = nullptr;                       // may be null: no log
  const std::atomic<bool>* stopping = nullptr;  // as in Handlers::Parts
  // WHO's tables; null: the server was started without.
  const growth::GrowthReference* growth_reference = nullptr;
  // What children need a day; empty: as built in.
  std::string daily_needs_file;
  // The key that signs checkpoints of the inventory's log, and the name of the log. An
  // empty file: a key that is made anew at each start, for tests and sandboxes; an empty
  // origin: as the key says.
  std::string log_key_file;
  std::string log_origin;
  // Seals what must not be read from the store. Null where a server was started without
  // one, as in many tests; the accounts always have one.
  const MasterKey* master_key = nullptr;
  // Of the accounts: where the code is left that lets the first admin in; empty: there is
  // none, as in sandboxes.
  std::string set_up_code_file;
  // An admin may be made with that code though there is one, and signing keys may be made
  // anew that the master key does not open.
  bool recover_admin = false;
  // Where the keys of children are kept, apart from the data. An empty folder: nowhere, so
  // that no names are kept, as in many tests.
  std::string child_keys_folder;
  // Its backups, a day each, and how long they are kept; 0 days, or no folder: none are.
  std::string child_keys_backup_folder;
  int child_keys_backup_days = 30;
  // 32 bytes that bind the tokens of pages; empty: anybody can make one, as in tests.
  std::string page_key;
  // Of the process; null: refusals are not written into the audit log.
  RefusalBudget* refusals = nullptr;
  // Of the process; null: callers have no limits, as in most tests.
  CallerLimits* caller_limits = nullptr;
};

// What the handlers of a module are made from. `once` is null for what every process has,
// `intents` where nothing spans services. Both must outlive the handlers.
inline Handlers::Parts HandlerParts(const ModuleParts& parts, const OnceTable* once,
                                    IntentRunner* intents = nullptr) {
  return {.store = parts.store,
          .once = once,
          .intents = intents,
          .access = parts.access,
          .clock = parts.clock,
          .metrics = parts.metrics,
          .log = parts.log,
          .stopping = parts.stopping,
          .page_key = parts.page_key,
          .scope_owner = nullptr,
          .audit = AuditLog(once == nullptr ? ServiceTag::kRuntime : once->service()),
          .refusals = parts.refusals,
          .caller_limits = parts.caller_limits};
}

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_SERVICE_H_
