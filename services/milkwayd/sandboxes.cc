#include "services/milkwayd/sandboxes.h"

#include <chrono>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "clients/cpp/service_channel.h"
#include "clients/cpp/status_macros.h"
#include "clients/cpp/unary_call.h"
#include "milkway/operations/v1/operations.grpc.pb.h"
#include "services/runtime/errors.h"

namespace milkway {

namespace {

constexpr size_t kSandboxesMax = 4;
constexpr absl::Duration kIdleMax = absl::Minutes(15);
constexpr absl::Duration kIdleCheckPause = absl::Seconds(20);
// For another process to say what the key of its sandbox is.
constexpr std::chrono::seconds kKeyPatience{3};

std::string FolderOf(const InstanceOptions& options) { return options.data_folder + "/sandboxes"; }

// All but the accounts.
absl::StatusOr<std::vector<Target>> TargetsToTryOut(std::vector<Target> targets) {
  std::erase_if(targets,
                [](const Target& target) { return target.peer == &runtime::Peers::accounts; });
  if (!targets.empty()) return targets;
  return runtime::Refuse(absl::StatusCode::kFailedPrecondition, "NOTHING_TO_TRY_OUT",
                         "nothing can be tried out in the accounts service; ask the others");
}

std::string NewId() {
  absl::BitGen random;
  return absl::StrFormat("%016x", absl::Uniform<uint64_t>(random));
}

// What the caller is told of an error of a process that this one asked. It is not his call
// that was refused there: he is known, and may open sandboxes.
absl::Status KeyNotTold(const std::string& name, const absl::Status& why) {
  if (why.ok() || absl::IsNotFound(why) || absl::IsUnavailable(why)) return why;
  const std::string message = absl::StrCat(
      "the process of the ", name, " service did not tell the key of its sandbox: ", why.message());
  if (absl::IsDeadlineExceeded(why)) {
    return absl::UnavailableError(absl::StrCat(message, "; try again in a moment"));
  }
  return runtime::Refuse(
      absl::StatusCode::kFailedPrecondition, "SANDBOX_KEY_NOT_TOLD",
      absl::StrCat(message, "; it must be of the same version, and know this one as a service"));
}

}  // namespace

Sandboxes::Sandboxes(InstanceOptions options, const runtime::Clock* clock)
    : options_(std::move(options)), clock_(clock), closer_([this] { CloseIdle(); }) {}

Sandboxes::~Sandboxes() {
  Stop();
  closer_.join();
  absl::MutexLock lock(&mutex_);
  for (auto& [id, running] : running_) Remove(std::move(running));
}

void Sandboxes::SetOriginal(Instance* original) {
  std::error_code ignored;
  std::filesystem::remove_all(FolderOf(options_), ignored);
  original_.store(original);
}

absl::StatusOr<runtime::SandboxHost::Sandbox> Sandboxes::Open(const Peers& peers) {
  if (original_.load() == nullptr) {
    return absl::UnavailableError("the server is starting; try again in a moment");
  }
  ASSIGN_OR_RETURN(std::vector<Target> targets, TargetsToTryOut(options_.targets));
  ASSIGN_OR_RETURN(Peers peer_keys, AskForKeys(peers));
  RETURN_IF_ERROR(TakePlace());
  const std::string id = NewId();
  absl::StatusOr<Running> running = StartCopy(
      OptionsOf(FolderOf(options_) + "/" + id, std::move(targets), peers, std::move(peer_keys)));
  absl::MutexLock lock(&mutex_);
  --opening_;
  if (!running.ok()) return running.status();
  Sandbox sandbox{id, running->instance->address()};
  running_.emplace(id, *std::move(running));
  return sandbox;
}

absl::Status Sandboxes::TakePlace() {
  absl::MutexLock lock(&mutex_);
  if (running_.size() + opening_ >= kSandboxesMax) {
    return runtime::Refuse(
        absl::StatusCode::kResourceExhausted, "SANDBOXES_MAX",
        absl::StrCat(kSandboxesMax, " dry runs are under way; wait for one of them to end"));
  }
  ++opening_;
  return absl::OkStatus();
}

InstanceOptions Sandboxes::OptionsOf(const std::string& folder, std::vector<Target> targets,
                                     const Peers& peers, Peers peer_keys) const {
  InstanceOptions options = options_;
  options.data_folder = folder;
  // On this machine, where only the importing command finds it.
  options.server = runtime::ServerOptions();
  options.server.listen = {"127.0.0.1:0"};
  options.gateway.reset();
  // The memory is that of the one process.
  options.server.limits = options_.server.limits;
  options.server.limits.connections = kConnectionsMax;
  options.peer_files = clients::ChannelFiles();
  options.peers.clear();
  for (const auto& [name, key] : peer_keys) options.peers[name] = peers.at(name);
  options.peer_keys = std::move(peer_keys);
  // What is tried out must never be signed with the real key.
  options.log_key_file.clear();
  // Nobody signs in there: what was revoked since the copy would be good in it, and its
  // tokens everywhere. Whom the original knows, it knows.
  options.targets = std::move(targets);
  options.trust = original_.load()->trust();
  // Nor does it need to read what a child is called.
  options.child_keys_folder.clear();
  options.child_keys_backup_days = 0;
  return options;
}

absl::StatusOr<Sandboxes::Running> Sandboxes::StartCopy(const InstanceOptions& options) const {
  Running running;
  running.folder = options.data_folder;
  std::error_code ignored;  // the checkpoint says why
  std::filesystem::create_directories(running.folder, ignored);
  absl::Status status =
      original_.load()->store().WriteCheckpoint(running.folder + "/store").status();
  if (status.ok()) {
    auto instance = Instance::Start(options, clock_, nullptr, nullptr);
    status = instance.status();
    if (status.ok()) running.instance = *std::move(instance);
  }
  if (!status.ok()) {
    Remove(std::move(running));
    return status;
  }
  running.last_call = absl::Now();
  return running;
}

absl::StatusOr<Sandboxes::Peers> Sandboxes::AskForKeys(const Peers& peers) {
  Peers keys;
  for (const auto& [name, address] : peers) {
    const auto original = options_.peers.find(name);
    if (original == options_.peers.end()) continue;
    const clients::ServiceChannel way = WayTo(original->second, options_.peer_files);
    operations::v1::OperationsService::Stub stub(way.channel());
    clients::CallOptions options =
        way.OptionsFor(absl::StrCat("service:", options_.targets.front().name));
    options.deadline = kKeyPatience;
    grpc::ClientContext context;
    clients::Prepare(options, &context);
    operations::v1::GetSandboxKeyRequest request;
    request.set_address(address);
    operations::v1::GetSandboxKeyResponse answer;
    RETURN_IF_ERROR(KeyNotTold(name, calls_.Run(&context, [&] {
      return stub.GetSandboxKey(&context, request, &answer);
    })));
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
                                      "; open one with OpenSandbox first, and write its address "
                                      "exactly as it was answered"));
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
  while (!calls_.StopsWithin(kIdleCheckPause)) {
    std::vector<Running> idle;
    {
      absl::MutexLock lock(&mutex_);
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
