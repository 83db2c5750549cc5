// verify.

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"
#include "milkway/inventory/v1/stock.grpc.pb.h"

namespace milkway::cli {

namespace {

using inventory::v1::VerifyBooksResponse;

absl::StatusOr<ExitCode> VerifyBooks(Session& session) {
  std::vector<std::string> differences;
  VerifyBooksResponse last;
  RETURN_IF_ERROR(session.connection.ReadStream(
      &inventory::v1::StockService::Stub::VerifyBooks, inventory::v1::VerifyBooksRequest(),
      [&] {
        differences.clear();
        last.Clear();
      },
      [&](const VerifyBooksResponse& response) {
        differences.insert(differences.end(), response.differences().begin(),
                           response.differences().end());
        last = response;
        session.console.ShowProgress("verifying postings", response.checked_postings(),
                                     response.total_postings());
      }));
  session.console.ClearProgress();
  if (!last.finished()) {
    return absl::DataLossError("the server ended the check before it was finished");
  }
  for (const std::string& difference : differences) {
    session.console.Print(absl::StrCat(Printable(difference), "\n"));
  }
  if (last.difference_count() == 0 && differences.empty()) {
    session.console.Print("books verified: 0 differences\n");
    return kDone;
  }
  session.console.Print(absl::StrCat("the books differ: ", last.difference_count(),
                                     " differences in ", WithThousands(last.total_postings()),
                                     " postings\n"));
  return kRefused;
}

}  // namespace

void AddVerifyCommand(Commands* commands) {
  CLI::App* command = commands->Add(
      "verify", "Recomputes the books from the postings; exits 0 only if nothing differs",
      "milkway verify");
  commands->OnRun(command, VerifyBooks);
}

}  // namespace milkway::cli
