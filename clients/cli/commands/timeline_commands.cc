// shipment-journey, lane-times, shipment-changes, watch-shipments.

#include <memory>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/lots.h"
#include "clients/cli/pages.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cli/transport_text.h"
#include "clients/cli/watch.h"
#include "clients/cpp/status_macros.h"
#include "milkway/inventory/v1/purchases.pb.h"
#include "milkway/shipments/v1/journeys.pb.h"
#include "milkway/shipments/v1/shipments.grpc.pb.h"

namespace milkway::cli {

namespace {

namespace ship = shipments::v1;
using ship::ShipmentService;

constexpr int64_t kMicrosPerHour = int64_t{3'600'000'000};

struct JourneyOptions {
  std::string shipment_id;
  std::string line;
  bool json = false;
};

absl::StatusOr<ExitCode> PrintJourney(const JourneyOptions& options, Session& session) {
  if (options.shipment_id.empty() == options.line.empty()) {
    return UsageError("expected a shipment, or --lot with a lot");
  }
  ship::GetJourneyRequest request;
  request.set_shipment_id(options.shipment_id);
  if (!options.line.empty()) {
    ASSIGN_OR_RETURN(const LineFields line, LineFields::Parse(options.line, LotKeysAnd({})));
    ASSIGN_OR_RETURN(const LotChoice choice, LotOfLine(line));
    ASSIGN_OR_RETURN(const inventory::v1::Lot lot, FindLot(session.connection, choice));
    request.set_lot_id(lot.lot_id());
  }
  ASSIGN_OR_RETURN(const auto journey,
                   session.connection.Call(&ShipmentService::Stub::GetJourney, request));
  session.console.Print(options.json ? JourneyEventsJson(journey) : JourneyEventsText(journey));
  return kDone;
}

struct LaneOptions {
  std::string from;
  std::string to;
};

absl::StatusOr<ExitCode> PrintLane(const LaneOptions& options, Session& session) {
  ship::ListLaneTimesRequest request;
  request.set_origin_id(options.from);
  request.set_destination_id(options.to);
  ASSIGN_OR_RETURN(const auto times, ListAll<ship::LaneTime>(
                                         session.connection, &ShipmentService::Stub::ListLaneTimes,
                                         request, &ship::ListLaneTimesResponse::times));
  TextTable table(
      {{"SHIPMENT"}, {"DISPATCHED"}, {"FIRST RECEIPT"}, {"HOURS", TextTable::Align::kRight}});
  for (const ship::LaneTime& time : times) {
    table.AddRow({time.shipment_id(), FormatUtc(time.dispatched_us()),
                  FormatUtc(time.received_us()),
                  WithThousands((time.received_us() - time.dispatched_us()) / kMicrosPerHour)});
  }
  session.console.Print(table.empty() ? "no shipment of this lane is received yet\n"
                                      : table.ToString());
  return kDone;
}

struct ChangesOptions {
  std::string destination_id;
  int64_t after = 0;
  bool json = false;
};

std::string TextOf(const ship::ShipmentChange& change, bool json) {
  return json ? ChangeJsonLine(change) : ChangeLine(change);
}

absl::StatusOr<ExitCode> PrintChanges(const ChangesOptions& options, Session& session) {
  ship::ListShipmentChangesRequest request;
  request.set_page_size(kPageSize);
  request.set_destination_id(options.destination_id);
  request.set_after_position(options.after);
  do {
    ASSIGN_OR_RETURN(const auto page,
                     session.connection.Call(&ShipmentService::Stub::ListShipmentChanges, request));
    for (const auto& change : page.changes()) {
      session.console.Print(TextOf(change, options.json));
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return kDone;
}

absl::StatusOr<ExitCode> Watch(const ChangesOptions& options, Session& session) {
  ship::WatchShipmentsRequest request;
  request.set_destination_id(options.destination_id);
  request.set_after_position(options.after > 0 ? options.after : 0);
  request.set_from_now(options.after < 0);
  return Follow(session, &ShipmentService::Stub::WatchShipments, &request,
                [&](const ship::WatchShipmentsResponse& response) {
                  request.set_from_now(false);
                  request.set_after_position(response.resume_position());
                  for (const auto& change : response.changes()) {
                    session.console.Print(TextOf(change, options.json));
                  }
                });
}

void AddJourney(Commands* commands) {
  auto options = std::make_shared<JourneyOptions>();
  CLI::App* command = commands->Add(
      "shipment-journey", "What happened to a shipment or a lot, and what is expected next",
      "milkway shipment-journey S-2025-1\n"
      "  milkway shipment-journey --lot product=devondale-1kg,lot=L2401");
  command->add_option("SHIPMENT", options->shipment_id, "the shipment");
  command->add_option("--lot", options->line, "product, lot, purchase or lot_id")
      ->type_name("KEY=VALUE,…");
  command->add_flag("--json", options->json, "for programs; the keys are stable");
  commands->OnRun(command, [options](Session& session) { return PrintJourney(*options, session); });
}

void AddLane(Commands* commands) {
  auto options = std::make_shared<LaneOptions>();
  CLI::App* command =
      commands->Add("lane-times", "How long received shipments from one place to another took",
                    "milkway lane-times --from shanghai --to changyuan");
  command->add_option("--from", options->from, "where they leave")->required();
  command->add_option("--to", options->to, "where they go")->required();
  commands->OnRun(command, [options](Session& session) { return PrintLane(*options, session); });
}

void AddChanges(Commands* commands) {
  auto list = std::make_shared<ChangesOptions>();
  CLI::App* command = commands->Add("shipment-changes", "Every change of shipments, in order",
                                    "milkway shipment-changes --after 1200");
  command->add_option("--after", list->after, "only after this position")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--to", list->destination_id, "only of shipments to this place");
  command->add_flag("--json", list->json, "one JSON object a line");
  commands->OnRun(command, [list](Session& session) { return PrintChanges(*list, session); });

  auto watch = std::make_shared<ChangesOptions>();
  watch->after = -1;
  command = commands->Add("watch-shipments", "The same as they happen, until Ctrl-C",
                          "milkway watch-shipments --after 1200");
  command->add_option("--after", watch->after, "all after this position (default: from now on)")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--to", watch->destination_id, "only of shipments to this place");
  command->add_flag("--json", watch->json, "one JSON object a line");
  commands->OnRun(command, [watch](Session& session) { return Watch(*watch, session); });
}

}  // namespace

void AddShipmentTimelineCommands(Commands* commands) {
  AddJourney(commands);
  AddLane(commands);
  AddChanges(commands);
}

}  // namespace milkway::cli
