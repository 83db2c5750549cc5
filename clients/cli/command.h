// What every command shares: how it is declared, and what it runs with.

#ifndef MILKWAY_CLIENTS_CLI_COMMAND_H_
#define MILKWAY_CLIENTS_CLI_COMMAND_H_

#include <functional>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clients/cli/connection.h"
#include "clients/cli/console.h"
#include "clients/cli/days.h"
#include "clients/cli/failure.h"

namespace milkway::cli {

// What a command runs with.
struct Session {
  Connection& connection;
  Console& console;
  // What a person may do about the command's failure; said behind it.
  std::string advice;
};

using Action = std::function<absl::StatusOr<ExitCode>(Session&)>;

// Where the servers are, how long to wait for them and who calls, as typed.
struct ServerOptions {
  std::string server;
  std::string inventory;
  std::string shipments;
  std::string consumption;
  std::string impact;
  std::string trace;
  std::string planning;
  std::string accounts;
  std::string tls_ca;      // empty: those whom the system trusts
  int retry_seconds = -1;  // not given
  std::string caller;      // empty: who is signed in, else the development admin
};

// Collects the commands of the program, and what the chosen one does.
class Commands {
 public:
  // `app` must outlive the commands.
  explicit Commands(CLI::App* app);

  // Declares a command. `example` is shown at the end of its help.
  CLI::App* Add(const std::string& name, const std::string& description,
                const std::string& example);

  // Declares a word that commands stand behind, and a command behind such a word.
  CLI::App* AddGroup(const std::string& name, const std::string& description);
  CLI::App* AddTo(CLI::App* group, const std::string& name, const std::string& description,
                  const std::string& example);

  // `action` is run if `command` is chosen; what it needs of the options it must own.
  void OnRun(CLI::App* command, Action action);

  // The chosen one.
  const Action& chosen() const { return chosen_; }
  const ServerOptions& server_options() const { return server_options_; }

 private:
  CLI::App& app_;
  ServerOptions server_options_;
  Action chosen_;
};

// Each declares the commands of its file.
void AddImportCommand(Commands* commands);
void AddExportCommand(Commands* commands);
void AddVerifyCommand(Commands* commands);
void AddStockCommands(Commands* commands);
void AddLedgerCommands(Commands* commands);
void AddCountCommands(Commands* commands);
void AddAdjustCommands(Commands* commands);
void AddPackCommands(Commands* commands);
void AddRecallCommands(Commands* commands);
void AddPurchaseCommands(Commands* commands);
void AddContactCommands(Commands* commands);
void AddShipmentCommands(Commands* commands);
void AddReceiptCommands(Commands* commands);
void AddOutcomeCommands(Commands* commands);
void AddTransportCommands(Commands* commands);
void AddShipmentTimelineCommands(Commands* commands);
void AddDistributionCommands(Commands* commands);
void AddGrowthCommands(Commands* commands);
void AddGs1Commands(Commands* commands);
void AddMeasurementCommands(Commands* commands);
void AddConsentCommands(Commands* commands);
void AddPersonalCommands(Commands* commands);
void AddPurgeCommands(Commands* commands);
void AddNutritionCommand(Commands* commands);
void AddPaperCommands(Commands* commands);
void AddCalendarCommands(Commands* commands);
void AddStudentCommands(Commands* commands);
void AddSummaryCommands(Commands* commands);
void AddImpactCommand(Commands* commands);
void AddGiftCommands(Commands* commands);
void AddDonorCommands(Commands* commands);
void AddPoolCommands(Commands* commands);
void AddJourneyCommand(Commands* commands);
void AddOperationsCommands(Commands* commands);
void AddRestoreCommand(Commands* commands);
void AddLogCommands(Commands* commands);
void AddGiftTimelineCommands(Commands* commands);
void AddStatementCommands(Commands* commands);
void AddPrintCommands(Commands* commands);
void AddTraceCommands(Commands* commands);
void AddRecallListCommands(Commands* commands);
void AddPlanCommands(Commands* commands);
void AddAlertCommands(Commands* commands);
void AddPersonCommands(Commands* commands);
void AddOrganisationCommands(Commands* commands);
void AddInviteCommands(Commands* commands);
void AddSignInCommands(Commands* commands);
void AddSessionCommands(Commands* commands);
void AddAuthenticatorCommands(Commands* commands);
void AddAuditCommands(Commands* commands);

// An option that may be repeated, and takes one value each time.
void AddLines(CLI::App* command, std::vector<std::string>* lines, const std::string& description);

// Usage errors that name the option.
absl::StatusOr<Day> DayOption(absl::string_view option, absl::string_view text);
absl::StatusOr<Instant> TimeOption(absl::string_view option, absl::string_view text);

// --request-id of commands that write.
void AddRequestId(CLI::App* command, std::string* request_id);

// The id as given, or a new one; a usage error if it is no UUID.
absl::StatusOr<std::string> RequestIdOption(absl::string_view given);

// Sends a request that writes, once however often it is sent: with the request id of
// the option, or a new one that is shown when the call fails.
template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> Write(Session& session,
                               grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                            Response*),
                               absl::string_view given_request_id, Request request) {
  absl::StatusOr<std::string> request_id = RequestIdOption(given_request_id);
  if (!request_id.ok()) return request_id.status();
  request.set_request_id(*request_id);
  absl::StatusOr<Response> response = session.connection.Call(method, request);
  // A refusal is final; only a call without an answer may have been carried out.
  const ExitCode code = response.ok() ? kDone : ExitCodeOf(response.status());
  if (code == kUnreachable || code == kInterrupted) {
    session.advice = "repeat with --request-id " + *request_id;
  }
  return response;
}

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_COMMAND_H_
