// shipments, dispatch, milestone.

#include <memory>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/lots.h"
#include "clients/cli/pages.h"
#include "clients/cli/shipment_text.h"
#include "clients/cli/text.h"
#include "clients/cli/words.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

namespace {

using shipments::v1::ShipmentService;

struct ShipmentsOptions {
  std::string shipment_id;
  std::string from;
  std::string to;
  std::string state;
  std::string lot;
  bool json = false;
};

absl::StatusOr<shipments::v1::ListShipmentsRequest> ToRequest(const ShipmentsOptions& options,
                                                              Session& session) {
  shipments::v1::ListShipmentsRequest request;
  request.set_origin_id(options.from);
  request.set_destination_id(options.to);
  if (!options.state.empty()) {
    const auto state = FindValue(kShipmentStates, options.state);
    if (!state.has_value()) {
      return UsageError(absl::StrCat("--state must be ", ListOf(kShipmentStates), ", is ",
                                     Quoted(options.state)));
    }
    request.set_state(*state);
  }
  if (options.lot.empty()) return request;
  ASSIGN_OR_RETURN(const LineFields line, LineFields::Parse(options.lot, LotKeysAnd({})));
  ASSIGN_OR_RETURN(const LotChoice choice, LotOfLine(line));
  ASSIGN_OR_RETURN(const inventory::v1::Lot lot, FindLot(session.connection, choice));
  request.set_lot_id(lot.lot_id());
  return request;
}

absl::StatusOr<ExitCode> PrintShipments(const ShipmentsOptions& options, Session& session) {
  if (options.shipment_id.empty()) {
    ASSIGN_OR_RETURN(const auto request, ToRequest(options, session));
    ASSIGN_OR_RETURN(const auto shipments,
                     ListAll<shipments::v1::Shipment>(
                         session.connection, &ShipmentService::Stub::ListShipments, request,
                         &shipments::v1::ListShipmentsResponse::shipments));
    session.console.Print(options.json ? ShipmentsJson(shipments) : ShipmentTable(shipments));
    return kDone;
  }
  shipments::v1::GetShipmentRequest request;
  request.set_shipment_id(options.shipment_id);
  ASSIGN_OR_RETURN(const auto response,
                   session.connection.Call(&ShipmentService::Stub::GetShipment, request));
  if (options.json) {
    session.console.Print(ShipmentJson(response));
    return kDone;
  }
  ASSIGN_OR_RETURN(const LotsById lots, GetLots(session.connection, LotIdsOf(response)));
  session.console.Print(ShipmentPage(response, lots));
  return kDone;
}

struct DispatchOptions {
  std::string shipment_id;
  std::string at;
  std::string fefo_override_reason;
  std::string request_id;
};

absl::StatusOr<ExitCode> Dispatch(const DispatchOptions& options, Session& session) {
  ASSIGN_OR_RETURN(const Instant at, TimeOption("--at", options.at));
  shipments::v1::DispatchShipmentRequest request;
  request.set_shipment_id(options.shipment_id);
  *request.mutable_dispatched_at() = ToZonedTime(at);
  request.set_fefo_override_reason(options.fefo_override_reason);
  ASSIGN_OR_RETURN(const auto response, Write(session, &ShipmentService::Stub::DispatchShipment,
                                              options.request_id, request));
  session.console.Print(absl::StrCat("dispatched ", Printable(options.shipment_id), " (posting ",
                                     response.position(), ")\n"));
  return kDone;
}

struct MilestoneOptions {
  std::string shipment_id;
  std::string kind;
  std::string at;
  std::string place;
  std::string note;
  std::string request_id;
};

absl::StatusOr<ExitCode> RecordMilestone(const MilestoneOptions& options, Session& session) {
  ASSIGN_OR_RETURN(const Instant at, TimeOption("--at", options.at));
  const auto kind = FindValue(kMilestoneKinds, options.kind);
  if (!kind.has_value()) {
    return UsageError(
        absl::StrCat("--kind must be ", ListOf(kMilestoneKinds), ", is ", Quoted(options.kind)));
  }
  shipments::v1::RecordMilestoneRequest request;
  request.set_shipment_id(options.shipment_id);
  shipments::v1::Milestone& milestone = *request.mutable_milestone();
  *milestone.mutable_occurred_at() = ToZonedTime(at);
  milestone.set_kind(*kind);
  milestone.set_place(options.place);
  milestone.set_note(options.note);
  RETURN_IF_ERROR(
      Write(session, &ShipmentService::Stub::RecordMilestone, options.request_id, request)
          .status());
  session.console.Print(
      absl::StrCat("recorded ", options.kind, " of ", Printable(options.shipment_id), "\n"));
  return kDone;
}

void AddShipments(Commands* commands) {
  auto options = std::make_shared<ShipmentsOptions>();
  CLI::App* command =
      commands->Add("shipments", "All shipments, or one with everything that happened to it",
                    "milkway shipments S-2025-1\n"
                    "  milkway shipments --to changyuan --state partly_received");
  command->add_option("SHIPMENT", options->shipment_id, "only this one, with everything");
  command->add_option("--from", options->from, "only from this place");
  command->add_option("--to", options->to, "only to this place");
  command->add_option("--state", options->state, ListOf(kShipmentStates));
  command
      ->add_option("--lot", options->lot,
                   "only with this lot, shipped or received: product, lot, purchase or lot_id")
      ->type_name("KEY=VALUE,…");
  command->add_flag("--json", options->json, "for programs; the keys are stable");
  commands->OnRun(command,
                  [options](Session& session) { return PrintShipments(*options, session); });
}

void AddDispatch(Commands* commands) {
  auto options = std::make_shared<DispatchOptions>();
  CLI::App* command = commands->Add("dispatch", "A planned shipment leaves its origin",
                                    "milkway dispatch S-2025-1 --at 2025-02-10T09:00:00+11:00");
  command->add_option("SHIPMENT", options->shipment_id, "the draft")->required();
  command->add_option("--at", options->at, "when it left, with the UTC offset")->required();
  command->add_option("--fefo-override-reason", options->fefo_override_reason,
                      "why stock that expires earlier stays behind");
  AddRequestId(command, &options->request_id);
  commands->OnRun(command, [options](Session& session) { return Dispatch(*options, session); });
}

void AddMilestone(Commands* commands) {
  auto options = std::make_shared<MilestoneOptions>();
  CLI::App* command = commands->Add(
      "milestone", "Something happened to a shipment on its way",
      "milkway milestone S-2025-1 --kind customs_cleared --at 2025-02-24T15:30:00+08:00\n"
      "      --place Shanghai");
  command->add_option("SHIPMENT", options->shipment_id, "the shipment")->required();
  command->add_option("--kind", options->kind, ListOf(kMilestoneKinds))->required();
  command->add_option("--at", options->at, "when, with the UTC offset")->required();
  command->add_option("--place", options->place, "where");
  command->add_option("--note", options->note, "free text");
  AddRequestId(command, &options->request_id);
  commands->OnRun(command,
                  [options](Session& session) { return RecordMilestone(*options, session); });
}

}  // namespace

void AddShipmentCommands(Commands* commands) {
  AddShipments(commands);
  AddDispatch(commands);
  AddMilestone(commands);
}

}  // namespace milkway::cli
