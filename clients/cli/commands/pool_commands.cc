// set-aside, set-asides, suggest-allocations.

#include <memory>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cli/command.h"
#include "clients/cli/gift_options.h"
#include "clients/cli/lots.h"
#include "clients/cli/message_json.h"
#include "clients/cli/pages.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cli/uuid.h"
#include "clients/cpp/status_macros.h"
#include "milkway/impact/v1/gifts.grpc.pb.h"
#include "milkway/impact/v1/pools.grpc.pb.h"

namespace milkway::cli {

namespace {

using impact::v1::GiftService;
using impact::v1::PoolService;
using impact::v1::SetAside;
using impact::v1::Suggestion;
using Align = TextTable::Align;

struct SetAsideOptions {
  std::string set_aside_id;
  std::string lot;
  std::string school_id;
  std::string quantity_g;
  std::string on;
  std::string serving_g;
  std::string request_id;
};

absl::StatusOr<ExitCode> SetMilkAside(const SetAsideOptions& options, Session& session) {
  impact::v1::SetAsideRequest request;
  SetAside& set_aside = *request.mutable_set_aside();
  set_aside.set_set_aside_id(options.set_aside_id);
  set_aside.set_school_id(options.school_id);
  ASSIGN_OR_RETURN(const int64_t quantity_g, GramsOption("--quantity-g", options.quantity_g));
  set_aside.set_quantity_g(quantity_g);
  ASSIGN_OR_RETURN(const Day on, DayOption("--on", options.on));
  set_aside.set_set_aside_on(FormatDay(on));
  if (!options.serving_g.empty()) {
    ASSIGN_OR_RETURN(const int64_t serving_g, GramsOption("--serving-g", options.serving_g));
    set_aside.set_serving_g(serving_g);
  }
  ASSIGN_OR_RETURN(const inventory::v1::Lot lot, LotOption(session.connection, options.lot));
  set_aside.set_lot_id(lot.lot_id());
  ASSIGN_OR_RETURN(const auto response,
                   Write(session, &PoolService::Stub::SetAside, options.request_id, request));
  session.console.Print(absl::StrCat("set aside for ", Printable(options.school_id), ": ",
                                     WithThousands(response.set_aside().quantity_g()), " g of ",
                                     DescribeLot(lot), "\n"));
  return kDone;
}

absl::StatusOr<ExitCode> PrintSetAsides(bool json, Session& session) {
  ASSIGN_OR_RETURN(const auto rows,
                   ListAll<SetAside>(session.connection, &PoolService::Stub::ListSetAsides,
                                     impact::v1::ListSetAsidesRequest(),
                                     &impact::v1::ListSetAsidesResponse::set_asides));
  if (json) {
    session.console.Print(ListJson(rows));
    return kDone;
  }
  std::set<int64_t> lot_ids;
  for (const SetAside& row : rows) lot_ids.insert(row.lot_id());
  ASSIGN_OR_RETURN(const LotsById lots, GetLots(session.connection, lot_ids));
  TextTable table({{"ID"}, {"SCHOOL"}, {"LOT"}, {"ON"}, {"SET ASIDE g", Align::kRight}});
  for (const SetAside& row : rows) {
    table.AddRow({row.set_aside_id(), row.school_id(), DescribeLot(lots, row.lot_id()),
                  row.set_aside_on(), WithThousands(row.quantity_g())});
  }
  session.console.Print(table.empty() ? "nothing is set aside\n" : table.ToString());
  return kDone;
}

struct SuggestOptions {
  std::string gift_id;
  int max = 0;
  bool record = false;
  std::string on;
  bool json = false;
};

std::string SuggestionTable(const impact::v1::SuggestAllocationsResponse& response) {
  TextTable table({{"GIFT"},
                   {"PRODUCT"},
                   {"LOT"},
                   {"PURCHASE"},
                   {"SCHOOL"},
                   {"AMOUNT", Align::kRight},
                   {"WORTH", Align::kRight},
                   {"BUYS g", Align::kRight}});
  for (const Suggestion& row : response.suggestions()) {
    table.AddRow({row.gift_id(), row.product_id(), row.lot_number(), row.purchase_id(),
                  row.school_id(), MoneyText(row.amount()), MoneyText(row.base_amount()),
                  WithThousands(row.bought_g())});
  }
  return table.empty() ? "no gift has money for a lot that still costs any\n" : table.ToString();
}

// Makes the allocations, in their order. Each has an id of its own, so that nothing is
// made twice if a later one fails and the command is run again.
absl::Status RecordAll(const impact::v1::SuggestAllocationsResponse& response,
                       const std::string& on, Session& session) {
  int64_t bought_g = 0;
  for (const Suggestion& row : response.suggestions()) {
    impact::v1::AllocateGiftRequest request;
    impact::v1::Allocation& allocation = *request.mutable_allocation();
    allocation.set_allocation_id(FormatUuid(RandomUuid()));
    allocation.set_gift_id(row.gift_id());
    allocation.set_lot_id(row.lot_id());
    allocation.set_allocated_on(on);
    *allocation.mutable_amount() = row.amount();
    ASSIGN_OR_RETURN(const auto made,
                     Write(session, &GiftService::Stub::AllocateGift, "", request));
    bought_g += made.allocation().bought_g();
  }
  session.console.Print(absl::StrCat("recorded ", response.suggestions_size(),
                                     " allocations: ", WithThousands(bought_g), " g\n"));
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> Suggest(const SuggestOptions& options, Session& session) {
  std::string on = FormatDay(DayIn(absl::ToUnixMicros(absl::Now()), absl::UTCTimeZone()));
  if (!options.on.empty()) {
    ASSIGN_OR_RETURN(const Day day, DayOption("--on", options.on));
    on = FormatDay(day);
  }
  impact::v1::SuggestAllocationsRequest request;
  request.set_gift_id(options.gift_id);
  request.set_suggestions_max(options.max);
  ASSIGN_OR_RETURN(const auto response,
                   session.connection.Call(&PoolService::Stub::SuggestAllocations, request));
  session.console.Print(options.json ? JsonText(response) : SuggestionTable(response));
  if (options.record) RETURN_IF_ERROR(RecordAll(response, on, session));
  if (response.has_more())
    session.console.Say("there is more: run the command again, or use --max");
  return kDone;
}

}  // namespace

void AddPoolCommands(Commands* commands) {
  auto options = std::make_shared<SetAsideOptions>();
  CLI::App* command = commands->Add(
      "set-aside", "Sets milk of a lot aside for one school, for gifts to that school to buy",
      "milkway set-aside S-2025-1 --lot product=devondale-1kg,lot=L2401\n"
      "      --school changyuan --quantity-g 20000 --on 2025-02-04 --serving-g 25");
  command->add_option("ID", options->set_aside_id, "its id")->required();
  command->add_option("--lot", options->lot, "product, lot, purchase or lot_id")
      ->type_name("KEY=VALUE,…")
      ->required();
  command->add_option("--school", options->school_id, "the school")->required();
  command->add_option("--quantity-g", options->quantity_g, "grams")->required();
  command->add_option("--on", options->on, "the day, for display")->required();
  command->add_option("--serving-g", options->serving_g,
                      "grams of a usual cup there (default: the label's)");
  AddRequestId(command, &options->request_id);
  commands->OnRun(command, [options](Session& session) { return SetMilkAside(*options, session); });

  auto json = std::make_shared<bool>(false);
  CLI::App* list =
      commands->Add("set-asides", "What is set aside for schools", "milkway set-asides");
  list->add_flag("--json", *json, "for programs; the keys are stable");
  commands->OnRun(list, [json](Session& session) { return PrintSetAsides(*json, session); });

  auto suggest_options = std::make_shared<SuggestOptions>();
  CLI::App* suggest = commands->Add(
      "suggest-allocations", "How to spend what is left: the oldest money on the lots bought first",
      "milkway suggest-allocations\n  milkway suggest-allocations --gift G-2025-7 --record");
  suggest->add_option("--gift", suggest_options->gift_id, "only this gift");
  suggest->add_option("--max", suggest_options->max, "at most so many, up to 1000 (default 100)");
  suggest->add_flag("--record", suggest_options->record, "make the allocations");
  suggest->add_option("--on", suggest_options->on,
                      "the day to record, for display (default: today)");
  suggest->add_flag("--json", suggest_options->json, "for programs; the keys are stable");
  commands->OnRun(
      suggest, [suggest_options](Session& session) { return Suggest(*suggest_options, session); });
}

}  // namespace milkway::cli
