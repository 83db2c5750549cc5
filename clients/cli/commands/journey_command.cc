// journey.

#include <memory>

#include "clients/cli/command.h"
#include "clients/cli/journey.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

void AddJourneyCommand(Commands* commands) {
  auto purchase_id = std::make_shared<std::string>();
  CLI::App* command =
      commands->Add("journey", "The way of the milk: purchase, shipments, schools, cups",
                    "milkway journey --purchase P-2025-1");
  command->add_option("--purchase", *purchase_id, "only of this purchase (default: of all)");
  commands->OnRun(command, [purchase_id](Session& session) -> absl::StatusOr<ExitCode> {
    ASSIGN_OR_RETURN(const Journey journey, ReadJourney(session.connection, *purchase_id));
    session.console.Print(JourneyText(journey));
    return kDone;
  });
}

}  // namespace milkway::cli
