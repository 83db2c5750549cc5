// receive, correct-receipt.

#include <memory>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/command.h"
#include "clients/cli/line_syntax.h"
#include "clients/cli/lots.h"
#include "clients/cli/text.h"
#include "clients/cli/transport_text.h"
#include "clients/cli/words.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

namespace {

using shipments::v1::ShipmentService;

constexpr int64_t kPacksMax = 10'000'000;
constexpr char kLineHelp[] =
    "product, lot, purchase or lot_id; received_packs, damaged_packs, missing_packs, refused_packs "
    "(0 if left out); damage_reason, wrong=yes; one --line a lot";
constexpr const char* kPackKeys[] = {"received_packs", "damaged_packs", "missing_packs",
                                     "refused_packs"};

struct ReceiptOptions {
  std::string shipment_id;
  std::string receipt_id;
  std::string received_at;
  std::vector<std::string> lines;
  std::string note;
  std::string received_by;
  std::vector<std::string> photos;
  std::string reason;
  bool withdraw = false;
  std::string request_id;
};

absl::StatusOr<shipments::v1::DamageReason> DamageReasonOf(const LineFields& line) {
  const std::optional<std::string> text = line.Find("damage_reason");
  if (!text.has_value()) return shipments::v1::DAMAGE_REASON_UNSPECIFIED;
  const auto reason = FindValue(kDamageReasons, *text);
  if (reason.has_value()) return *reason;
  return line.Wrong(absl::StrCat("damage_reason must be ", ListOf(kDamageReasons)));
}

absl::StatusOr<bool> IsWrong(const LineFields& line) {
  const std::string text = line.Find("wrong").value_or("no");
  if (text == "yes" || text == "no") return text == "yes";
  return line.Wrong("wrong must be yes or no");
}

absl::StatusOr<std::vector<LineFields>> ParseLines(const std::vector<std::string>& texts) {
  std::vector<LineFields> lines;
  for (const std::string& text : texts) {
    ASSIGN_OR_RETURN(
        LineFields line,
        LineFields::Parse(text, LotKeysAnd({"received_packs", "damaged_packs", "missing_packs",
                                            "refused_packs", "damage_reason", "wrong"})));
    for (const char* key : kPackKeys) {
      RETURN_IF_ERROR(line.Whole(key, 0, kPacksMax, 0).status());
    }
    RETURN_IF_ERROR(DamageReasonOf(line).status());
    RETURN_IF_ERROR(IsWrong(line).status());
    RETURN_IF_ERROR(LotOfLine(line).status());
    lines.push_back(std::move(line));
  }
  return lines;
}

absl::StatusOr<shipments::v1::ReceiptLine> ToMessage(Connection& connection,
                                                     const LineFields& line) {
  shipments::v1::ReceiptLine message;
  ASSIGN_OR_RETURN(const LotChoice choice, LotOfLine(line));
  ASSIGN_OR_RETURN(const inventory::v1::Lot lot, FindLot(connection, choice));
  message.set_lot_id(lot.lot_id());
  ASSIGN_OR_RETURN(const int64_t received, line.Whole("received_packs", 0, kPacksMax, 0));
  ASSIGN_OR_RETURN(const int64_t damaged, line.Whole("damaged_packs", 0, kPacksMax, 0));
  ASSIGN_OR_RETURN(const int64_t missing, line.Whole("missing_packs", 0, kPacksMax, 0));
  message.set_received_packs(received);
  message.set_damaged_packs(damaged);
  message.set_missing_packs(missing);
  ASSIGN_OR_RETURN(const int64_t refused, line.Whole("refused_packs", 0, kPacksMax, 0));
  message.set_refused_packs(refused);
  ASSIGN_OR_RETURN(const auto reason, DamageReasonOf(line));
  message.set_damage_reason(reason);
  ASSIGN_OR_RETURN(const bool wrong, IsWrong(line));
  message.set_wrong(wrong);
  return message;
}

// The receipt as typed, at the destination of its shipment.
absl::StatusOr<shipments::v1::Receipt> MakeReceipt(const ReceiptOptions& options,
                                                   const std::vector<LineFields>& lines,
                                                   Session& session) {
  shipments::v1::GetShipmentRequest request;
  request.set_shipment_id(options.shipment_id);
  ASSIGN_OR_RETURN(const auto shipment,
                   session.connection.Call(&ShipmentService::Stub::GetShipment, request));
  shipments::v1::Receipt receipt;
  receipt.set_receipt_id(options.receipt_id);
  receipt.set_shipment_id(options.shipment_id);
  receipt.set_destination_id(shipment.shipment().destination_id());
  receipt.set_note(options.note);
  receipt.set_received_by(options.received_by);
  for (const std::string& photo : options.photos) {
    const std::vector<std::string> parts = absl::StrSplit(photo, absl::MaxSplits('@', 1));
    shipments::v1::PhotoReference& row = *receipt.add_photos();
    ASSIGN_OR_RETURN(*row.mutable_sha256(), Sha256Option("--photo", parts[0]));
    if (parts.size() == 2) row.set_uri(parts[1]);
  }
  for (const LineFields& line : lines) {
    ASSIGN_OR_RETURN(*receipt.add_lines(), ToMessage(session.connection, line));
  }
  return receipt;
}

void PrintStanding(const shipments::v1::Shipment& shipment, const std::string& what,
                   Session& session) {
  int64_t in_transit_g = 0;
  for (const auto& status : shipment.line_statuses()) in_transit_g += status.in_transit_g();
  session.console.Print(absl::StrCat(what, "; of ", shipment.shipment_id(), " ",
                                     WithThousands(in_transit_g), " g are still in transit\n"));
}

absl::StatusOr<ExitCode> Receive(const ReceiptOptions& options, Session& session) {
  ASSIGN_OR_RETURN(const Instant received_at, TimeOption("--received-at", options.received_at));
  ASSIGN_OR_RETURN(const std::vector<LineFields> lines, ParseLines(options.lines));
  shipments::v1::RecordReceiptRequest request;
  ASSIGN_OR_RETURN(*request.mutable_receipt(), MakeReceipt(options, lines, session));
  *request.mutable_receipt()->mutable_received_at() = ToZonedTime(received_at);
  ASSIGN_OR_RETURN(const auto response, Write(session, &ShipmentService::Stub::RecordReceipt,
                                              options.request_id, request));
  PrintStanding(response.shipment(), absl::StrCat("recorded receipt ", options.receipt_id),
                session);
  return kDone;
}

absl::StatusOr<ExitCode> CorrectReceipt(const ReceiptOptions& options, Session& session) {
  if (options.lines.empty() != options.withdraw) {
    return UsageError(
        "expected the new lines (--line …), or --withdraw alone if nothing arrived at all");
  }
  ASSIGN_OR_RETURN(const std::vector<LineFields> lines, ParseLines(options.lines));
  shipments::v1::CorrectReceiptRequest request;
  ASSIGN_OR_RETURN(*request.mutable_receipt(), MakeReceipt(options, lines, session));
  request.set_reason(options.reason);
  ASSIGN_OR_RETURN(const auto response, Write(session, &ShipmentService::Stub::CorrectReceipt,
                                              options.request_id, request));
  PrintStanding(
      response.shipment(),
      absl::StrCat(options.withdraw ? "withdrew" : "corrected", " receipt ", options.receipt_id),
      session);
  return kDone;
}

void AddCommonOptions(CLI::App* command, ReceiptOptions* options) {
  command->add_option("SHIPMENT", options->shipment_id, "the shipment")->required();
  command->add_option("--receipt-id", options->receipt_id, "name of the receipt")->required();
  AddLines(command, &options->lines, kLineHelp);
  command->add_option("--note", options->note, "free text");
  command->add_option("--received-by", options->received_by, "who took the goods over");
  command->add_option("--photo", options->photos, "SHA-256 of a photo, and where it is kept")
      ->type_name("SHA256[@URI]")
      ->allow_extra_args(false);
  AddRequestId(command, &options->request_id);
}

}  // namespace

