// plan-shipment, cancel-shipment, leg, attach-document, temperatures, record-temperatures.

#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/command.h"
#include "clients/cli/line_syntax.h"
#include "clients/cli/lots.h"
#include "clients/cli/numbers.h"
#include "clients/cli/pages.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cli/transport_text.h"
#include "clients/cli/words.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

namespace {

namespace ship = shipments::v1;
using ship::ShipmentService;

constexpr int64_t kPacksMax = 10'000'000;

absl::StatusOr<ship::TransportMode> ModeOption(const std::string& text) {
  const auto mode = FindValue(kTransportModes, text);
  if (mode.has_value()) return *mode;
  return UsageError(
      absl::StrCat("--mode must be ", ListOf(kTransportModes), ", is ", Quoted(text)));
}

// The time of an option that may be left out.
absl::Status SetTime(absl::string_view option, const std::string& text,
                     common::v1::ZonedTime* (ship::Leg::*field)(), ship::Leg* leg) {
  if (text.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Instant at, TimeOption(option, text));
  *(leg->*field)() = ToZonedTime(at);
  return absl::OkStatus();
}

struct PlanOptions {
  std::string shipment_id;
  std::string from;
  std::string to;
  std::string mode;
  std::string carrier;
  std::string tracking_number;
  std::string expected_on;
  std::vector<std::string> lines;
  bool needs_certificate = false;
  std::string request_id;
};

absl::StatusOr<ExitCode> PlanShipment(const PlanOptions& options, Session& session) {
  ship::CreateShipmentRequest request;
  ship::Shipment& shipment = *request.mutable_shipment();
  ASSIGN_OR_RETURN(const ship::TransportMode mode, ModeOption(options.mode));
  if (!options.expected_on.empty()) {
    ASSIGN_OR_RETURN(const Day day, DayOption("--expected-on", options.expected_on));
    shipment.set_expected_on(FormatDay(day));
  }
  for (const std::string& text : options.lines) {
    ASSIGN_OR_RETURN(const LineFields line, LineFields::Parse(text, LotKeysAnd({"packs"})));
    ASSIGN_OR_RETURN(const int64_t packs, line.Whole("packs", 1, kPacksMax, std::nullopt));
    ASSIGN_OR_RETURN(const LotChoice choice, LotOfLine(line));
    ASSIGN_OR_RETURN(const inventory::v1::Lot lot, FindLot(session.connection, choice));
    ship::ShipmentLine& row = *shipment.add_lines();
    row.set_lot_id(lot.lot_id());
    row.set_packs(packs);
  }
  shipment.set_shipment_id(options.shipment_id);
  shipment.set_origin_id(options.from);
  shipment.set_destination_id(options.to);
  shipment.set_mode(mode);
  shipment.set_carrier(options.carrier);
  shipment.set_tracking_number(options.tracking_number);
  shipment.set_requires_release_certificate(options.needs_certificate);
  RETURN_IF_ERROR(
      Write(session, &ShipmentService::Stub::CreateShipment, options.request_id, request).status());
  session.console.Print(absl::StrCat("planned ", Printable(options.shipment_id), "\n"));
  return kDone;
}

struct CancelOptions {
  std::string shipment_id;
  std::string request_id;
};

absl::StatusOr<ExitCode> CancelShipment(const CancelOptions& options, Session& session) {
  ship::CancelShipmentRequest request;
  request.set_shipment_id(options.shipment_id);
  RETURN_IF_ERROR(
      Write(session, &ShipmentService::Stub::CancelShipment, options.request_id, request).status());
  session.console.Print(absl::StrCat("cancelled ", Printable(options.shipment_id), "\n"));
  return kDone;
}

struct LegOptions {
  std::string shipment_id;
  int sequence = 0;
  std::string mode;
  std::string from;
  std::string to;
  std::string carrier;
  std::string tracking_number;
  std::string container;
  std::string seal;
  std::string sscc;
  std::string planned_departure_at;
  std::string planned_arrival_at;
  std::string departed_at;
  std::string arrived_at;
  std::string request_id;
};

// What is known of the leg already; an empty one if nothing is.
absl::StatusOr<ship::Leg> KnownLeg(const LegOptions& options, Session& session) {
  ship::GetShipmentRequest request;
  request.set_shipment_id(options.shipment_id);
  ASSIGN_OR_RETURN(const auto shipment,
                   session.connection.Call(&ShipmentService::Stub::GetShipment, request));
  for (const ship::Leg& leg : shipment.legs()) {
    if (leg.sequence() == options.sequence) return leg;
  }
  ship::Leg leg;
  leg.set_sequence(options.sequence);
  return leg;
}

absl::StatusOr<ExitCode> RecordLeg(const LegOptions& options, Session& session) {
  ship::RecordLegRequest request;
  request.set_shipment_id(options.shipment_id);
  ship::Leg stated;
  if (!options.mode.empty()) {
    ASSIGN_OR_RETURN(const ship::TransportMode mode, ModeOption(options.mode));
    stated.set_mode(mode);
  }
  stated.set_from_place(options.from);
  stated.set_to_place(options.to);
  stated.set_carrier(options.carrier);
  stated.set_tracking_number(options.tracking_number);
  stated.set_container_number(options.container);
  stated.set_seal_number(options.seal);
  stated.set_sscc(options.sscc);
  RETURN_IF_ERROR(SetTime("--planned-departure-at", options.planned_departure_at,
                          &ship::Leg::mutable_planned_departure_at, &stated));
  RETURN_IF_ERROR(SetTime("--planned-arrival-at", options.planned_arrival_at,
                          &ship::Leg::mutable_planned_arrival_at, &stated));
  RETURN_IF_ERROR(
      SetTime("--departed-at", options.departed_at, &ship::Leg::mutable_departed_at, &stated));
  RETURN_IF_ERROR(
      SetTime("--arrived-at", options.arrived_at, &ship::Leg::mutable_arrived_at, &stated));
  ASSIGN_OR_RETURN(ship::Leg leg, KnownLeg(options, session));
  // What is stated takes the place of what was known; the rest stays. A time that is
  // stated is a whole one, not a part of the one before.
  if (stated.has_planned_departure_at()) leg.clear_planned_departure_at();
  if (stated.has_planned_arrival_at()) leg.clear_planned_arrival_at();
  if (stated.has_departed_at()) leg.clear_departed_at();
  if (stated.has_arrived_at()) leg.clear_arrived_at();
  leg.MergeFrom(stated);
  *request.mutable_leg() = leg;
  ASSIGN_OR_RETURN(const auto response,
                   Write(session, &ShipmentService::Stub::RecordLeg, options.request_id, request));
  session.console.Print(absl::StrCat("recorded leg ", options.sequence, " of ",
                                     Printable(options.shipment_id), ", which has ",
                                     response.legs_size(), "\n"));
  return kDone;
}

struct DocumentOptions {
  std::string shipment_id;
  std::string document_id;
  std::string type;
  std::string number;
  std::string issuer;
  std::string issued_on;
  std::string valid_until;
  std::string sha256;
  std::string uri;
  std::string note;
  std::string request_id;
};

absl::StatusOr<ExitCode> AttachDocument(const DocumentOptions& options, Session& session) {
  const auto type = FindValue(kDocumentTypes, options.type);
  if (!type.has_value()) {
    return UsageError(
        absl::StrCat("--type must be ", ListOf(kDocumentTypes), ", is ", Quoted(options.type)));
  }
  ship::AttachShipmentDocumentRequest request;
  common::v1::Document& document = *request.mutable_document();
  if (!options.sha256.empty()) {
    ASSIGN_OR_RETURN(*document.mutable_sha256(), Sha256Option("--sha256", options.sha256));
  }
  request.set_shipment_id(options.shipment_id);
  document.set_document_id(options.document_id);
  document.set_type(*type);
  document.set_number(options.number);
  document.set_issuer(options.issuer);
  document.set_issued_on(options.issued_on);
  document.set_valid_until(options.valid_until);
  document.set_uri(options.uri);
  document.set_note(options.note);
  RETURN_IF_ERROR(
      Write(session, &ShipmentService::Stub::AttachShipmentDocument, options.request_id, request)
          .status());
  session.console.Print(absl::StrCat("attached ", Printable(options.document_id), " to ",
                                     Printable(options.shipment_id), "\n"));
  return kDone;
}

// "-2.5": thousandths of a degree.
absl::StatusOr<int32_t> DegreesOf(absl::string_view option, absl::string_view text) {
  const bool is_negative = !text.empty() && text.front() == '-';
  const std::optional<int64_t> milli = ParseDecimal(text.substr(is_negative ? 1 : 0), 3);
  if (milli.has_value() && *milli <= 100'000) {
    return static_cast<int32_t>(is_negative ? -*milli : *milli);
  }
  return UsageError(absl::StrCat(option, " must be degrees Celsius between -100 and 100 with at ",
                                 "most 3 decimals, is ", Quoted(text)));
}

struct TemperatureOptions {
  std::string shipment_id;
  std::string logger_id;
  std::vector<std::string> readings;
  std::string lowest;
  std::string highest;
  std::string request_id;
};

absl::StatusOr<ExitCode> RecordTemperatures(const TemperatureOptions& options, Session& session) {
  ship::RecordTemperaturesRequest request;
  request.set_shipment_id(options.shipment_id);
  request.set_logger_id(options.logger_id);
  for (const std::string& text : options.readings) {
    const std::vector<std::string> parts = absl::StrSplit(text, absl::MaxSplits('=', 1));
    ASSIGN_OR_RETURN(const Instant at, TimeOption("--reading", parts[0]));
    ASSIGN_OR_RETURN(const int32_t milli_c,
                     DegreesOf("--reading", parts.size() == 2 ? parts[1] : ""));
    ship::TemperatureReading& reading = *request.add_readings();
    reading.set_read_us(at.us);
    reading.set_temperature_milli_c(milli_c);
  }
  if (!options.lowest.empty()) {
    ASSIGN_OR_RETURN(const int32_t lowest, DegreesOf("--lowest", options.lowest));
    request.set_lowest_milli_c(lowest);
  }
  if (!options.highest.empty()) {
    ASSIGN_OR_RETURN(const int32_t highest, DegreesOf("--highest", options.highest));
    request.set_highest_milli_c(highest);
  }
  ASSIGN_OR_RETURN(const auto response, Write(session, &ShipmentService::Stub::RecordTemperatures,
                                              options.request_id, request));
  session.console.Print(absl::StrCat(DescribeTemperatures(response.summary()), "\n"));
  return kDone;
}

absl::StatusOr<ExitCode> PrintTemperatures(const TemperatureOptions& options, Session& session) {
  ship::ListTemperaturesRequest request;
  request.set_shipment_id(options.shipment_id);
  request.set_logger_id(options.logger_id);
  ASSIGN_OR_RETURN(const auto readings,
                   ListAll<ship::RecordedTemperature>(
                       session.connection, &ShipmentService::Stub::ListTemperatures, request,
                       &ship::ListTemperaturesResponse::readings));
  TextTable table({{"LOGGER"}, {"READ"}, {"°C", TextTable::Align::kRight}, {""}});
  for (const ship::RecordedTemperature& row : readings) {
    const int64_t milli_c = row.reading().temperature_milli_c();
    table.AddRow({row.logger_id(), FormatUtc(row.reading().read_us()),
                  absl::StrCat(milli_c < 0 ? "-" : "", FormatDecimal(std::abs(milli_c), 3)),
                  row.outside() ? "outside 超出范围" : ""});
  }
  session.console.Print(table.empty() ? "no readings\n" : table.ToString());
  return kDone;
}

void AddPlan(Commands* commands) {
  auto plan = std::make_shared<PlanOptions>();
  CLI::App* command =
      commands->Add("plan-shipment", "Adds a draft; nothing moves before it is dispatched",
                    "milkway plan-shipment S-2025-9 --from melbourne --to shanghai --mode sea\n"
                    "      --line product=devondale-1kg,lot=L2401,packs=500 --needs-certificate");
  command->add_option("SHIPMENT", plan->shipment_id, "its id")->required();
  command->add_option("--from", plan->from, "where it leaves")->required();
  command->add_option("--to", plan->to, "where it goes")->required();
  command->add_option("--mode", plan->mode, ListOf(kTransportModes))->required();
  AddLines(command, &plan->lines, "product, lot, purchase or lot_id; packs; one --line a lot");
  command->get_option("--line")->required();
  command->add_option("--carrier", plan->carrier, "who carries it");
  command->add_option("--tracking-number", plan->tracking_number, "the carrier's number");
  command->add_option("--expected-on", plan->expected_on, "YYYY-MM-DD at the destination");
  command->add_flag("--needs-certificate", plan->needs_certificate,
                    "what arrives is held back until its inspection certificate is there");
  AddRequestId(command, &plan->request_id);
  commands->OnRun(command, [plan](Session& session) { return PlanShipment(*plan, session); });

  auto cancel = std::make_shared<CancelOptions>();
  command =
      commands->Add("cancel-shipment", "Gives up a draft", "milkway cancel-shipment S-2025-9");
  command->add_option("SHIPMENT", cancel->shipment_id, "the draft")->required();
  AddRequestId(command, &cancel->request_id);
  commands->OnRun(command, [cancel](Session& session) { return CancelShipment(*cancel, session); });
}

void AddLeg(Commands* commands) {
  auto options = std::make_shared<LegOptions>();
  CLI::App* command = commands->Add(
      "leg", "Says what is known of a leg; what is left out stays as it was",
      "milkway leg S-2025-1 --sequence 1 --mode sea --from Melbourne --to Shanghai\n"
      "      --container MSKU1234565 --seal AU77 --departed-at 2025-02-10T18:00:00+11:00");
  command->add_option("SHIPMENT", options->shipment_id, "the shipment")->required();
  command->add_option("--sequence", options->sequence, "its place in the order, from 1")
      ->required();
  command->add_option("--mode", options->mode, ListOf(kTransportModes));
  command->add_option("--from", options->from, "where it begins");
  command->add_option("--to", options->to, "where it ends");
  command->add_option("--carrier", options->carrier, "who carries the goods");
  command->add_option("--tracking-number", options->tracking_number, "the carrier's number");
  command->add_option("--container", options->container, "number of the container");
  command->add_option("--seal", options->seal, "number of its seal");
  command->add_option("--sscc", options->sscc, "18 digits with the check digit");
  command->add_option("--planned-departure-at", options->planned_departure_at, "as planned");
  command->add_option("--planned-arrival-at", options->planned_arrival_at, "as planned");
  command->add_option("--departed-at", options->departed_at, "as it was");
  command->add_option("--arrived-at", options->arrived_at, "as it was");
  AddRequestId(command, &options->request_id);
  commands->OnRun(command, [options](Session& session) { return RecordLeg(*options, session); });
}

void AddDocument(Commands* commands) {
  auto options = std::make_shared<DocumentOptions>();
  CLI::App* command = commands->Add("attach-shipment-document", "Adds a paper to a shipment",
                                    "milkway attach-shipment-document S-2025-1 --document-id CIQ-1 "
                                    "--type inspection_certificate\n"
                                    "      --number 310025001234 --issued-on 2025-03-04");
  command->add_option("SHIPMENT", options->shipment_id, "the shipment")->required();
  command->add_option("--document-id", options->document_id, "its id")->required();
  command->add_option("--type", options->type, ListOf(kDocumentTypes))->required();
  command->add_option("--number", options->number, "printed on it");
  command->add_option("--issuer", options->issuer, "who issued it");
  command->add_option("--issued-on", options->issued_on, "YYYY-MM-DD");
  command->add_option("--valid-until", options->valid_until, "YYYY-MM-DD");
  command->add_option("--sha256", options->sha256, "of the file, as sha256sum says it");
  command->add_option("--uri", options->uri, "where the file is kept");
  command->add_option("--note", options->note, "free text");
  AddRequestId(command, &options->request_id);
  commands->OnRun(command,
                  [options](Session& session) { return AttachDocument(*options, session); });
}

void AddTemperatures(Commands* commands) {
  auto record = std::make_shared<TemperatureOptions>();
  CLI::App* command = commands->Add(
      "record-temperatures", "Adds readings of a temperature logger",
      "milkway record-temperatures S-2025-1 --logger L-7 --highest 25\n"
      "      --reading 2025-02-12T00:00:00+00:00=18.5 --reading 2025-02-12T01:00:00+00:00=26.25");
  command->add_option("SHIPMENT", record->shipment_id, "the shipment")->required();
  command->add_option("--logger", record->logger_id, "which logger")->required();
  command->add_option("--reading", record->readings, "time with the UTC offset, =, degrees Celsius")
      ->type_name("TIME=DEGREES")
      ->allow_extra_args(false)
      ->required();
  command->add_option("--lowest", record->lowest, "alarm below this, degrees Celsius");
  command->add_option("--highest", record->highest, "alarm above this, degrees Celsius");
  AddRequestId(command, &record->request_id);
  commands->OnRun(command,
                  [record](Session& session) { return RecordTemperatures(*record, session); });

  auto print = std::make_shared<TemperatureOptions>();
  command = commands->Add("temperatures", "All readings of a shipment",
                          "milkway temperatures S-2025-1 --logger L-7");
  command->add_option("SHIPMENT", print->shipment_id, "the shipment")->required();
  command->add_option("--logger", print->logger_id, "only of this logger");
  commands->OnRun(command,
                  [print](Session& session) { return PrintTemperatures(*print, session); });
}

}  // namespace

void AddTransportCommands(Commands* commands) {
  AddPlan(commands);
  AddLeg(commands);
  AddDocument(commands);
  AddTemperatures(commands);
}

}  // namespace milkway::cli
