#include "services/milkwayd/sandboxes.h"

#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "clients/cpp/service_channel.h"
#include "clients/cpp/status.h"
#include "clients/cpp/status_macros.h"
#include "clients/cpp/unary_call.h"
#include "milkway/operations/v1/operations.grpc.pb.h"
#include "services/runtime/errors.h"

namespace milkway {

namespace {

constexpr size_t kSandboxesMax = 4;
constexpr int kConnections = 64;
constexpr absl::Duration kIdleMax = absl::Minutes(15);
constexpr absl::Duration kIdleCheckPause = absl::Seconds(20);

std::string FolderOf(const InstanceOptions& options) { return options.data_folder + "/sandboxes"; }

// All but the accounts.
absl::StatusOr<std::vector<Target>> TargetsToTryOut(std::vector<Target> targets) {
  std::erase_if(targets,
                [](const Target& target) { return target.peer == &runtime::Peers::accounts; });
  if (!targets.empty()) return targets;
  return runtime::Refuse(absl::StatusCode::kFailedPrecondition, "NOTHING_TO_TRY_OUT",
                         "nothing can be tried out in the accounts service; ask the others");
}

}  // namespace

Sandboxes::Sandboxes(InstanceOptions options, const runtime::Clock* clock)
    : options_(std::move(options)), clock_(clock), closer_([this] { CloseIdle(); }) {}

Sandboxes::~Sandboxes() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  closer_.join();
  absl::MutexLock lock(&mutex_);
  for (auto& [id, running] : running_) Remove(std::move(running));
}

absl::StatusOr<runtime::SandboxHost::Sandbox> Sandboxes::Open(
    const std::map<std::string, std::string>& peers) {
  Instance* original = original_.load();
  if (original == nullptr) {
    return absl::UnavailableError("the server is starting; try again in a moment");
  }
  absl::StatusOr<std::vector<Target>> targets = TargetsToTryOut(options_.targets);
  if (!targets.ok()) return targets.status();
  // Before the lock: these processes may ask this one just now.
  ASSIGN_OR_RETURN(const auto peer_keys, AskForKeys(peers));
  absl::MutexLock lock(&mutex_);
  if (running_.size() >= kSandboxesMax) {
    return runtime::Refuse(
        absl::StatusCode::kResourceExhausted, "SANDBOXES_MAX",
        absl::StrCat(kSandboxesMax, " dry runs are under way; wait for one of them to end"));
  }
  std::error_code error;
  // What a crash left behind is nobody's.
  if (running_.empty()) std::filesystem::remove_all(FolderOf(options_), error);
  absl::BitGen random;
  const std::string id = absl::StrFormat("%016x", absl::Uniform<uint64_t>(random));
  Running running;
  running.folder = FolderOf(options_) + "/" + id;
  std::filesystem::create_directories(running.folder, error);
  RETURN_IF_ERROR(original->store().WriteCheckpoint(running.folder + "/store").status());
  InstanceOptions options = options_;
  options.data_folder = running.folder;
  // On this machine, where only the importing command finds it.
  options.server = runtime::ServerOptions();
  options.server.listen = {"127.0.0.1:0"};
  options.gateway.reset();
  // The memory is that of the one process.
  options.server.limits = options_.server.limits;
  options.server.limits.connections = kConnections;
  options.peer_files = clients::ChannelFiles();
  options.peers.clear();
  for (const auto& [name, key] : peer_keys) options.peers[name] = peers.at(name);
  options.peer_keys = peer_keys;
  // What is tried out must never be signed with the real key.
  options.log_key_file.clear();
  // Nobody signs in there: what was revoked since the copy would be good in it, and its
  // tokens everywhere. Whom the original knows, it knows.
  options.targets = *std::move(targets);
  options.trust = original->trust();
  // Nor does it need to read what a child is called.
  options.child_keys_folder.clear();
  options.child_keys_backup_days = 0;
  ASSIGN_OR_RETURN(running.instance, Instance::Start(options, clock_, nullptr, nullptr));
  running.last_call = absl::Now();
  Sandbox sandbox{id, running.instance->address()};
  running_.emplace(id, std::move(running));
  return sandbox;
}

absl::StatusOr<std::map<std::string, std::string>> Sandboxes::AskForKeys(
    const std::map<std::string, std::string>& peers) const {
  std::map<std::string, std::string> keys;
  for (const auto& [name, address] : peers) {
    const auto original = options_.peers.find(name);
    if (original == options_.peers.end()) continue;
    const clients::ServiceChannel way = WayTo(original->second, options_.peer_files);
    operations::v1::OperationsService::Stub stub(way.channel());
    grpc::ClientContext context;
    clients::Prepare(way.OptionsFor(absl::StrCat("service:", options_.targets.front().name)),
                     &context);
    operations::v1::GetSandboxKeyRequest request;
    request.set_address(address);
    operations::v1::GetSandboxKeyResponse answer;
    RETURN_IF_ERROR(clients::FromGrpcStatus(stub.GetSandboxKey(&context, request, &answer)));
    keys[name] = answer.process_key();
  }
  return keys;
}

absl::StatusOr<std::string> Sandboxes::KeyOf(const std::string& address) {
  absl::MutexLock lock(&mutex_);
  for (const auto& [id, running] : running_) {
    if (running.instance->address() == address) return running.instance->process_key();
  }
  return runtime::Refuse(absl::StatusCode::kNotFound, "SANDBOX_UNKNOWN",
                         absl::StrCat("no sandbox of this server listens at ", address,
                                      "; open one with OpenSandbox first"));
}

absl::Status Sandboxes::Close(const std::string& id) {
  Running running;
  {
    absl::MutexLock lock(&mutex_);
    const auto found = running_.find(id);
    if (found == running_.end()) return absl::OkStatus();
    running = std::move(found->second);
    running_.erase(found);
  }
  Remove(std::move(running));
  return absl::OkStatus();
}

void Sandboxes::CloseIdle() {
  while (true) {
    std::vector<Running> idle;
    {
      absl::MutexLock lock(&mutex_);
      if (mutex_.AwaitWithTimeout(absl::Condition(&stopping_), kIdleCheckPause)) return;
      for (auto next = running_.begin(); next != running_.end();) {
        Running& running = next->second;
        const int64_t calls = running.instance->metrics().CallCount();
        if (calls != std::exchange(running.calls_seen, calls)) running.last_call = absl::Now();
        if (absl::Now() - running.last_call < kIdleMax) {
          ++next;
          continue;
        }
        idle.push_back(std::move(running));
        next = running_.erase(next);
      }
    }
    for (Running& running : idle) Remove(std::move(running));
  }
}

void Sandboxes::Remove(Running running) {
  running.instance.reset();
  std::error_code ignored;
  std::filesystem::remove_all(running.folder, ignored);
}

}  // namespace milkway
