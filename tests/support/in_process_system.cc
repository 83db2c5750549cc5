#include "tests/support/in_process_system.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "clients/cpp/status_macros.h"
#include "google/protobuf/descriptor.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "services/runtime/metrics.h"
#include "services/runtime/server.h"
#include "storage/rocksdb_store.h"
#include "tests/support/crash_env.h"

namespace milkway::testing {

namespace {

constexpr uint64_t kNeverCut = std::numeric_limits<uint64_t>::max();
constexpr absl::Duration kDrainPatience = absl::Seconds(5);

// Those that a test does not link are left out.
constexpr const char* kServices[] = {
    "milkway.consumption.v1.CalendarService",
    "milkway.consumption.v1.ConsentService",
    "milkway.consumption.v1.DistributionService",
    "milkway.consumption.v1.ErasureService",
    "milkway.consumption.v1.HistoryService",
    "milkway.consumption.v1.MeasurementService",
    "milkway.consumption.v1.NutritionService",
    "milkway.consumption.v1.PaperSheetService",
    "milkway.consumption.v1.PublicationService",
    "milkway.consumption.v1.RetentionService",
    "milkway.consumption.v1.SchoolService",
    "milkway.consumption.v1.StudentPersonalService",
    "milkway.consumption.v1.SummaryService",
    "milkway.impact.v1.DonorService",
    "milkway.impact.v1.GiftService",
    "milkway.impact.v1.PoolService",
    "milkway.impact.v1.StatementService",
    "milkway.inventory.v1.CatalogService",
    "milkway.inventory.v1.LogService",
    "milkway.inventory.v1.OpenPackService",
    "milkway.inventory.v1.PurchaseService",
    "milkway.inventory.v1.RecallService",
    "milkway.inventory.v1.StockService",
    "milkway.planning.v1.AlertService",
    "milkway.planning.v1.PlanService",
    "milkway.shipments.v1.PhotoService",
    "milkway.shipments.v1.ShipmentService",
    "milkway.trace.v1.RecallListService",
    "milkway.trace.v1.TraceService",
};

void DieUnlessOk(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::abort();
}

// Over the loopback network: gRPC's in-process transport crashes when a call starts
// while its server goes away (1.51), as calls of a test may.
std::shared_ptr<grpc::Channel> ChannelInto(const runtime::Server& server) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(server.address(), grpc::InsecureChannelCredentials(), arguments);
}

template <typename T>
T OrDie(absl::StatusOr<T> result) {
  DieUnlessOk(result.status());
  return *std::move(result);
}

runtime::Access BuildAccess() {
  std::vector<const google::protobuf::ServiceDescriptor*> services;
  for (const char* name : kServices) {
    const auto* service =
        google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
    if (service != nullptr) services.push_back(service);
  }
  return OrDie(runtime::Access::Build(runtime::Authentication::Development(), services));
}

}  // namespace

struct InProcessSystem::Process {
  const TempFolder folder;
  std::vector<ModuleFactory> factories;
  // In the order in which they are made; they end in the opposite one.
  std::unique_ptr<CrashEnv> env;
  std::unique_ptr<storage::Store> store;
  std::unique_ptr<runtime::Metrics> metrics;
  std::atomic<bool> stopping{false};
  std::vector<std::unique_ptr<runtime::Module>> modules;
  std::unique_ptr<runtime::Server> server;
};

InProcessSystem::InProcessSystem(std::vector<ModuleFactory> modules, Stores stores, Keys keys)
    : access_(BuildAccess()), keys_(keys) {
  for (const ModuleFactory module : modules) {
    if (processes_.empty() || stores == Stores::kOneEach) {
      processes_.push_back(std::make_unique<Process>());
    }
    processes_.back()->factories.push_back(module);
  }
  Start();
}

InProcessSystem::~InProcessSystem() { Stop(); }

std::shared_ptr<grpc::Channel> InProcessSystem::ChannelTo(absl::string_view name) {
  return ChannelInto(*ProcessOf(name).server);
}

const std::string& InProcessSystem::AddressOf(absl::string_view name) {
  return ProcessOf(name).server->address();
}

UnreliableLink& InProcessSystem::LinkTo(absl::string_view name) {
  return *links_.find(name)->second;
}

storage::Store& InProcessSystem::StoreOf(absl::string_view name) { return *ProcessOf(name).store; }

