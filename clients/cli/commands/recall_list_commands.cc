// recall-list, recall-ack, recall-notice.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/line_syntax.h"
#include "clients/cli/lots.h"
#include "clients/cli/message_json.h"
#include "clients/cli/pages.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

namespace {

using trace::v1::RecallListService;
using Align = TextTable::Align;

constexpr int64_t kPacksMax = 10'000'000;

struct ListOptions {
  std::string recall_id;
  bool waiting = false;
  bool json = false;
};

std::string CallText(const trace::v1::RecallPlace& place) {
  if (place.contacts().empty()) return "nobody known: set contacts";
  const inventory::v1::Contact& contact = place.contacts(0);
  return Printable(absl::StrCat(contact.name(), " ",
                                contact.phone().empty() ? contact.other() : contact.phone()));
}

std::string AcknowledgedText(const trace::v1::RecallPlace& place) {
  if (!place.has_acknowledgement()) return "NO";
  return FormatTime(FromZonedTime(place.acknowledgement().acknowledged_at()));
}

std::string ArrivalText(const trace::v1::RecallPlace& place) {
  std::string text;
  for (const trace::v1::TracedShipment& shipment : place.arriving()) {
    absl::StrAppend(&text, "  on the way to ", place.location().location_id(), ": ",
                    Printable(absl::StrCat(shipment.shipment_id(), " ", shipment.carrier(), " ",
                                           shipment.tracking_number())),
                    "\n");
  }
  return text;
}

void PrintList(const trace::v1::GetRecallListResponse& first,
               const std::vector<trace::v1::RecallPlace>& places, Session& session) {
  const trace::v1::RecallTotals& totals = first.totals();
  TextTable table({{"PLACE"},
                   {"NAME"},
                   {"HELD BACK g", Align::kRight},
                   {"USABLE g", Align::kRight},
                   {"ARRIVING g", Align::kRight},
                   {"SERVED g", Align::kRight},
                   {"CHILDREN", Align::kRight},
                   {"CLASS RECORDS", Align::kRight},
                   {"CALL"},
                   {"ACKNOWLEDGED"}});
  std::string arrivals;
  for (const trace::v1::RecallPlace& place : places) {
    table.AddRow({place.location().location_id(), place.location().name_zh(),
                  WithThousands(place.quarantined_g()), WithThousands(place.usable_g()),
                  WithThousands(place.arriving_g()), WithThousands(place.served_g()),
                  WithThousands(place.children()), WithThousands(place.class_records()),
                  CallText(place), AcknowledgedText(place)});
    absl::StrAppend(&arrivals, ArrivalText(place));
  }
  session.console.Print(absl::StrCat(
      "recall ", first.recall().recall_id(), ": ", Printable(first.recall().reason()),
      first.recall().has_lifted_at() ? " (lifted)" : "", "\n",
      table.empty() ? "no place is concerned\n" : table.ToString(), arrivals,
      totals.acknowledged_places(), " of ", totals.places(), " places have acknowledged; ",
      WithThousands(totals.quarantined_g()), " g held back, ", WithThousands(totals.usable_g()),
      " g usable, ", WithThousands(totals.in_transit_g()), " g on the way, ",
      WithThousands(totals.served_g()), " g served to ", WithThousands(totals.children()),
      " children\n"));
}

absl::StatusOr<ExitCode> List(const ListOptions& options, Session& session) {
  trace::v1::GetRecallListRequest request;
  request.set_recall_id(options.recall_id);
  request.set_unacknowledged_only(options.waiting);
  request.set_page_size(1000);
  trace::v1::GetRecallListResponse first;
  std::vector<trace::v1::RecallPlace> places;
  do {
    ASSIGN_OR_RETURN(auto page,
                     session.connection.Call(&RecallListService::Stub::GetRecallList, request));
    places.insert(places.end(), page.places().begin(), page.places().end());
    request.set_page_token(page.next_page_token());
    if (!first.has_recall()) first = std::move(page);
  } while (!request.page_token().empty());
  if (options.json) {
    first.mutable_places()->Assign(places.begin(), places.end());
    first.clear_next_page_token();
    session.console.Print(ToJson(first));
    return kDone;
  }
  PrintList(first, places, session);
  return kDone;
}

struct AcknowledgeOptions {
  std::string recall_id;
  std::string location_id;
  std::string at;
  std::vector<std::string> lines;
  std::string person;
  std::string note;
  std::string request_id;
};

absl::StatusOr<ExitCode> Acknowledge(const AcknowledgeOptions& options, Session& session) {
  trace::v1::AcknowledgeRecallRequest request;
  trace::v1::RecallAcknowledgement& acknowledgement = *request.mutable_acknowledgement();
  acknowledgement.set_recall_id(options.recall_id);
  acknowledgement.set_location_id(options.location_id);
  ASSIGN_OR_RETURN(const Instant at, TimeOption("--at", options.at));
  *acknowledgement.mutable_acknowledged_at() = ToZonedTime(at);
  acknowledgement.set_person(options.person);
  acknowledgement.set_note(options.note);
  for (const std::string& text : options.lines) {
    ASSIGN_OR_RETURN(const LineFields line,
                     LineFields::Parse(text, LotKeysAnd({"found_packs", "set_aside_packs"})));
    trace::v1::FoundLot& lot = *acknowledgement.add_lots();
    ASSIGN_OR_RETURN(const int64_t found, line.Whole("found_packs", 0, kPacksMax, std::nullopt));
    ASSIGN_OR_RETURN(const int64_t aside, line.Whole("set_aside_packs", 0, kPacksMax, found));
    ASSIGN_OR_RETURN(const LotChoice choice, LotOfLine(line));
    ASSIGN_OR_RETURN(const inventory::v1::Lot known, FindLot(session.connection, choice));
    lot.set_lot_id(known.lot_id());
    lot.set_found_packs(found);
    lot.set_set_aside_packs(aside);
  }
  ASSIGN_OR_RETURN(const auto answer, Write(session, &RecallListService::Stub::AcknowledgeRecall,
                                            options.request_id, request));
  session.console.Print(absl::StrCat("recorded acknowledgement ", answer.acknowledgement().number(),
                                     " of ", options.location_id, " for recall ", options.recall_id,
                                     "\n"));
  return kDone;
}

struct NoticeOptions {
  std::string recall_id;
  std::string location_id;
};

absl::StatusOr<ExitCode> PrintNotice(const NoticeOptions& options, Session& session) {
  trace::v1::GetRecallNoticeRequest request;
  request.set_recall_id(options.recall_id);
  request.set_location_id(options.location_id);
  ASSIGN_OR_RETURN(const auto answer,
                   session.connection.Call(&RecallListService::Stub::GetRecallNotice, request));
  session.console.Print(answer.html());
  return kDone;
}

}  // namespace

