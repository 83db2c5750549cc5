// declare-lost, close-shipment, return-shipment, release, countersign,
// receipts-to-countersign, shortages, resolve-shortage.

#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
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

absl::StatusOr<ship::GetShipmentResponse> GetShipment(Session& session,
                                                      const std::string& shipment_id) {
  ship::GetShipmentRequest request;
  request.set_shipment_id(shipment_id);
  return session.connection.Call(&ShipmentService::Stub::GetShipment, request);
}

struct ExitOptions {
  std::string shipment_id;
  std::string at;
  std::string reason;
  std::vector<std::string> lines;
  std::string document_id;
  std::string request_id;
};

absl::StatusOr<ExitCode> DeclareLost(const ExitOptions& options, Session& session) {
  ASSIGN_OR_RETURN(const Instant at, TimeOption("--at", options.at));
  ship::DeclareLostRequest request;
  request.set_shipment_id(options.shipment_id);
  *request.mutable_lost_at() = ToZonedTime(at);
  request.set_reason(options.reason);
  ASSIGN_OR_RETURN(const auto response, Write(session, &ShipmentService::Stub::DeclareLost,
                                              options.request_id, request));
  session.console.Print(absl::StrCat("declared lost what was in transit of ",
                                     Printable(options.shipment_id), " (posting ",
                                     response.position(), ")\n"));
  return kDone;
}

absl::StatusOr<ExitCode> CloseShipment(const ExitOptions& options, Session& session) {
  ASSIGN_OR_RETURN(const Instant at, TimeOption("--at", options.at));
  ship::CloseShipmentRequest request;
  request.set_shipment_id(options.shipment_id);
  *request.mutable_closed_at() = ToZonedTime(at);
  request.set_reason(options.reason);
  ASSIGN_OR_RETURN(const auto response, Write(session, &ShipmentService::Stub::CloseShipment,
                                              options.request_id, request));
  session.console.Print(absl::StrCat("closed ", Printable(options.shipment_id),
                                     "; the rest is missing (posting ", response.position(),
                                     ")\n"));
  return kDone;
}

absl::StatusOr<ship::ReturnLine> ToReturnLine(const std::string& text, Session& session) {
  ASSIGN_OR_RETURN(const LineFields line,
                   LineFields::Parse(text, LotKeysAnd({"packs", "damaged_packs"})));
  ship::ReturnLine message;
  ASSIGN_OR_RETURN(const int64_t packs, line.Whole("packs", 0, kPacksMax, 0));
  ASSIGN_OR_RETURN(const int64_t damaged, line.Whole("damaged_packs", 0, kPacksMax, 0));
  ASSIGN_OR_RETURN(const LotChoice choice, LotOfLine(line));
  ASSIGN_OR_RETURN(const inventory::v1::Lot lot, FindLot(session.connection, choice));
  message.set_lot_id(lot.lot_id());
  message.set_packs(packs);
  message.set_damaged_packs(damaged);
  return message;
}

absl::StatusOr<ExitCode> ReturnShipment(const ExitOptions& options, Session& session) {
  ASSIGN_OR_RETURN(const Instant at, TimeOption("--at", options.at));
  ship::RecordReturnRequest request;
  request.set_shipment_id(options.shipment_id);
  *request.mutable_returned_at() = ToZonedTime(at);
  request.set_reason(options.reason);
  for (const std::string& text : options.lines) {
    ASSIGN_OR_RETURN(*request.add_lines(), ToReturnLine(text, session));
  }
  ASSIGN_OR_RETURN(const auto shipment, GetShipment(session, options.shipment_id));
  request.set_origin_id(shipment.shipment().origin_id());
  ASSIGN_OR_RETURN(const auto response, Write(session, &ShipmentService::Stub::RecordReturn,
                                              options.request_id, request));
  session.console.Print(absl::StrCat("returned to ", Printable(request.origin_id()), " (posting ",
                                     response.position(), ")\n"));
  return kDone;
}

