#include "clients/cli/program.h"

#include <chrono>
#include <cstdlib>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/failure.h"
#include "clients/cli/session_file.h"
#include "clients/cli/signed_in.h"

namespace milkway::cli {

namespace {

constexpr char kDescription[] =
    "Milkway follows milk powder from the purchase to the cup.\n"
    "milkway COMMAND --help explains one command.";

constexpr char kFooter[] =
    "Exit codes:\n"
    "  0    done\n"
    "  1    refused by the server, rows refused, or the books differ\n"
    "  2    the command line is wrong\n"
    "  3    no answer from the server\n"
    "  130  interrupted\n\n"
    "Lines of a record are KEY=VALUE pairs with commas between them; a value may stand in\n"
    "double quotes:\n"
    "  --line 'product=devondale-1kg,lot=L2401,serving_g=25,students=\"1-12;15\",wasted_g=0'";

Addresses AddressesOf(const ServerOptions& options) {
  std::string server = options.server;
  if (server.empty()) {
    const char* environment = std::getenv("MILKWAY_SERVER");
    server = environment != nullptr && *environment != '\0' ? environment : kDefaultAddress;
  }
  const auto or_server = [&server](const std::string& address) {
    return address.empty() ? server : address;
  };
  Addresses addresses = {or_server(options.inventory),   or_server(options.shipments),
                         or_server(options.consumption), or_server(options.impact),
                         or_server(options.trace),       or_server(options.planning),
                         or_server(options.accounts)};
  addresses.files.authorities = options.tls_ca;
  if (const char* file = std::getenv("MILKWAY_TLS_CA"); options.tls_ca.empty() && file != nullptr) {
    addresses.files.authorities = file;
  }
  // Where every other service has an address of its own, the common one is nobody's.
  const bool is_apart = options.server.empty() && !options.inventory.empty() &&
                        !options.shipments.empty() && !options.consumption.empty() &&
                        !options.impact.empty();
  if (is_apart && options.trace.empty()) addresses.trace.clear();
  if (is_apart && options.planning.empty()) addresses.planning.clear();
  if (is_apart && options.accounts.empty()) addresses.accounts.clear();
  return addresses;
}

// Empty: nobody was named.
std::string CallerOf(const ServerOptions& options) {
  if (!options.caller.empty()) return options.caller;
  const char* environment = std::getenv("MILKWAY_CALLER");
  return environment == nullptr ? "" : environment;
}

void AddCommands(Commands* commands) {
  AddImportCommand(commands);
  AddExportCommand(commands);
  AddVerifyCommand(commands);
  AddStockCommands(commands);
  AddLedgerCommands(commands);
  AddCountCommands(commands);
  AddAdjustCommands(commands);
  AddPackCommands(commands);
  AddRecallCommands(commands);
  AddPurchaseCommands(commands);
  AddContactCommands(commands);
  AddShipmentCommands(commands);
  AddReceiptCommands(commands);
  AddOutcomeCommands(commands);
  AddTransportCommands(commands);
  AddShipmentTimelineCommands(commands);
  AddDistributionCommands(commands);
  AddGrowthCommands(commands);
  AddGs1Commands(commands);
  AddConsentCommands(commands);
  AddPersonalCommands(commands);
  AddMeasurementCommands(commands);
  AddPurgeCommands(commands);
  AddNutritionCommand(commands);
  AddPaperCommands(commands);
  AddSummaryCommands(commands);
  AddStudentCommands(commands);
  AddCalendarCommands(commands);
  AddImpactCommand(commands);
  AddGiftCommands(commands);
  AddDonorCommands(commands);
  AddPoolCommands(commands);
  AddJourneyCommand(commands);
  AddOperationsCommands(commands);
  AddRestoreCommand(commands);
  AddLogCommands(commands);
  AddAuditCommands(commands);
  AddStatementCommands(commands);
  AddGiftTimelineCommands(commands);
  AddPrintCommands(commands);
  AddTraceCommands(commands);
  AddRecallListCommands(commands);
  AddPlanCommands(commands);
  AddAlertCommands(commands);
  AddPersonCommands(commands);
  AddOrganisationCommands(commands);
  AddInviteCommands(commands);
  AddSignInCommands(commands);
  AddSessionCommands(commands);
  AddAuthenticatorCommands(commands);
}

int Run(const Commands& commands, RetryPolicy policy, Console* console, Interrupt* interrupt) {
  if (const int seconds = commands.server_options().retry_seconds; seconds >= 0) {
    policy.total = std::chrono::seconds(seconds);
  }
  Connection connection(AddressesOf(commands.server_options()), policy, interrupt,
                        [console](absl::string_view line) { console->Say(line); });
  const std::string caller = CallerOf(commands.server_options());
  if (!caller.empty()) connection.ActAs(caller);
  SignedIn signed_in(&connection, SessionFile::For(connection.addresses().accounts));
  if (caller.empty()) {
    if (const absl::Status status = signed_in.UseIfThereIs(); !status.ok()) {
      console->Say(absl::StrCat("milkway: ", Explain(status)));
      return ExitCodeOf(status);
    }
  }
  Session session{connection, *console, ""};
  const absl::StatusOr<ExitCode> result = commands.chosen()(session);
  if (result.ok()) return *result;
  console->Say(absl::StrCat("milkway: ", Explain(result.status())));
  if (!session.advice.empty()) console->Say(session.advice);
  return ExitCodeOf(result.status());
}

}  // namespace

int RunProgram(const std::vector<std::string>& arguments, RetryPolicy policy, Console* console,
               Interrupt* interrupt) {
  CLI::App app(kDescription, "milkway");
  app.footer(kFooter);
  app.require_subcommand(1);
  Commands commands(&app);
  AddCommands(&commands);
  try {
    // CLI11 takes the arguments from the back.
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& error) {
    std::ostringstream out, err;
    const int code = app.exit(error, out, err);
    if (!out.str().empty()) console->Print(out.str());
    if (!err.str().empty()) {
      console->Say(absl::StrCat("milkway: ", absl::StripTrailingAsciiWhitespace(err.str())));
    }
    return code == 0 ? kDone : kWrongUsage;
  }
  return Run(commands, policy, console, interrupt);
}

}  // namespace milkway::cli