void AddReceiptCommands(Commands* commands) {
  auto receive = std::make_shared<ReceiptOptions>();
  CLI::App* command = commands->Add(
      "receive", "Records what really arrived of a shipment",
      "milkway receive S-2025-1 --receipt-id R-1 --received-at 2025-03-01T10:20:00+08:00\n"
      "      --line product=devondale-1kg,lot=L2401,received_packs=38,damaged_packs=1,"
      "missing_packs=1");
  AddCommonOptions(command, receive.get());
  command->get_option("--line")->required();
  command->add_option("--received-at", receive->received_at, "when, with the UTC offset")
      ->required();
  commands->OnRun(command, [receive](Session& session) { return Receive(*receive, session); });

  auto correct = std::make_shared<ReceiptOptions>();
  command = commands->Add(
      "correct-receipt", "Replaces the lines of a receipt; both versions are kept",
      "milkway correct-receipt S-2025-1 --receipt-id R-1 --reason \"recounted\"\n"
      "      --line product=devondale-1kg,lot=L2401,received_packs=39,damaged_packs=1");
  AddCommonOptions(command, correct.get());
  command->add_option("--reason", correct->reason, "why")->required();
  command->add_flag("--withdraw", correct->withdraw, "the receipt never happened");
  commands->OnRun(command,
                  [correct](Session& session) { return CorrectReceipt(*correct, session); });
}

}  // namespace milkway::cli
