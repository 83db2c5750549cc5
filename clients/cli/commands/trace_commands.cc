// trace, trace-back.

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/gift_options.h"
#include "clients/cli/lots.h"
#include "clients/cli/message_json.h"
#include "clients/cli/pages.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cli/words.h"
#include "clients/cpp/status_macros.h"
#include "milkway/impact/v1/gifts.grpc.pb.h"
#include "milkway/inventory/v1/purchases.pb.h"
#include "milkway/inventory/v1/stock.pb.h"
#include "milkway/trace/v1/trace.grpc.pb.h"

namespace milkway::cli {

namespace {

using trace::v1::TraceService;
using Align = TextTable::Align;

struct TraceOptions {
  LotChoice lot;
  int64_t lot_id = 0;
  bool class_days = false;
  bool gifts = false;
  bool json = false;
};

std::string PositionText(const inventory::v1::LotPosition& position) {
  return absl::StrCat(
      "bought ", WithThousands(position.purchased_g()), " g + found ",
      WithThousands(position.found_g()), " g = usable ", WithThousands(position.usable_g()),
      " + quarantined ", WithThousands(position.quarantined_g()), " + damaged ",
      WithThousands(position.damaged_g()), " + in transit ", WithThousands(position.in_transit_g()),
      " + served ", WithThousands(position.served_g()), " + lost ",
      WithThousands(position.lost_g()), " + destroyed ", WithThousands(position.destroyed_g()),
      " + returned ", WithThousands(position.returned_g()), "\n");
}

std::string ShipmentTable(
    const google::protobuf::RepeatedPtrField<trace::v1::TracedShipment>& shipments) {
  TextTable table({{"SHIPMENT"},
                   {"FROM"},
                   {"TO"},
                   {"STATE"},
                   {"SHIPPED g", Align::kRight},
                   {"RECEIVED g", Align::kRight},
                   {"ON THE WAY g", Align::kRight}});
  for (const trace::v1::TracedShipment& shipment : shipments) {
    int64_t shipped_g = 0;
    int64_t received_g = 0;
    int64_t in_transit_g = 0;
    for (const auto& lot : shipment.lots()) {
      shipped_g += lot.shipped_g();
      received_g += lot.received_g();
      in_transit_g += lot.in_transit_g();
    }
    table.AddRow({shipment.shipment_id(), shipment.origin_id(), shipment.destination_id(),
                  std::string(WordOf(kShipmentStates, shipment.state())), WithThousands(shipped_g),
                  WithThousands(received_g), WithThousands(in_transit_g)});
  }
  return table.empty() ? "" : absl::StrCat("shipments\n", table.ToString(2));
}

std::string StockTable(const trace::v1::TraceLotResponse& answer) {
  TextTable table({{"PLACE"},
                   {"USABLE g", Align::kRight},
                   {"QUARANTINED g", Align::kRight},
                   {"DAMAGED g", Align::kRight}});
  for (const trace::v1::TracedStock& row : answer.stock()) {
    table.AddRow({row.location_id(), WithThousands(row.usable_g()),
                  WithThousands(row.quarantined_g()), WithThousands(row.damaged_g())});
  }
  return table.empty() ? "nothing of it lies anywhere\n"
                       : absl::StrCat("where it lies\n", table.ToString(2));
}

std::string SchoolTable(const trace::v1::TraceLotResponse& answer) {
  TextTable table({{"SCHOOL"},
                   {"CUPS", Align::kRight},
                   {"SERVED g", Align::kRight},
                   {"CHILDREN", Align::kRight},
                   {"CLASS RECORDS", Align::kRight},
                   {"FIRST DAY"},
                   {"LAST DAY"}});
  for (const trace::v1::TracedSchool& school : answer.schools()) {
    table.AddRow({school.school_id(), WithThousands(school.servings()),
                  WithThousands(school.served_g()), WithThousands(school.children()),
                  WithThousands(school.class_records()), school.first_day(), school.last_day()});
  }
  return table.empty() ? "nobody drank of it\n"
                       : absl::StrCat("who drank of it\n", table.ToString(2));
}

void PrintClassDays(const google::protobuf::RepeatedPtrField<trace::v1::TracedClassDay>& days,
                    Session& session) {
  TextTable table({{"SCHOOL"},
                   {"DAY"},
                   {"CLASS"},
                   {"SESSION"},
                   {"CUPS", Align::kRight},
                   {"SERVED g", Align::kRight}});
  for (const trace::v1::TracedClassDay& day : days) {
    table.AddRow({day.school_id(), day.served_on(), day.class_name(), day.session(),
                  WithThousands(day.servings()), WithThousands(day.served_g())});
  }
  if (!table.empty()) session.console.Print(table.ToString(2));
}

// What gifts bought or brought of the lot.
absl::StatusOr<std::string> GiftTable(int64_t lot, Session& session) {
  impact::v1::ListLotGiftsRequest request;
  request.set_lot_id(lot);
  ASSIGN_OR_RETURN(
      const auto gifts,
      ListAll<impact::v1::LotGift>(session.connection, &impact::v1::GiftService::Stub::ListLotGifts,
                                   request, &impact::v1::ListLotGiftsResponse::gifts));
  TextTable table({{"GIFT"},
                   {"DONOR"},
                   {"ALLOCATION"},
                   {"BOUGHT g", TextTable::Align::kRight},
                   {"FOR", TextTable::Align::kRight},
                   {"POOL OF"}});
  for (const impact::v1::LotGift& gift : gifts) {
    table.AddRow({gift.gift_id(), gift.donor_id(), gift.allocation_id(),
                  WithThousands(gift.bought_g()), MoneyText(gift.base_amount()), gift.school_id()});
  }
  return table.empty() ? std::string("no gift has any of it\n") : table.ToString();
}

absl::StatusOr<ExitCode> TraceLot(TraceOptions options, Session& session) {
  if (options.lot_id > 0) {
    options.lot.lot_id = options.lot_id;
  } else if (options.lot.lot_number.empty()) {
    return UsageError("expected LOT (with --product ID if needed) or --lot-id N");
  }
  ASSIGN_OR_RETURN(const inventory::v1::Lot lot, FindLot(session.connection, options.lot));
  trace::v1::TraceLotRequest request;
  request.add_lot_ids(lot.lot_id());
  request.set_page_size(options.class_days ? 1000 : 1);
  ASSIGN_OR_RETURN(trace::v1::TraceLotResponse answer,
                   session.connection.Call(&TraceService::Stub::TraceLot, request));
  if (options.json) {
    if (!options.class_days) answer.clear_class_days();
    session.console.Print(JsonText(answer));
    return kDone;
  }
  session.console.Print(absl::StrCat(
      DescribeLot(lot), ", use by ", lot.expires_on(), "\n", PositionText(answer.positions(0)),
      ShipmentTable(answer.shipments()), StockTable(answer), SchoolTable(answer)));
  if (options.gifts) {
    ASSIGN_OR_RETURN(const std::string gifts, GiftTable(lot.lot_id(), session));
    session.console.Print(gifts);
  }
  while (options.class_days) {
    PrintClassDays(answer.class_days(), session);
    if (answer.next_page_token().empty()) break;
    request.set_page_token(answer.next_page_token());
    ASSIGN_OR_RETURN(answer, session.connection.Call(&TraceService::Stub::TraceLot, request));
  }
  return kDone;
}

struct BackOptions {
  std::string location_id;
  std::string day;
  std::string class_name;
  std::string session;
  bool json = false;
};

absl::StatusOr<ExitCode> TraceBack(const BackOptions& options, Session& session) {
  trace::v1::TraceServingRequest request;
  request.set_location_id(options.location_id);
  if (!options.day.empty()) {
    ASSIGN_OR_RETURN(const Day day, DayOption("--day", options.day));
    request.set_served_on(FormatDay(day));
  }
  request.set_class_name(options.class_name);
  request.set_session(options.session);
  ASSIGN_OR_RETURN(const auto answer,
                   session.connection.Call(&TraceService::Stub::TraceServing, request));
  if (options.json) {
    session.console.Print(JsonText(answer));
    return kDone;
  }
  if (answer.origins().empty()) session.console.Print("no lot is known there\n");
  for (const trace::v1::TracedOrigin& origin : answer.origins()) {
    session.console.Print(absl::StrCat(DescribeLot(origin.lot()), ", use by ",
                                       origin.lot().expires_on(), ", bought on ",
                                       origin.lot().purchased_on(), " from ", origin.supplier_id(),
                                       "\n", ShipmentTable(origin.shipments())));
    PrintClassDays(origin.class_days(), session);
  }
  return kDone;
}

}  // namespace

void AddTraceCommands(Commands* commands) {
  auto options = std::make_shared<TraceOptions>();
  CLI::App* command =
      commands->Add("trace", "Where a lot went: shipments, places, schools, class records",
                    "milkway trace L2401 --product devondale-1kg");
  command->add_option("LOT", options->lot.lot_number, "the manufacturer's lot number");
  command->add_option("--product", options->lot.product_id, "its product");
  command->add_option("--purchase", options->lot.purchase_id, "its purchase, if there are several");
  command->add_option("--lot-id", options->lot_id, "the inventory's number of the lot, instead");
  command->add_flag("--gifts", options->gifts, "also what gifts bought of it; for staff");
  command->add_flag("--class-days", options->class_days, "also every class record");
  command->add_flag("--json", options->json, "for programs; the fields of the API");
  commands->OnRun(command, [options](Session& session) { return TraceLot(*options, session); });

  auto back = std::make_shared<BackOptions>();
  command =
      commands->Add("trace-back", "Where the milk of a place, or of a class on a day, came from",
                    "milkway trace-back changyuan --day 2025-03-10 --class 3A");
  command->add_option("LOCATION", back->location_id, "the school or another place")->required();
  command->add_option("--day", back->day, "the school day");
  command->add_option("--class", back->class_name, "only this class");
  command->add_option("--session", back->session, "only this session of the day");
  command->add_flag("--json", back->json, "for programs; the fields of the API");
  commands->OnRun(command, [back](Session& session) { return TraceBack(*back, session); });
}

}  // namespace milkway::cli