absl::StatusOr<ExitCode> Release(const ExitOptions& options, Session& session) {
  ASSIGN_OR_RETURN(const Instant at, TimeOption("--at", options.at));
  ship::RecordReleaseRequest request;
  request.set_shipment_id(options.shipment_id);
  request.set_document_id(options.document_id);
  *request.mutable_released_at() = ToZonedTime(at);
  ASSIGN_OR_RETURN(const auto response, Write(session, &ShipmentService::Stub::RecordRelease,
                                              options.request_id, request));
  session.console.Print(absl::StrCat("released ", Printable(options.shipment_id), ": ",
                                     WithThousands(response.released_g()), " g are usable now\n"));
  return kDone;
}

struct CountersignOptions {
  std::string shipment_id;
  std::string receipt_id;
  std::string at;
  std::string note;
  int64_t version = 0;
  std::string request_id;
};

absl::StatusOr<ExitCode> Countersign(const CountersignOptions& options, Session& session) {
  ASSIGN_OR_RETURN(const Instant at, TimeOption("--at", options.at));
  ship::CountersignReceiptRequest request;
  request.set_shipment_id(options.shipment_id);
  request.set_receipt_id(options.receipt_id);
  request.set_version(options.version);
  *request.mutable_signed_at() = ToZonedTime(at);
  request.set_note(options.note);
  ASSIGN_OR_RETURN(const auto shipment, GetShipment(session, options.shipment_id));
  request.set_destination_id(shipment.shipment().destination_id());
  ASSIGN_OR_RETURN(const auto response, Write(session, &ShipmentService::Stub::CountersignReceipt,
                                              options.request_id, request));
  session.console.Print(absl::StrCat("countersigned version ", response.receipt().version(),
                                     " of receipt ", Printable(options.receipt_id), " as ",
                                     Printable(response.receipt().countersignature().signed_by()),
                                     "\n"));
  return kDone;
}

absl::StatusOr<ExitCode> PrintToCountersign(const std::string& destination_id, Session& session) {
  ship::ListReceiptsToCountersignRequest request;
  request.set_destination_id(destination_id);
  ASSIGN_OR_RETURN(const auto receipts,
                   ListAll<ship::RecordedReceipt>(
                       session.connection, &ShipmentService::Stub::ListReceiptsToCountersign,
                       request, &ship::ListReceiptsToCountersignResponse::receipts));
  if (receipts.empty()) {
    session.console.Print("no receipt waits for a second person\n");
    return kDone;
  }
  TextTable table({{"RECEIPT"}, {"SHIPMENT"}, {"AT"}, {"RECEIVED"}, {"RECORDED BY"}, {"VERSION"}});
  for (const ship::RecordedReceipt& recorded : receipts) {
    const ship::Receipt& receipt = recorded.receipt();
    table.AddRow({receipt.receipt_id(), receipt.shipment_id(), receipt.destination_id(),
                  FormatTime(FromZonedTime(receipt.received_at())),
                  Printable(recorded.recorded_by()), absl::StrCat(recorded.version())});
  }
  session.console.Print(table.ToString());
  return kDone;
}

struct ShortagesOptions {
  std::string shipment_id;
  bool resolved = false;
  bool json = false;
};

absl::StatusOr<ExitCode> PrintShortages(const ShortagesOptions& options, Session& session) {
  ship::ListShortagesRequest request;
  request.set_shipment_id(options.shipment_id);
  request.set_resolved(options.resolved);
  ASSIGN_OR_RETURN(
      const auto shortages,
      ListAll<ship::Shortage>(session.connection, &ShipmentService::Stub::ListShortages, request,
                              &ship::ListShortagesResponse::shortages));
  if (options.json) {
    session.console.Print(ShortagesJson(shortages));
    return kDone;
  }
  std::set<int64_t> lot_ids;
  for (const ship::Shortage& shortage : shortages) lot_ids.insert(shortage.lot_id());
  ASSIGN_OR_RETURN(const LotsById lots, GetLots(session.connection, lot_ids));
  session.console.Print(ShortageTable(shortages, lots));
  return kDone;
}

