#include "clients/cli/command.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cli/text.h"
#include "clients/cli/uuid.h"

namespace milkway::cli {

namespace {

constexpr int kRetrySecondsMax = 3'600;

void AddServerOptions(CLI::App* app, ServerOptions* options) {
  const std::string group = "Servers";
  app->add_option("--server", options->server,
                  absl::StrCat("where the server listens, or unix:PATH (else MILKWAY_SERVER, else ",
                               kDefaultAddress, ")"))
      ->type_name("HOST:PORT")
      ->group(group);
  const auto add_service = [&](const std::string& service, std::string* address) {
    app->add_option("--" + service, *address, "where " + service + " listens, if elsewhere")
        ->type_name("HOST:PORT")
        ->group(group);
  };
  add_service("inventory", &options->inventory);
  add_service("shipments", &options->shipments);
  add_service("consumption", &options->consumption);
  add_service("impact", &options->impact);
  add_service("trace", &options->trace);
  add_service("planning", &options->planning);
  add_service("accounts", &options->accounts);
  app->add_option("--tls-ca", options->tls_ca,
                  "who vouches for the servers (PEM; else MILKWAY_TLS_CA, else those whom the "
                  "system trusts); to other machines there is TLS only")
      ->type_name("FILE")
      ->group(group);
  app->add_option("--retry-for", options->retry_seconds,
                  "how long a call without an answer is repeated (default 60)")
      ->type_name("SECONDS")
      ->check(CLI::Range(0, kRetrySecondsMax))
      ->group(group);
  app->add_option("--as", options->caller,
                  "who calls, for a server with development sign-in (else MILKWAY_CALLER, else "
                  "who is signed in, else admin:dev)")
      ->type_name("ROLE:NAME[:PLACE,…]")
      ->group(group);
}

}  // namespace

Commands::Commands(CLI::App* app) : app_(*app) { AddServerOptions(app, &server_options_); }

CLI::App* Commands::Add(const std::string& name, const std::string& description,
                        const std::string& example) {
  return AddTo(&app_, name, description, example);
}

CLI::App* Commands::AddGroup(const std::string& name, const std::string& description) {
  CLI::App* group = app_.add_subcommand(name, description);
  group->require_subcommand(1);
  return group;
}

CLI::App* Commands::AddTo(CLI::App* group, const std::string& name, const std::string& description,
                          const std::string& example) {
  CLI::App* command = group->add_subcommand(name, description);
  command->footer("Example:\n  " + example);
  AddServerOptions(command, &server_options_);
  return command;
}

void Commands::OnRun(CLI::App* command, Action action) {
  command->callback([this, action = std::move(action)] { chosen_ = action; });
}

void AddLines(CLI::App* command, std::vector<std::string>* lines, const std::string& description) {
  command->add_option("--line", *lines, description)
      ->type_name("KEY=VALUE,…")
      ->allow_extra_args(false);
}

absl::StatusOr<Day> DayOption(absl::string_view option, absl::string_view text) {
  const std::optional<Day> day = ParseDay(text);
  if (day.has_value()) return *day;
  return UsageError(absl::StrCat(option, " ", kDayExpected, ", is ", Quoted(text)));
}

absl::StatusOr<Instant> TimeOption(absl::string_view option, absl::string_view text) {
  const std::optional<Instant> time = ParseTime(text);
  if (time.has_value()) return *time;
  return UsageError(absl::StrCat(option, " ", kTimeExpected, ", is ", Quoted(text)));
}

void AddRequestId(CLI::App* command, std::string* request_id) {
  command
      ->add_option("--request-id", *request_id,
                   "id of the request, to repeat one that got no answer (default: a new one)")
      ->type_name("UUID");
}

absl::StatusOr<std::string> RequestIdOption(absl::string_view given) {
  if (given.empty()) return FormatUuid(RandomUuid());
  const std::optional<Uuid> uuid = ParseUuid(given);
  if (uuid.has_value()) return FormatUuid(*uuid);
  return UsageError(
      absl::StrCat("--request-id must be a UUID such as 0195a1f0-7c1e-7bb2-9a53-4f1d2c3b4a59, is ",
                   Quoted(given)));
}

}  // namespace milkway::cli
