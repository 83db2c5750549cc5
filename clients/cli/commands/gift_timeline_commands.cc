// gift-journey, watch-gift.

#include <limits>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/message_json.h"
#include "clients/cli/statement_text.h"
#include "clients/cli/watch.h"
#include "clients/cpp/status_macros.h"
#include "milkway/impact/v1/statements.grpc.pb.h"

namespace milkway::cli {

namespace {

namespace v1 = impact::v1;
using v1::StatementService;

struct TimelineOptions {
  std::string gift_id;
  int64_t after = 0;
  bool json = false;
};

absl::StatusOr<ExitCode> ShowJourney(const TimelineOptions& options, Session& session) {
  v1::GetGiftJourneyRequest request;
  request.set_gift_id(options.gift_id);
  ASSIGN_OR_RETURN(const auto response,
                   session.connection.Call(&StatementService::Stub::GetGiftJourney, request));
  if (options.json) {
    session.console.Print(JsonText(response.journey()));
    return kDone;
  }
  std::string text;
  for (const v1::JourneyStep& step : response.journey().steps()) {
    absl::StrAppend(&text, StepLine(step));
  }
  if (response.journey().incomplete()) {
    absl::StrAppend(&text, "a lot was in more shipments than are shown\n");
  }
  session.console.Print(text.empty() ? "nothing was bought for it yet\n" : text);
  return kDone;
}

absl::StatusOr<ExitCode> Watch(const TimelineOptions& options, Session& session) {
  v1::WatchGiftRequest request;
  request.set_gift_id(options.gift_id);
  request.set_after_publication(options.after);
  return Follow(session, &StatementService::Stub::WatchGift, &request,
                [&](const v1::WatchGiftResponse& response) {
                  const v1::GiftStatement& statement = response.statement();
                  request.set_after_publication(statement.publication().publication());
                  session.console.Print(StatementText(statement, options.json));
                });
}

}  // namespace

void AddGiftTimelineCommands(Commands* commands) {
  const auto journey = std::make_shared<TimelineOptions>();
  CLI::App* command = commands->Add(
      "gift-journey", "The journey of a gift's milk with its days, and what comes next",
      "milkway gift-journey gift-2025-001");
  command->add_option("GIFT", journey->gift_id, "the gift")->required();
  command->add_flag("--json", journey->json, "for programs");
  commands->OnRun(command, [journey](Session& session) { return ShowJourney(*journey, session); });

  const auto watch = std::make_shared<TimelineOptions>();
  command = commands->Add("watch-gift",
                          "A gift's statement, and again whenever a publication changes its "
                          "figures, until Ctrl-C",
                          "milkway watch-gift gift-2025-001");
  command->add_option("GIFT", watch->gift_id, "the gift")->required();
  command->add_option("--after", watch->after, "only what differs from this publication")
      ->check(CLI::Range(int64_t{1}, std::numeric_limits<int64_t>::max()));
  command->add_flag("--json", watch->json, "for programs; the keys are those of impact");
  commands->OnRun(command, [watch](Session& session) { return Watch(*watch, session); });
}

}  // namespace milkway::cli
