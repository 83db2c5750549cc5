// open-pack, finish-pack, open-packs.

#include <limits>
#include <memory>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/line_syntax.h"
#include "clients/cli/lots.h"
#include "clients/cli/message_json.h"
#include "clients/cli/pages.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"
#include "milkway/inventory/v1/open_packs.grpc.pb.h"
#include "milkway/inventory/v1/purchases.pb.h"

namespace milkway::cli {

namespace {

using inventory::v1::OpenedPacks;
using inventory::v1::OpenPackService;

constexpr int64_t kPacksMax = 10'000;

struct OpenOptions {
  std::string location_id;
  std::string opened_at;
  std::string line;
  std::string request_id;
};

absl::StatusOr<ExitCode> OpenPack(const OpenOptions& options, Session& session) {
  ASSIGN_OR_RETURN(const Instant opened_at, TimeOption("--at", options.opened_at));
  ASSIGN_OR_RETURN(const LineFields line, LineFields::Parse(options.line, LotKeysAnd({"packs"})));
  inventory::v1::OpenPacksRequest request;
  request.set_location_id(options.location_id);
  *request.mutable_opened_at() = ToZonedTime(opened_at);
  ASSIGN_OR_RETURN(const int64_t packs, line.Whole("packs", 1, kPacksMax, 1));
  request.set_packs(packs);
  ASSIGN_OR_RETURN(const LotChoice choice, LotOfLine(line));
  ASSIGN_OR_RETURN(const inventory::v1::Lot lot, FindLot(session.connection, choice));
  request.set_lot_id(lot.lot_id());
  ASSIGN_OR_RETURN(const auto response,
                   Write(session, &OpenPackService::Stub::OpenPacks, options.request_id, request));
  session.console.Print(absl::StrCat("opened ", packs, " packs of ", DescribeLot(lot),
                                     " as number ", response.opened().opening_id(), "; use by ",
                                     response.opened().use_by(), "\n"));
  return kDone;
}

struct FinishOptions {
  std::string location_id;
  int64_t opening_id = 0;
  int64_t packs = 1;
  std::string finished_at;
  int64_t discarded_g = 0;
  std::string request_id;
};

absl::StatusOr<ExitCode> FinishPack(const FinishOptions& options, Session& session) {
  ASSIGN_OR_RETURN(const Instant finished_at, TimeOption("--at", options.finished_at));
  inventory::v1::FinishPacksRequest request;
  request.set_location_id(options.location_id);
  request.set_opening_id(options.opening_id);
  request.set_packs(options.packs);
  *request.mutable_finished_at() = ToZonedTime(finished_at);
  request.set_discarded_g(options.discarded_g);
  ASSIGN_OR_RETURN(const auto response, Write(session, &OpenPackService::Stub::FinishPacks,
                                              options.request_id, request));
  session.console.Print(absl::StrCat("finished ", options.packs, " packs, ",
                                     response.opened().open_packs(), " still open; ",
                                     WithThousands(options.discarded_g), " g thrown away\n"));
  return kDone;
}

struct ListOptions {
  std::string location_id;
  bool overdue_only = false;
  std::string on;
  bool json = false;
};

absl::StatusOr<ExitCode> PrintOpenPacks(const ListOptions& options, Session& session) {
  inventory::v1::ListOpenPacksRequest request;
  request.set_location_id(options.location_id);
  request.set_overdue_only(options.overdue_only);
  request.set_on(options.on);
  ASSIGN_OR_RETURN(const auto packs,
                   ListAll<OpenedPacks>(session.connection, &OpenPackService::Stub::ListOpenPacks,
                                        request, &inventory::v1::ListOpenPacksResponse::opened));
  if (options.json) {
    session.console.Print(ListJson(packs));
    return kDone;
  }
  using Align = TextTable::Align;
  TextTable table({{"LOCATION"},
                   {"NUMBER", Align::kRight},
                   {"PRODUCT"},
                   {"LOT"},
                   {"OPEN PACKS", Align::kRight},
                   {"OPENED"},
                   {"USE BY"},
                   {"USABLE g", Align::kRight},
                   {""}});
  for (const OpenedPacks& opened : packs) {
    table.AddRow({opened.location_id(), absl::StrCat(opened.opening_id()), opened.product_id(),
                  opened.lot_number(), WithThousands(opened.open_packs()),
                  FormatTime(FromZonedTime(opened.opened_at())), opened.use_by(),
                  WithThousands(opened.usable_g()), opened.overdue() ? "OVERDUE" : ""});
  }
  session.console.Print(packs.empty() ? "no open pack\n" : table.ToString());
  return kDone;
}

void AddOpen(Commands* commands) {
  auto options = std::make_shared<OpenOptions>();
  CLI::App* command = commands->Add(
      "open-pack", "Packs were opened: from now on they must be used within the product's days",
      "milkway open-pack changyuan --at 2025-06-30T07:30:00+08:00\n"
      "      --line product=devondale-1kg,lot=L2401,packs=2");
  command->add_option("LOCATION", options->location_id, "where")->required();
  command->add_option("--at", options->opened_at, "when, with the UTC offset")->required();
  command->add_option("--line", options->line, "product, lot, purchase or lot_id; packs")
      ->type_name("KEY=VALUE,…")
      ->required();
  AddRequestId(command, &options->request_id);
  commands->OnRun(command, [options](Session& session) { return OpenPack(*options, session); });
}

void AddFinish(Commands* commands) {
  auto options = std::make_shared<FinishOptions>();
  CLI::App* command = commands->Add(
      "finish-pack", "Opened packs are empty, or what was left in them was thrown away",
      "milkway finish-pack changyuan --opening 12 --packs 1 --discarded-g 180\n"
      "      --at 2025-07-05T16:00:00+08:00");
  command->add_option("LOCATION", options->location_id, "where")->required();
  command->add_option("--opening", options->opening_id, "the number that open-packs shows")
      ->required();
  command->add_option("--packs", options->packs, "how many of them (default 1)")
      ->check(CLI::Range(int64_t{1}, kPacksMax));
  command->add_option("--at", options->finished_at, "when, with the UTC offset")->required();
  command->add_option("--discarded-g", options->discarded_g, "grams thrown away (default 0)")
      ->check(CLI::Range(int64_t{0}, std::numeric_limits<int64_t>::max()));
  AddRequestId(command, &options->request_id);
  commands->OnRun(command, [options](Session& session) { return FinishPack(*options, session); });
}

void AddList(Commands* commands) {
  auto options = std::make_shared<ListOptions>();
  CLI::App* command = commands->Add("open-packs", "Packs that are open, the one to use first first",
                                    "milkway open-packs --location changyuan --overdue");
  command->add_option("--location", options->location_id, "only at this place");
  command->add_flag("--overdue", options->overdue_only, "only those open for too long");
  command->add_option("--on", options->on, "the day asked about (default: today there)");
  command->add_flag("--json", options->json, "for programs; the keys are stable");
  commands->OnRun(command,
                  [options](Session& session) { return PrintOpenPacks(*options, session); });
}

}  // namespace

void AddPackCommands(Commands* commands) {
  AddOpen(commands);
  AddFinish(commands);
  AddList(commands);
}

}  // namespace milkway::cli