std::string InProcessSystem::FolderOf(absl::string_view name) {
  return ProcessOf(name).folder.path();
}

std::string InProcessSystem::MetricsOf(absl::string_view name) {
  return ProcessOf(name).metrics->Text();
}

InProcessSystem::Process& InProcessSystem::ProcessOf(absl::string_view name) {
  const auto process = process_by_name_.find(name);
  if (process == process_by_name_.end()) {
    DieUnlessOk(absl::NotFoundError(absl::StrCat("the system has no service ", name)));
  }
  return *process->second;
}

bool InProcessSystem::PowerIsGone() {
  return std::any_of(processes_.begin(), processes_.end(), [](const auto& process) {
    return process->env != nullptr && process->env->PowerIsGone();
  });
}

bool InProcessSystem::Start(const PowerCut& cut) {
  absl::Status status;
  for (const auto& process : processes_) {
    const bool is_cut = cut.at > 0 && &ProcessOf(cut.service) == process.get();
    status.Update(StartProcess(process.get(), is_cut ? cut.at : kNeverCut));
  }
  if (status.ok()) status = StartModules();
  if (!PowerIsGone()) DieUnlessOk(status);
  return status.ok();
}

absl::Status InProcessSystem::StartProcess(Process* process, uint64_t power_cut_at) {
  process->env = std::make_unique<CrashEnv>(power_cut_at, [](uint64_t) { return 0; });
  storage::RocksDbStoreOptions options;
  options.folder = process->folder / "store";
  options.env = process->env.get();
  options.free_bytes_floor = 0;
  ASSIGN_OR_RETURN(process->store, storage::OpenRocksDbStore(options));
  process->metrics = std::make_unique<runtime::Metrics>();
  process->stopping = false;
  runtime::ModuleParts parts;
  parts.store = process->store.get();
  parts.access = &access_;
  parts.clock = &clock_;
  parts.metrics = process->metrics.get();
  parts.stopping = &process->stopping;
  if (keys_ == Keys::kKept) {
    parts.master_key = &master_key_;
    parts.child_keys_folder = process->folder / "child-keys";
    parts.child_keys_backup_folder = process->folder / "child-keys-backups";
  }
  std::vector<grpc::Service*> services;
  for (const ModuleFactory factory : process->factories) {
    ASSIGN_OR_RETURN(std::unique_ptr<runtime::Module> module, factory(parts));
    for (grpc::Service* service : module->GrpcServices()) services.push_back(service);
    process_by_name_[std::string(module->Name())] = process;
    process->modules.push_back(std::move(module));
  }
  ASSIGN_OR_RETURN(process->server,
                   runtime::Server::Start("127.0.0.1:0", services, process->store.get()));
  return absl::OkStatus();
}

absl::Status InProcessSystem::StartModules() {
  for (const auto& [name, process] : process_by_name_) {
    std::unique_ptr<UnreliableLink>& link = links_[name];
    if (link == nullptr) link = std::make_unique<UnreliableLink>();
    link->Connect(ChannelInto(*process->server));
  }
  const auto channel_to = [this](absl::string_view name) -> clients::ServiceChannel {
    const auto link = links_.find(name);
    if (link == links_.end()) return {};
    return clients::ServiceChannel::WithDevelopmentHeader(link->second->channel());
  };
  const runtime::Peers peers = {channel_to("inventory"),   channel_to("shipments"),
                                channel_to("consumption"), channel_to("impact"),
                                channel_to("trace"),       channel_to("planning"),
                                channel_to("accounts")};
  for (const auto& process : processes_) {
    for (const auto& module : process->modules) RETURN_IF_ERROR(module->Start(peers));
  }
  return absl::OkStatus();
}

void InProcessSystem::Stop() {
  for (const auto& process : processes_) {
    process->stopping = true;
    for (const auto& module : process->modules) module->Stop();
  }
  for (const auto& process : processes_) {
    if (process->server != nullptr) process->server->Drain(kDrainPatience);
  }
  for (const auto& [name, link] : links_) link->Connect(nullptr);
  for (const auto& process : processes_) {
    process->server.reset();
    process->modules.clear();
    process->metrics.reset();
    process->store.reset();
    process->env.reset();
  }
}

}  // namespace milkway::testing
