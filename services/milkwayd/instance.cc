#include "services/milkwayd/instance.h"

#include <sodium.h>

#include <filesystem>
#include <system_error>
#include <thread>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "clients/cpp/service_channel.h"
#include "clients/cpp/status_macros.h"
#include "grpcpp/create_channel.h"
#include "storage/rocksdb_store.h"

namespace milkway {

namespace {

constexpr char kVersion[] = "0.1.0";
constexpr char kPageKeyPurpose[] = "tokens of pages";
constexpr size_t kPageKeyBytes = 32;
constexpr char kGateway[] = "gateway";
constexpr absl::Duration kDrainPause = absl::Milliseconds(20);

absl::StatusOr<std::unique_ptr<storage::Store>> OpenStore(const std::string& data_folder) {
  std::error_code error;
  std::filesystem::create_directories(data_folder, error);
  if (error) {
    return absl::FailedPreconditionError(absl::StrCat("cannot make the data folder ", data_folder,
                                                      ": ", error.message(), "; name another"));
  }
  storage::RocksDbStoreOptions options;
  options.folder = data_folder + "/store";
  return storage::OpenRocksDbStore(options);
}

// 32 random bytes as text.
std::string NewProcessKey() {
  unsigned char bytes[32];
  randombytes_buf(bytes, sizeof(bytes));
  return absl::WebSafeBase64Escape(
      absl::string_view(reinterpret_cast<const char*>(bytes), sizeof(bytes)));
}

// By which other services know the process.
std::string NameOf(const InstanceOptions& options) {
  return options.targets.empty() ? kGateway : options.targets.front().name;
}

clients::ServiceChannel WayToSandbox(const std::string& address, const std::string& key) {
  return clients::ServiceChannel::WithinProcess(
      grpc::CreateCustomChannel(address, clients::CredentialsFor(address, {}),
                                clients::UsualArguments()),
      key);
}

}  // namespace

clients::ServiceChannel WayTo(const std::string& address, const clients::ChannelFiles& files) {
  auto channel = grpc::CreateCustomChannel(address, clients::CredentialsFor(address, files),
                                           clients::UsualArguments());
  const bool is_open_to_all =
      clients::IsPlain(address, files) && !absl::StartsWith(address, "unix:");
  if (is_open_to_all) return clients::ServiceChannel::WithDevelopmentHeader(std::move(channel));
  return clients::ServiceChannel::WithTransport(std::move(channel));
}

Instance::Instance(const InstanceOptions& options, const runtime::Clock* clock)
    : clock_(clock),
      growth_reference_(options.growth_reference),
      master_key_(options.master_key),
      process_key_(NewProcessKey()),
      page_key_(master_key_ == nullptr ? NewProcessKey().substr(0, kPageKeyBytes)
                                       : master_key_->Derive(kPageKeyPurpose)),
      trust_(options.trust != nullptr ? options.trust
                                      : std::make_shared<runtime::Trust>(options.outside_issuer)),
      caller_limits_(options.caller_maxima) {}

absl::StatusOr<std::unique_ptr<Instance>> Instance::Start(const InstanceOptions& options,
                                                          const runtime::Clock* clock,
                                                          runtime::CallLog* log,
                                                          runtime::SandboxHost* sandboxes) {
  std::unique_ptr<Instance> instance(new Instance(options, clock));
  ASSIGN_OR_RETURN(runtime::Access access,
                   runtime::Access::Build(
                       {instance->trust_.get(), instance->process_key_, options.development_header},
                       DescriptorsOf(options.targets)));
  instance->access_ = std::make_unique<const runtime::Access>(std::move(access));
  ASSIGN_OR_RETURN(instance->store_, OpenStore(options.data_folder));
  RETURN_IF_ERROR(instance->MakeModules(options, clock, log, sandboxes));
  std::vector<grpc::Service*> services = {instance->operations_.get(), instance->audit_.get()};
  for (const auto& module : instance->modules_) {
    for (grpc::Service* service : module->GrpcServices()) services.push_back(service);
  }
  ASSIGN_OR_RETURN(instance->server_,
                   runtime::Server::Start(options.server, services, instance->store_.get()));
  RETURN_IF_ERROR(instance->Connect(options));
  return instance;
}

absl::Status Instance::MakeModules(const InstanceOptions& options, const runtime::Clock* clock,
                                   runtime::CallLog* log, runtime::SandboxHost* sandboxes) {
  runtime::ModuleParts parts;
  parts.store = store_.get();
  parts.access = access_.get();
  parts.clock = clock;
  parts.metrics = &metrics_;
  parts.log = log;
  parts.stopping = &stopping_;
  parts.growth_reference = growth_reference_.get();
  parts.daily_needs_file = options.daily_needs_file;
  parts.log_key_file = options.log_key_file;
  parts.log_origin = options.log_origin;
  parts.master_key = master_key_.get();
  parts.set_up_code_file = options.set_up_code_file;
  parts.recover_admin = options.recover_admin;
  parts.page_key = page_key_;
  parts.refusals = &refusals_;
  parts.caller_limits = &caller_limits_;
  parts.child_keys_folder = options.child_keys_folder.empty() ? options.data_folder + "/child-keys"
                                                              : options.child_keys_folder;
  parts.child_keys_backup_folder = parts.child_keys_folder + "-backups";
  parts.child_keys_backup_days = options.child_keys_backup_days;
  runtime::OperationsService::Facts facts;
  facts.version = kVersion;
  facts.started_us = clock->NowUs();
  facts.backup_folder = std::filesystem::absolute(options.data_folder + "/backups").string();
  for (const Target& target : options.targets) {
    facts.services.push_back(target.name);
    ASSIGN_OR_RETURN(std::unique_ptr<runtime::Module> module, target.make(parts));
    modules_.push_back(std::move(module));
  }
  operations_ = std::make_unique<runtime::OperationsService>(runtime::HandlerParts(parts, nullptr),
                                                             std::move(facts), sandboxes);
  // A copy tells nobody of what is tried out in it.
  if (sandboxes != nullptr) anchors_ = std::make_unique<AuditAnchors>(store_.get(), clock, log);
  audit_ = std::make_unique<runtime::AuditService>(runtime::HandlerParts(parts, nullptr),
                                                   anchors_.get());
  return absl::OkStatus();
}

absl::Status Instance::Connect(const InstanceOptions& options) {
  runtime::Peers peers;
  for (const Target& target : AllTargets()) {
    const auto address = options.peers.find(target.name);
    if (address == options.peers.end()) continue;
    const auto key = options.peer_keys.find(target.name);
    peers.*target.peer = key == options.peer_keys.end()
                             ? WayTo(address->second, options.peer_files)
                             : WayToSandbox(address->second, key->second);
  }
  const auto own =
      clients::ServiceChannel::WithinProcess(server_->InProcessChannel(), process_key_);
  for (const Target& target : options.targets) peers.*target.peer = own;
  for (const auto& module : modules_) RETURN_IF_ERROR(module->Start(peers));
  if (anchors_ != nullptr) anchors_->Start(peers.inventory);
  if (options.trust == nullptr) {
    trust_watch_ = std::make_unique<TrustWatch>(
        peers.accounts, absl::StrCat("service:", NameOf(options)), clock_, trust_.get());
  }
  return options.gateway.has_value() ? StartGateway(options, peers) : absl::OkStatus();
}

absl::Status Instance::StartGateway(const InstanceOptions& options, const runtime::Peers& peers) {
  gateway::GatewayParts parts;
  for (const Target& target : AllTargets()) parts.ways[target.name] = peers.*target.peer;
  // What every process answers by itself, this one does.
  parts.ways["operations"] =
      clients::ServiceChannel::WithinProcess(server_->InProcessChannel(), process_key_);
  parts.services = DescriptorsOf(AllTargets());
  parts.store = store_.get();
  parts.clock = clock_;
  parts.metrics = &metrics_;
  ASSIGN_OR_RETURN(gateway_, gateway::Gateway::Start(*options.gateway, parts));
  return absl::OkStatus();
}

std::vector<std::string> Instance::http_addresses() const {
  return gateway_ == nullptr ? std::vector<std::string>() : gateway_->addresses();
}

std::vector<std::string> Instance::private_http_addresses() const {
  return gateway_ == nullptr ? std::vector<std::string>() : gateway_->private_addresses();
}

Instance::~Instance() { Drain(absl::ZeroDuration()); }

void Instance::Drain(absl::Duration patience) {
  if (server_ == nullptr || stopping_.exchange(true)) return;
  const absl::Time deadline = absl::Now() + patience;
  // First, for it calls all the others: gRPC's in-process transport must not meet a call that
  // starts while its server goes away.
  if (gateway_ != nullptr) gateway_->Drain(patience);
  const auto open_steps = [this] {
    size_t steps = 0;
    for (const auto& module : modules_) steps += module->OpenSteps();
    return steps;
  };
  // Other services may still call, so that steps across services end here and now.
  while (open_steps() > 0 && absl::Now() < deadline) absl::SleepFor(kDrainPause);
  if (trust_watch_ != nullptr) trust_watch_->Stop();
  for (const auto& module : modules_) module->Stop();
  audit_->Stop();
  if (anchors_ != nullptr) anchors_->Stop();
  server_->Drain(std::max(deadline - absl::Now(), absl::ZeroDuration()));
}

}  // namespace milkway
