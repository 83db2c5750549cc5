// info, backup.

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/command.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"
#include "milkway/inventory/v1/catalog.grpc.pb.h"
#include "milkway/operations/v1/operations.grpc.pb.h"

namespace milkway::cli {

namespace {

using operations::v1::OperationsService;

absl::StatusOr<ExitCode> PrintInfo(Session& session) {
  for (Endpoint* process : session.connection.Processes()) {
    ASSIGN_OR_RETURN(const auto info, session.connection.CallProcess(
                                          *process, &OperationsService::Stub::GetServerInfo,
                                          operations::v1::GetServerInfoRequest()));
    session.console.Print(absl::StrCat(process->address, ": milkwayd ", Printable(info.version()),
                                       " with ", Printable(absl::StrJoin(info.services(), ", ")),
                                       "; store format ", info.store_format(), "; since ",
                                       FormatUtc(info.started_us()), "\n"));
  }
  ASSIGN_OR_RETURN(const auto response,
                   session.connection.Call(&inventory::v1::CatalogService::Stub::GetProgramme,
                                           inventory::v1::GetProgrammeRequest()));
  const std::string& currency = response.programme().base_currency();
  session.console.Print(
      absl::StrCat("base currency: ", currency.empty() ? "not fixed yet" : currency, "\n"));
  return kDone;
}

absl::StatusOr<ExitCode> Backup(Session& session) {
  for (Endpoint* process : session.connection.Processes()) {
    ASSIGN_OR_RETURN(const auto backup, session.connection.CallProcess(
                                            *process, &OperationsService::Stub::CreateBackup,
                                            operations::v1::CreateBackupRequest()));
    session.console.Say(
        absl::StrCat(WithThousands(backup.bytes()), " bytes of ", process->address));
    session.console.Print(absl::StrCat(backup.path(), "\n"));
  }
  return kDone;
}

}  // namespace

void AddOperationsCommands(Commands* commands) {
  CLI::App* command =
      commands->Add("info", "What the servers are and since when they run", "milkway info");
  commands->OnRun(command, PrintInfo);

  command = commands->Add(
      "backup",
      "Copies the store while the server serves; prints the folder on the server's machine",
      "milkway backup");
  commands->OnRun(command, Backup);
}

}  // namespace milkway::cli