struct ResolveOptions {
  std::string shipment_id;
  std::string receipt_id;
  std::string line;
  std::string outcome;
  std::string at;
  std::string note;
  std::string responsible;
  std::string claim;
  std::string claim_reference;
  std::string request_id;
};

// "120000 CNY": minor units, as the server keeps them.
absl::Status SetClaim(const std::string& text, ship::ShortageResolution* resolution) {
  if (text.empty()) return absl::OkStatus();
  const size_t space = text.find(' ');
  const std::string amount = text.substr(0, space);
  const std::optional<int64_t> minor =
      space == std::string::npos ? std::nullopt : ParseWhole(amount);
  if (!minor.has_value()) {
    return UsageError(absl::StrCat("--claim must be minor units and a currency, such as ",
                                   "\"120000 CNY\" for 1,200 yuan, is ", Quoted(text)));
  }
  resolution->mutable_claim()->set_minor_units(*minor);
  resolution->mutable_claim()->set_currency_code(text.substr(space + 1));
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> ResolveShortage(const ResolveOptions& options, Session& session) {
  ASSIGN_OR_RETURN(const Instant at, TimeOption("--at", options.at));
  const auto outcome = FindValue(kShortageOutcomes, options.outcome);
  if (!outcome.has_value()) {
    return UsageError(absl::StrCat("--outcome must be ", ListOf(kShortageOutcomes), ", is ",
                                   Quoted(options.outcome)));
  }
  ship::ResolveShortageRequest request;
  ship::ShortageResolution& resolution = *request.mutable_resolution();
  RETURN_IF_ERROR(SetClaim(options.claim, &resolution));
  ASSIGN_OR_RETURN(const ship::ReturnLine line, ToReturnLine(options.line, session));
  request.set_shipment_id(options.shipment_id);
  request.set_receipt_id(options.receipt_id);
  request.set_lot_id(line.lot_id());
  resolution.set_outcome(*outcome);
  resolution.set_packs(line.packs());
  resolution.set_damaged_packs(line.damaged_packs());
  *resolution.mutable_occurred_at() = ToZonedTime(at);
  resolution.set_responsible(options.responsible);
  resolution.set_claim_reference(options.claim_reference);
  resolution.set_note(options.note);
  ASSIGN_OR_RETURN(const auto response, Write(session, &ShipmentService::Stub::ResolveShortage,
                                              options.request_id, request));
  session.console.Print(absl::StrCat("recorded ", options.outcome, "; ",
                                     WithThousands(response.shortage().open_packs()),
                                     " packs of this shortage are still open\n"));
  return kDone;
}

void AddExits(Commands* commands) {
  const auto add = [commands](const std::string& name, const std::string& description,
                              const std::string& example,
                              absl::StatusOr<ExitCode> (*run)(const ExitOptions&, Session&)) {
    auto options = std::make_shared<ExitOptions>();
    CLI::App* command = commands->Add(name, description, example);
    command->add_option("SHIPMENT", options->shipment_id, "the shipment")->required();
    command->add_option("--at", options->at, "when, with the UTC offset")->required();
    AddRequestId(command, &options->request_id);
    commands->OnRun(command, [options, run](Session& session) { return run(*options, session); });
    return std::make_pair(command, options);
  };
  auto [lost, lost_options] =
      add("declare-lost", "What is in transit of a shipment is lost",
          "milkway declare-lost S-2025-1 --at 2025-03-20T12:00:00+08:00 --reason \"lorry burnt\"",
          DeclareLost);
  lost->add_option("--reason", lost_options->reason, "why")->required();
  auto [close, close_options] =
      add("close-shipment", "The rest of a partly received shipment is missing",
          "milkway close-shipment S-2025-1 --at 2025-03-20T12:00:00+08:00\n"
          "      --reason \"the carrier has nothing more\"",
          CloseShipment);
  close->add_option("--reason", close_options->reason, "why")->required();
  auto [back, back_options] =
      add("return-shipment", "Goods in transit are at their origin again (all, without --line)",
          "milkway return-shipment S-2025-1 --at 2025-03-20T12:00:00+08:00 --reason refused\n"
          "      --line product=devondale-1kg,lot=L2401,packs=10",
          ReturnShipment);
  back->add_option("--reason", back_options->reason, "why")->required();
  AddLines(back, &back_options->lines,
           "product, lot, purchase or lot_id; packs, damaged_packs (0 if left out)");
  auto [release, release_options] =
      add("release", "An inspection certificate lets a shipment out of quarantine",
          "milkway release S-2025-1 --document CIQ-1 --at 2025-03-05T09:00:00+08:00", Release);
  release->add_option("--document", release_options->document_id, "the attached certificate")
      ->required();
}

void AddCountersign(Commands* commands) {
  auto options = std::make_shared<CountersignOptions>();
  CLI::App* command =
      commands->Add("countersign", "A second person confirms a receipt",
                    "milkway countersign S-2025-1 --receipt-id R-1 --at 2025-03-01T11:00:00+08:00\n"
                    "      --as school_contact:li:changyuan");
  command->add_option("SHIPMENT", options->shipment_id, "the shipment")->required();
  command->add_option("--receipt-id", options->receipt_id, "the receipt")->required();
  command->add_option("--at", options->at, "when, with the UTC offset")->required();
  command->add_option("--version", options->version, "the version that was read (default: any)");
  command->add_option("--note", options->note, "free text");
  AddRequestId(command, &options->request_id);
  commands->OnRun(command, [options](Session& session) { return Countersign(*options, session); });

  auto destination_id = std::make_shared<std::string>();
  command = commands->Add("receipts-to-countersign", "Receipts that wait for a second person",
                          "milkway receipts-to-countersign changyuan");
  command->add_option("PLACE", *destination_id, "only at this place");
  commands->OnRun(command, [destination_id](Session& session) {
    return PrintToCountersign(*destination_id, session);
  });
}

void AddShortages(Commands* commands) {
  auto options = std::make_shared<ShortagesOptions>();
  CLI::App* command = commands->Add("shortages", "Packs that are missing, and what became of them",
                                    "milkway shortages --resolved");
  command->add_option("SHIPMENT", options->shipment_id, "only of this shipment");
  command->add_flag("--resolved", options->resolved, "those that are resolved (default: open)");
  command->add_flag("--json", options->json, "for programs; the keys are stable");
  commands->OnRun(command,
                  [options](Session& session) { return PrintShortages(*options, session); });
}

void AddResolveShortage(Commands* commands) {
  auto options = std::make_shared<ResolveOptions>();
  CLI::App* command = commands->Add(
      "resolve-shortage", "Says what became of missing packs",
      "milkway resolve-shortage S-2025-1 --receipt-id R-1 --outcome stolen\n"
      "      --line product=devondale-1kg,lot=L2401,packs=1 --at 2025-03-09T10:00:00+08:00\n"
      "      --note \"police report 77\" --responsible \"Fast Lorries\" --claim \"12000 CNY\"");
  command->add_option("SHIPMENT", options->shipment_id, "the shipment")->required();
  command->add_option("--receipt-id", options->receipt_id,
                      "the receipt that stated it (default: what was declared lost)");
  command
      ->add_option("--line", options->line,
                   "product, lot, purchase or lot_id; packs, damaged_packs")
      ->type_name("KEY=VALUE,…")
      ->required();
  command->add_option("--outcome", options->outcome, ListOf(kShortageOutcomes))->required();
  command->add_option("--at", options->at, "when it was found out, with the UTC offset")
      ->required();
  command->add_option("--note", options->note, "how it is known")->required();
  command->add_option("--responsible", options->responsible, "who answers for a loss");
  command->add_option("--claim", options->claim, "minor units and currency: \"12000 CNY\"");
  command->add_option("--claim-reference", options->claim_reference, "number of the claim");
  AddRequestId(command, &options->request_id);
  commands->OnRun(command,
                  [options](Session& session) { return ResolveShortage(*options, session); });
}

}  // namespace

void AddOutcomeCommands(Commands* commands) {
  AddExits(commands);
  AddCountersign(commands);
  AddShortages(commands);
  AddResolveShortage(commands);
}

}  // namespace milkway::cli
