// milkwayd: all of Milkway's services in one process, or some of them.

#include <signal.h>
#include <sodium.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/synchronization/mutex.h"
#include "clients/cpp/server_address.h"
#include "clients/cpp/status_macros.h"
#include "services/milkwayd/gateway_flags.h"
#include "services/milkwayd/instance.h"
#include "services/milkwayd/process_guard.h"
#include "services/milkwayd/sandboxes.h"
#include "services/milkwayd/targets.h"
#include "services/milkwayd/transport_flags.h"
#include "services/runtime/call_log.h"
#include "services/runtime/clock.h"
#include "services/runtime/master_key.h"
#include "services/runtime/transport/flood_guard.h"

namespace milkway {
namespace {

constexpr char kMasterKeyVariable[] = "MILKWAY_MASTER_KEY";
constexpr absl::Duration kDrainPatience = absl::Seconds(10);

constexpr char kAbout[] =
    "Runs Milkway's services: inventory, shipments, consumption, impact, trace, planning,\n"
    "accounts.\n"
    "\n"
    "All in one process with one store (the default):\n"
    "  milkwayd --data /var/lib/milkway --listen 127.0.0.1:7700 --insecure-dev-auth\n"
    "One service each, each with a store of its own:\n"
    "  milkwayd --target inventory --data inv --listen 127.0.0.1:7701 --insecure-dev-auth\n"
    "  milkwayd --target consumption --data con --listen 127.0.0.1:7703 \\\n"
    "           --inventory 127.0.0.1:7701 --insecure-dev-auth\n"
    "\n"
    "Prints \"milkwayd listening on HOST:PORT\", a line for each --listen, once it can be called,\n"
    "then \"milkwayd serves http://HOST:PORT\" for each --http.\n"
    "Log lines (JSON) go to the standard error stream. SIGTERM and Ctrl-C let calls under way end, "
    "then stop.\n"
    "Exit status: 0 stopped as asked, 1 could not start, 2 wrong usage.";

struct Flags {
  std::string target = "all";
  std::string data = "var";
  bool insecure_dev_auth = false;
  bool recover_admin = false;
  std::string growth_reference;
  std::string daily_needs;
  std::string master_key;
  std::string child_keys;
  int child_key_backups_days = 30;
  std::string oidc;
  std::string log_key;
  std::string log_origin;
  bool core_dumps = false;
  TransportFlags transport;
  GatewayFlags gateway;
};

void AddOptions(CLI::App& app, Flags& flags) {
  app.add_option("--target", flags.target,
                 "What to run: all, or services with commas (inventory, shipments, consumption, "
                 "impact, trace, planning, accounts, gateway)")
      ->capture_default_str();
  app.add_option("--data", flags.data,
                 "Folder of the store (store/) and of backups (backups/); made if it is not there")
      ->capture_default_str();
  app.add_flag("--insecure-dev-auth", flags.insecure_dev_auth,
               "Believe callers who they say they are (loopback only); without it nobody can "
               "call, for there is no sign-in yet");
  app.add_option("--growth-reference", flags.growth_reference,
                 "Folder with WHO's tables hfawho2007.txt, bfawho2007.txt and wfawho2007.txt; "
                 "without it heights and weights are recorded, but not scored")
      ->type_name("DIR");
  app.add_option("--daily-needs", flags.daily_needs,
                 "What children need a day, by age, in place of what is built in (WS/T 554-2017; "
                 "docs/nutrition.md describes the file)")
      ->type_name("FILE");
  app.add_option("--master-key", flags.master_key,
                 "Key that seals the secrets in the store; made if it is not there (default: "
                 "master.key in the data folder; MILKWAY_MASTER_KEY may hold the key itself). "
                 "Keep a copy: without it personal data and sign-ins are lost")
      ->type_name("FILE");
  app.add_flag("--recover-admin", flags.recover_admin,
               "Leave a code for milkway admin init though there is an admin, and make new keys "
               "where the master key opens none; start without it afterwards");
  app.add_option("--child-keys", flags.child_keys,
                 "Folder of the keys of children, which is no part of the data's backups (default: "
                 "child-keys in the data folder). Its own daily backups lie beside it, in a folder "
                 "of that name with -backups behind")
      ->type_name("DIR");
  app.add_option("--child-key-backups-days", flags.child_key_backups_days,
                 "Days for which the daily backups of the keys of children are kept; 0: none are "
                 "made, and those of before are removed")
      ->check(CLI::Range(0, 365))
      ->capture_default_str();
  app.add_option("--oidc", flags.oidc,
                 "JSON file with the name, the audience and the public keys of one OpenID Connect "
                 "issuer whose tokens staff may use; every process needs it "
                 "(docs/accounts.md describes it)")
      ->type_name("FILE");
  app.add_option("--log-key", flags.log_key,
                 "Key that signs checkpoints of the inventory's log; made if it is not there, "
                 "for its owner's eyes only (default: log.key in the data folder)")
      ->type_name("FILE");
  app.add_option("--log-origin", flags.log_origin,
                 "Name of the log in its checkpoints, fixed when the key is made "
                 "(default for a new key: milkway.local/log)")
      ->type_name("NAME");
  app.add_flag("--core-dumps", flags.core_dumps,
               "Let the system write the memory, and the secrets in it, to a file after a crash");
  AddTransportOptions(&app, &flags.transport);
  AddGatewayOptions(&app, &flags.gateway);
}

absl::StatusOr<InstanceOptions> OptionsOf(const Flags& flags) {
  InstanceOptions options;
  bool has_gateway = false;
  ASSIGN_OR_RETURN(options.targets, ParseTargets(flags.target, &has_gateway));
  ASSIGN_OR_RETURN(options.gateway,
                   ParseGateway(flags.gateway, flags.target == kAllTargets, has_gateway));
  options.data_folder = flags.data;
  ASSIGN_OR_RETURN(Transport transport, ParseTransport(flags.transport));
  options.server = std::move(transport.server);
  options.peers = std::move(transport.peers);
  options.peer_files = std::move(transport.peer_files);
  options.caller_maxima = transport.caller_maxima;
  if (!flags.growth_reference.empty()) {
    ASSIGN_OR_RETURN(growth::GrowthReference reference,
                     growth::GrowthReference::Load(flags.growth_reference));
    options.growth_reference =
        std::make_shared<const growth::GrowthReference>(std::move(reference));
  }
  if (!flags.oidc.empty()) {
    ASSIGN_OR_RETURN(options.outside_issuer, runtime::OutsideIssuer::Load(flags.oidc));
  }
  options.child_keys_folder = flags.child_keys;
  options.child_keys_backup_days = flags.child_key_backups_days;
  options.daily_needs_file = flags.daily_needs;
  options.set_up_code_file = flags.data + "/setup.code";
  options.recover_admin = flags.recover_admin;
  options.log_key_file = flags.log_key.empty() ? flags.data + "/log.key" : flags.log_key;
  options.log_origin = flags.log_origin;
  if (flags.insecure_dev_auth) {
    for (const std::string& listen : options.server.listen) {
      if (clients::IsLocal(listen)) continue;
      return absl::InvalidArgumentError(absl::StrCat(
          "--insecure-dev-auth believes everybody, so it needs --listen on the loopback "
          "interface (127.0.0.1:PORT), not ",
          listen));
    }
    options.development_header = true;
    if (options.gateway.has_value()) options.gateway->development_header = true;
  }
  return options;
}

// Blocks the signals that end the program in this thread and those it starts.
sigset_t BlockEndSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

absl::Status Serve(InstanceOptions options) {
  const sigset_t end_signals = BlockEndSignals();
  // Debian's Abseil looks for cycles of locks even in release builds.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  const runtime::SystemClock clock;
  runtime::CallLog log;
  options.server.tls_notice = [&](absl::string_view event, absl::string_view message) {
    log.Event(clock.NowUs(), event, message);
  };
  Sandboxes sandboxes(options, &clock);
  ASSIGN_OR_RETURN(const std::unique_ptr<Instance> instance,
                   Instance::Start(options, &clock, &log, &sandboxes));
  sandboxes.SetOriginal(instance.get());
  for (const std::string& address : instance->addresses()) {
    std::printf("milkwayd listening on %s\n", address.c_str());
  }
  for (const std::string& address : instance->http_addresses()) {
    std::printf("milkwayd serves http://%s\n", address.c_str());
  }
  for (const std::string& address : instance->private_http_addresses()) {
    std::printf("milkwayd serves http://%s for its operator\n", address.c_str());
  }
  std::fflush(stdout);
  log.Event(clock.NowUs(), "started",
            absl::StrCat("listening on ", absl::StrJoin(instance->addresses(), ", ")));
  int signal = 0;
  sigwait(&end_signals, &signal);
  log.Event(clock.NowUs(), "stopping", "lets the calls under way end");
  sandboxes.Stop();
  instance->Drain(kDrainPatience);
  log.Event(clock.NowUs(), "stopped", "");
  return absl::OkStatus();
}

// The master key: of the environment, of the file that is named, or of the data folder.
absl::StatusOr<runtime::MasterKey> LoadMasterKey(const Flags& flags) {
  if (char* text = std::getenv(kMasterKeyVariable); text != nullptr) {
    absl::StatusOr<runtime::MasterKey> key = runtime::MasterKey::FromBase64(text);
    // So that no program that this one starts, and nobody who lists processes, has it.
    sodium_memzero(text, std::strlen(text));
    unsetenv(kMasterKeyVariable);
    return key;
  }
  std::error_code ignored;
  std::filesystem::create_directories(flags.data, ignored);
  return runtime::MasterKey::Load(flags.master_key.empty() ? flags.data + "/master.key"
                                                           : flags.master_key);
}

absl::Status ServeWithKey(const Flags& flags, InstanceOptions options) {
  RETURN_IF_ERROR(CheckFiles(options.server, options.peer_files));
  options.server.limits.connections =
      ConnectionsWithinDescriptors(options.server.limits.connections);
  ASSIGN_OR_RETURN(runtime::MasterKey key, LoadMasterKey(flags));
  options.master_key = std::make_shared<const runtime::MasterKey>(std::move(key));
  return Serve(std::move(options));
}

int Main(int argc, char** argv) {
  CLI::App app(kAbout, "milkwayd");
  Flags flags;
  AddOptions(app, flags);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {  // CLI11's way of saying it
    return app.exit(error) == 0 ? 0 : 2;
  }
  GuardProcess(flags.core_dumps);
  runtime::LimitReads();
  const absl::StatusOr<InstanceOptions> options = OptionsOf(flags);
  if (!options.ok()) {
    std::fprintf(stderr, "milkwayd: %s\n", std::string(options.status().message()).c_str());
    return 2;
  }
  const absl::Status status = ServeWithKey(flags, *options);
  if (status.ok()) return 0;
  std::fprintf(stderr, "milkwayd: %s\n", std::string(status.message()).c_str());
  return 1;
}

}  // namespace
}  // namespace milkway

int main(int argc, char** argv) { return milkway::Main(argc, argv); }
