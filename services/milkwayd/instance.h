// Some services on one store behind one address: what milkwayd runs, and what a
// sandbox is a throwaway copy of.

#ifndef MILKWAY_SERVICES_MILKWAYD_INSTANCE_H_
#define MILKWAY_SERVICES_MILKWAYD_INSTANCE_H_

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "clients/cpp/channel.h"
#include "clients/cpp/growth/growth_reference.h"
#include "clients/cpp/service_channel.h"
#include "services/gateway/gateway.h"
#include "services/milkwayd/audit_anchors.h"
#include "services/milkwayd/targets.h"
#include "services/milkwayd/trust_watch.h"
#include "services/runtime/access.h"
#include "services/runtime/audit/audit_service.h"
#include "services/runtime/audit/refusal_budget.h"
#include "services/runtime/call_log.h"
#include "services/runtime/caller_limits.h"
#include "services/runtime/clock.h"
#include "services/runtime/master_key.h"
#include "services/runtime/metrics.h"
#include "services/runtime/operations_service.h"
#include "services/runtime/server.h"
#include "services/runtime/service.h"
#include "services/runtime/tokens/outside_issuer.h"
#include "services/runtime/tokens/trust.h"
#include "storage/store.h"

namespace milkway {

struct InstanceOptions {
  // May be none, for a gateway alone.
  std::vector<Target> targets;
  // What browsers talk to; nullopt: nothing.
  std::optional<gateway::GatewayOptions> gateway;
  // Holds store/, and backups/ once there is one. Made if it does not exist.
  std::string data_folder;
  // Where it listens and what it takes on.
  runtime::ServerOptions server;
  runtime::CallerLimits::Maxima caller_maxima;
  // Believe callers who they say they are.
  bool development_header = false;
  // HOST:PORT or unix:PATH by service name, for services that run elsewhere.
  std::map<std::string, std::string> peers;
  // Of a sandbox: the keys by which those that are sandboxes know services, by name.
  std::map<std::string, std::string> peer_keys;
  // Who vouches for them, and for this process.
  clients::ChannelFiles peer_files;
  // WHO's tables; null: without.
  std::shared_ptr<const growth::GrowthReference> growth_reference;
  // Whose tokens are believed, as another instance knows it; null: as the accounts service
  // says.
  std::shared_ptr<runtime::Trust> trust;
  // Staff may sign in there; none by default.
  runtime::OutsideIssuer outside_issuer;
  // Null: nothing can be sealed, and tokens of pages end with the process.
  std::shared_ptr<const runtime::MasterKey> master_key;
  // Of the keys of children; empty: child-keys/ in the data folder. Their backups lie in a
  // folder beside it; 0 days: none are kept.
  std::string child_keys_folder;
  int child_keys_backup_days = 30;
  // As in runtime::ModuleParts.
  std::string daily_needs_file;
  // Of the accounts; as in runtime::ModuleParts.
  std::string set_up_code_file;
  bool recover_admin = false;
  // Of the inventory's log; as in runtime::ModuleParts.
  std::string log_key_file;
  std::string log_origin;
};

// The way to a service of another process.
clients::ServiceChannel WayTo(const std::string& address, const clients::ChannelFiles& files);

class Instance {
 public:
  // Opens the store, listens and resumes what a crash left open. `log` may be null.
  // All pointers must outlive the instance.
  static absl::StatusOr<std::unique_ptr<Instance>> Start(const InstanceOptions& options,
                                                         const runtime::Clock* clock,
                                                         runtime::CallLog* log,
                                                         runtime::SandboxHost* sandboxes);
  ~Instance();

  // As of runtime::Server.
  const std::string& address() const { return server_->address(); }
  const std::vector<std::string>& addresses() const { return server_->addresses(); }
  // Of the gateway; none without one.
  std::vector<std::string> http_addresses() const;
  std::vector<std::string> private_http_addresses() const;
  storage::Store& store() { return *store_; }
  const std::shared_ptr<runtime::Trust>& trust() const { return trust_; }
  // By which it knows its own services, and others if they are given it.
  const std::string& process_key() const { return process_key_; }
  const runtime::Metrics& metrics() const { return metrics_; }

  // Takes no new calls and lets those under way end, for up to `patience`. What
  // spans services and has not ended goes on at the next start.
  void Drain(absl::Duration patience);

 private:
  Instance(const InstanceOptions& options, const runtime::Clock* clock);

  absl::Status MakeModules(const InstanceOptions& options, const runtime::Clock* clock,
                           runtime::CallLog* log, runtime::SandboxHost* sandboxes);
  absl::Status Connect(const InstanceOptions& options);
  absl::Status StartGateway(const InstanceOptions& options, const runtime::Peers& peers);

  std::unique_ptr<storage::Store> store_;
  const runtime::Clock* const clock_;
  // The modules point to them.
  const std::shared_ptr<const growth::GrowthReference> growth_reference_;
  const std::shared_ptr<const runtime::MasterKey> master_key_;
  const std::string process_key_;
  const std::string page_key_;
  const std::shared_ptr<runtime::Trust> trust_;
  std::unique_ptr<const runtime::Access> access_;
  runtime::Metrics metrics_;
  runtime::RefusalBudget refusals_;
  runtime::CallerLimits caller_limits_;
  std::atomic<bool> stopping_{false};
  std::vector<std::unique_ptr<runtime::Module>> modules_;
  std::unique_ptr<runtime::OperationsService> operations_;
  std::unique_ptr<AuditAnchors> anchors_;  // none in a sandbox
  std::unique_ptr<runtime::AuditService> audit_;
  std::unique_ptr<runtime::Server> server_;
  std::unique_ptr<TrustWatch> trust_watch_;
  std::unique_ptr<gateway::Gateway> gateway_;  // none without --http
};

}  // namespace milkway

#endif  // MILKWAY_SERVICES_MILKWAYD_INSTANCE_H_
