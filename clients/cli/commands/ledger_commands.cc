// stock-summary, postings.

#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/enum_words.h"
#include "clients/cli/message_json.h"
#include "clients/cli/pages.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cli/words.h"
#include "clients/cpp/status_macros.h"
#include "milkway/inventory/v1/stock.grpc.pb.h"

namespace milkway::cli {

namespace {

using inventory::v1::Movement;
using inventory::v1::Posting;
using inventory::v1::StockService;
using inventory::v1::StockSum;
using Align = TextTable::Align;

struct SummaryOptions {
  std::string grouping = "location";
  std::string location_id;
  std::string product_id;
  std::string on;
  bool json = false;
};

std::string SummaryTable(const std::vector<StockSum>& sums, const std::string& grouping) {
  TextTable table({{absl::AsciiStrToUpper(grouping)},
                   {"USABLE g", Align::kRight},
                   {"QUARANTINED g", Align::kRight},
                   {"DAMAGED g", Align::kRight},
                   {"IN TRANSIT g", Align::kRight},
                   {"FIRST EXPIRY"}});
  StockSum all;
  const auto add = [&table](const std::string& group, const StockSum& sum) {
    table.AddRow({group, WithThousands(sum.usable_g()), WithThousands(sum.quarantined_g()),
                  WithThousands(sum.damaged_g()), WithThousands(sum.in_transit_g()),
                  sum.earliest_expires_on()});
  };
  for (const StockSum& sum : sums) {
    add(sum.group(), sum);
    all.set_usable_g(all.usable_g() + sum.usable_g());
    all.set_quarantined_g(all.quarantined_g() + sum.quarantined_g());
    all.set_damaged_g(all.damaged_g() + sum.damaged_g());
    all.set_in_transit_g(all.in_transit_g() + sum.in_transit_g());
  }
  if (sums.empty()) return "no stock\n";
  add("all", all);
  return table.ToString();
}

absl::StatusOr<ExitCode> PrintSummary(const SummaryOptions& options, Session& session) {
  inventory::v1::SummarizeStockRequest request;
  ASSIGN_OR_RETURN(const auto grouping,
                   WordOption<inventory::v1::StockGrouping>("--by", options.grouping));
  request.set_grouping(grouping);
  request.set_location_id(options.location_id);
  request.set_product_id(options.product_id);
  request.set_on(options.on);
  ASSIGN_OR_RETURN(const auto sums,
                   ListAll<StockSum>(session.connection, &StockService::Stub::SummarizeStock,
                                     request, &inventory::v1::SummarizeStockResponse::sums));
  session.console.Print(options.json ? ListJson(sums) : SummaryTable(sums, options.grouping));
  return kDone;
}

struct PostingsOptions {
  std::string kind;
  std::string reference;
  int64_t lot_id = 0;
  bool json = false;
};

std::string TextOf(const Movement& movement) {
  return absl::StrCat(WithThousands(movement.quantity_g()), " g of lot ", movement.lot_id(), ": ",
                      WordOfEnum(movement.from().kind()), " at ", movement.from().place(), " to ",
                      WordOfEnum(movement.to().kind()), " at ", movement.to().place());
}

absl::StatusOr<ExitCode> PrintPostings(const PostingsOptions& options, Session& session) {
  inventory::v1::ListPostingsRequest request;
  if (!options.kind.empty()) {
    ASSIGN_OR_RETURN(const auto kind,
                     WordOption<inventory::v1::PostingKind>("--kind", options.kind));
    request.set_kind(kind);
  }
  request.set_reference(options.reference);
  request.set_lot_id(options.lot_id);
  ASSIGN_OR_RETURN(const auto postings,
                   ListAll<Posting>(session.connection, &StockService::Stub::ListPostings, request,
                                    &inventory::v1::ListPostingsResponse::postings));
  if (options.json) {
    session.console.Print(ListJson(postings));
    return kDone;
  }
  TextTable table({{"POSTING", Align::kRight}, {"WHEN"}, {"WHAT"}, {"FOR"}, {"MOVES"}});
  for (const Posting& posting : postings) {
    std::string moves = "nothing";
    if (posting.movements_size() > 0) {
      const int more = posting.movements_size() - 1;
      moves = absl::StrCat(TextOf(posting.movements(0)),
                           more > 0 ? absl::StrCat(" and ", more, " more") : "");
    }
    table.AddRow({absl::StrCat(posting.position()),
                  FormatTime(FromZonedTime(posting.occurred_at())), WordOfEnum(posting.kind()),
                  posting.reference(), moves});
  }
  session.console.Print(postings.empty() ? "no posting\n" : table.ToString());
  return kDone;
}

void AddSummary(Commands* commands) {
  auto options = std::make_shared<SummaryOptions>();
  CLI::App* command =
      commands->Add("stock-summary", "Stock added up by location, lot, product or time to expiry",
                    "milkway stock-summary --by expiry --product devondale-1kg");
  command->add_option("--by", options->grouping, "location (default), lot, product or expiry");
  command->add_option("--location", options->location_id, "only at this place");
  command->add_option("--product", options->product_id, "only of this product");
  command->add_option("--on", options->on, "the day from which days to expiry count");
  command->add_flag("--json", options->json, "for programs; the keys are stable");
  commands->OnRun(command, [options](Session& session) { return PrintSummary(*options, session); });
}

void AddPostings(Commands* commands) {
  auto options = std::make_shared<PostingsOptions>();
  CLI::App* command = commands->Add("postings", "The log of the ledger, every gram that ever moved",
                                    "milkway postings --reference recall/R-2025-1");
  command->add_option("--kind", options->kind,
                      ListOfWords(*inventory::v1::PostingKind_descriptor()));
  command->add_option("--reference", options->reference, "what they belong to, exactly");
  command->add_option("--lot-id", options->lot_id, "only those that move this lot");
  command->add_flag("--json", options->json, "for programs; the keys are stable");
  commands->OnRun(command,
                  [options](Session& session) { return PrintPostings(*options, session); });
}

}  // namespace

void AddLedgerCommands(Commands* commands) {
  AddSummary(commands);
  AddPostings(commands);
}

}  // namespace milkway::cli