void AddRecallListCommands(Commands* commands) {
  auto list = std::make_shared<ListOptions>();
  CLI::App* command = commands->Add(
      "recall-list", "Every place that a recall concerns: grams, children, whom to call, who knows",
      "milkway recall-list R-2025-17 --waiting");
  command->add_option("RECALL", list->recall_id, "the recall")->required();
  command->add_flag("--waiting", list->waiting, "only places that have not acknowledged");
  command->add_flag("--json", list->json, "for programs; the fields of the API");
  commands->OnRun(command, [list](Session& session) { return List(*list, session); });

  auto acknowledge = std::make_shared<AcknowledgeOptions>();
  command = commands->Add(
      "recall-ack", "Records that a place has heard of a recall, and what it found",
      "milkway recall-ack R-2025-17 changyuan --at 2025-03-01T10:20:00+08:00 --person 彭老师\n"
      "      --line product=devondale-1kg,lot=L2401,found_packs=3,set_aside_packs=3");
  command->add_option("RECALL", acknowledge->recall_id, "the recall")->required();
  command->add_option("LOCATION", acknowledge->location_id, "the place")->required();
  command->add_option("--at", acknowledge->at, "when it heard of it, with the UTC offset")
      ->required();
  AddLines(
      command, &acknowledge->lines,
      "product, lot, purchase or lot_id; found_packs; set_aside_packs (all if left out); none: "
      "nothing was left there");
  command->add_option("--person", acknowledge->person, "who was spoken to");
  command->add_option("--note", acknowledge->note, "free text");
  AddRequestId(command, &acknowledge->request_id);
  commands->OnRun(command,
                  [acknowledge](Session& session) { return Acknowledge(*acknowledge, session); });

  auto notice = std::make_shared<NoticeOptions>();
  command = commands->Add("recall-notice",
                          "Prints the notice of a recall for one place: HTML, Chinese and English",
                          "milkway recall-notice R-2025-17 changyuan > notice.html");
  command->add_option("RECALL", notice->recall_id, "the recall")->required();
  command->add_option("LOCATION", notice->location_id, "the place")->required();
  commands->OnRun(command, [notice](Session& session) { return PrintNotice(*notice, session); });
}

}  // namespace milkway::cli
