// impact.

#include <memory>

#include "clients/cli/command.h"
#include "clients/cli/impact_text.h"
#include "clients/cpp/status_macros.h"
#include "milkway/impact/v1/gifts.grpc.pb.h"

namespace milkway::cli {

namespace {

struct ImpactOptions {
  std::string gift_id;
  bool json = false;
};

absl::StatusOr<ExitCode> PrintImpact(const ImpactOptions& options, Session& session) {
  impact::v1::GetGiftImpactRequest request;
  request.set_gift_id(options.gift_id);
  ASSIGN_OR_RETURN(const auto response,
                   session.connection.Call(&impact::v1::GiftService::Stub::GetGiftImpact, request));
  session.console.Print(options.json ? ImpactJson(response.impact())
                                     : ImpactPage(response.impact()));
  return kDone;
}

}  // namespace

void AddImpactCommand(Commands* commands) {
  auto options = std::make_shared<ImpactOptions>();
  CLI::App* command =
      commands->Add("impact", "What a gift became: the staff view, never shown to donors as it is",
                    "milkway impact G-2025-1 --json");
  command->add_option("GIFT", options->gift_id, "the gift")->required();
  command->add_flag("--json", options->json, "for programs; the keys are stable");
  commands->OnRun(command, [options](Session& session) { return PrintImpact(*options, session); });
}

}  // namespace milkway::cli
