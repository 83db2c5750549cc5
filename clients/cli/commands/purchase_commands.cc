// purchases, purchase-document, purchase-cost, supplier-return, supplier-returns.

#include <fstream>
#include <memory>
#include <set>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/enum_words.h"
#include "clients/cli/line_syntax.h"
#include "clients/cli/lots.h"
#include "clients/cli/message_json.h"
#include "clients/cli/numbers.h"
#include "clients/cli/pages.h"
#include "clients/cli/sha256.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cli/words.h"
#include "clients/cpp/currency.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

namespace {

using inventory::v1::Purchase;
using inventory::v1::PurchaseService;
using inventory::v1::ReturnReason;
using inventory::v1::SupplierReturn;
using Align = TextTable::Align;

constexpr int64_t kQuantityMaxG = 1'000'000'000'000;

struct PurchasesOptions {
  std::string purchase_id;
  bool json = false;
};

std::string PurchasePage(const inventory::v1::GetPurchaseResponse& response) {
  const Purchase& purchase = response.purchase();
  std::string text = absl::StrCat(
      Printable(purchase.purchase_id()), ": from ", Printable(purchase.supplier_id()), " to ",
      Printable(purchase.destination_id()), ", bought ", purchase.purchased_on(),
      purchase.order_number().empty()
          ? ""
          : absl::StrCat(", order ", Printable(purchase.order_number())),
      purchase.ordered_on().empty() ? "" : absl::StrCat(" of ", purchase.ordered_on()), "\n");
  TextTable lots({{"LOT ID", Align::kRight},
                  {"PRODUCT"},
                  {"LOT"},
                  {"EXPIRES"},
                  {"GRAMS", Align::kRight},
                  {"LANDED COST", Align::kRight}});
  for (const inventory::v1::Lot& lot : response.lots()) {
    lots.AddRow({absl::StrCat(lot.lot_id()), lot.product_id(), lot.lot_number(), lot.expires_on(),
                 WithThousands(lot.quantity_g()),
                 FormatMoney(lot.landed_cost().minor_units(), lot.landed_cost().currency_code())});
  }
  TextTable costs({{"COST"}, {"KIND"}, {"DAY"}, {"AMOUNT", Align::kRight}, {"PAPER"}});
  for (const inventory::v1::PurchaseCost& cost : purchase.costs()) {
    costs.AddRow({cost.cost_id(), std::string(WordOf(kCostKinds, cost.kind())), cost.incurred_on(),
                  FormatMoney(cost.amount().minor_units(), cost.amount().currency_code()),
                  cost.document_id()});
  }
  TextTable papers(
      {{"PAPER"}, {"TYPE"}, {"NUMBER"}, {"ISSUER"}, {"ISSUED"}, {"VALID UNTIL"}, {"URI"}});
  for (const common::v1::Document& paper : response.documents()) {
    papers.AddRow({paper.document_id(), WordOfEnum(paper.type()), paper.number(), paper.issuer(),
                   paper.issued_on(), paper.valid_until(), paper.uri()});
  }
  text += lots.ToString();
  if (!costs.empty()) absl::StrAppend(&text, "\n", costs.ToString());
  if (!papers.empty()) absl::StrAppend(&text, "\n", papers.ToString());
  return text;
}

absl::StatusOr<ExitCode> PrintPurchases(const PurchasesOptions& options, Session& session) {
  if (!options.purchase_id.empty()) {
    inventory::v1::GetPurchaseRequest request;
    request.set_purchase_id(options.purchase_id);
    ASSIGN_OR_RETURN(const auto response,
                     session.connection.Call(&PurchaseService::Stub::GetPurchase, request));
    session.console.Print(options.json ? JsonText(response) : PurchasePage(response));
    return kDone;
  }
  ASSIGN_OR_RETURN(const auto purchases,
                   ListAll<Purchase>(session.connection, &PurchaseService::Stub::ListPurchases,
                                     inventory::v1::ListPurchasesRequest(),
                                     &inventory::v1::ListPurchasesResponse::purchases));
  if (options.json) {
    session.console.Print(ListJson(purchases));
    return kDone;
  }
  TextTable table(
      {{"PURCHASE"}, {"BOUGHT"}, {"SUPPLIER"}, {"TO"}, {"ORDER"}, {"LOTS", Align::kRight}});
  for (const Purchase& purchase : purchases) {
    table.AddRow({purchase.purchase_id(), purchase.purchased_on(), purchase.supplier_id(),
                  purchase.destination_id(), purchase.order_number(),
                  absl::StrCat(purchase.lines_size())});
  }
  session.console.Print(purchases.empty() ? "no purchase\n" : table.ToString());
  return kDone;
}

struct DocumentOptions {
  std::string purchase_id;
  std::string document_id;
  std::string type;
  std::string number;
  std::string issuer;
  std::string issued_on;
  std::string valid_until;
  std::string uri;
  std::string note;
  std::string file;
  std::string request_id;
};

absl::StatusOr<std::string> Sha256OfFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open()) return UsageError(absl::StrCat("--file ", Quoted(path), " cannot be read"));
  Sha256 sha256;
  std::string block(1 << 16, '\0');
  while (file.read(block.data(), static_cast<std::streamsize>(block.size())) || file.gcount() > 0) {
    sha256.Update(absl::string_view(block.data(), static_cast<size_t>(file.gcount())));
  }
  return sha256.Bytes();
}

absl::StatusOr<ExitCode> AttachDocument(const DocumentOptions& options, Session& session) {
  inventory::v1::AttachPurchaseDocumentRequest request;
  request.set_purchase_id(options.purchase_id);
  common::v1::Document& document = *request.mutable_document();
  document.set_document_id(options.document_id);
  ASSIGN_OR_RETURN(const auto type, WordOption<common::v1::DocumentType>("--type", options.type));
  document.set_type(type);
  document.set_number(options.number);
  document.set_issuer(options.issuer);
  document.set_issued_on(options.issued_on);
  document.set_valid_until(options.valid_until);
  document.set_uri(options.uri);
  document.set_note(options.note);
  if (!options.file.empty()) {
    ASSIGN_OR_RETURN(*document.mutable_sha256(), Sha256OfFile(options.file));
  }
  RETURN_IF_ERROR(
      Write(session, &PurchaseService::Stub::AttachPurchaseDocument, options.request_id, request)
          .status());
  session.console.Print(absl::StrCat("attached ", Printable(options.document_id), " to ",
                                     Printable(options.purchase_id), "\n"));
  return kDone;
}

struct CostOptions {
  std::string purchase_id;
  std::string cost_id;
  std::string kind;
  std::string incurred_on;
  std::string amount;
  std::string currency;
  std::string document_id;
  std::string request_id;
};

absl::StatusOr<ExitCode> AddCost(const CostOptions& options, Session& session) {
  inventory::v1::AddPurchaseCostRequest request;
  request.set_purchase_id(options.purchase_id);
  inventory::v1::PurchaseCost& cost = *request.mutable_cost();
  cost.set_cost_id(options.cost_id);
  const auto kind = FindValue(kCostKinds, options.kind);
  if (!kind.has_value()) {
    return UsageError(
        absl::StrCat("--kind must be ", ListOf(kCostKinds), ", is ", Quoted(options.kind)));
  }
  cost.set_kind(*kind);
  cost.set_incurred_on(options.incurred_on);
  const std::optional<int> decimals = clients::FindMinorDigits(options.currency);
  if (!decimals.has_value()) {
    return UsageError(absl::StrCat("--currency must be an ISO 4217 code, such as AUD or CNY, is ",
                                   Quoted(options.currency)));
  }
  const std::optional<int64_t> minor_units = ParseDecimal(options.amount, *decimals);
  if (!minor_units.has_value()) {
    return UsageError(absl::StrCat("--amount must be a number with at most ", *decimals,
                                   " decimals, is ", Quoted(options.amount)));
  }
  cost.mutable_amount()->set_currency_code(options.currency);
  cost.mutable_amount()->set_minor_units(*minor_units);
  cost.set_document_id(options.document_id);
  ASSIGN_OR_RETURN(const auto response, Write(session, &PurchaseService::Stub::AddPurchaseCost,
                                              options.request_id, request));
  std::string text = absl::StrCat("added ", Printable(options.cost_id), " to ",
                                  Printable(options.purchase_id), "\n");
  for (const inventory::v1::Lot& lot : response.lots()) {
    absl::StrAppend(&text, "  ", DescribeLot(lot), " now costs ",
                    FormatMoney(lot.landed_cost().minor_units(), lot.landed_cost().currency_code()),
                    "\n");
  }
  session.console.Print(text);
  return kDone;
}

struct ReturnOptions {
  std::string return_id;
  std::string supplier_id;
  std::string location_id;
  std::string returned_at;
  std::string reason;
  std::vector<std::string> lines;
  std::string note;
  std::string request_id;
};

absl::Status AddReturnLine(const std::string& text, Session& session, SupplierReturn* goods) {
  ASSIGN_OR_RETURN(const LineFields line,
                   LineFields::Parse(text, LotKeysAnd({"condition", "quantity_g"})));
  inventory::v1::ReturnLine& added = *goods->add_lines();
  const std::string condition = line.Find("condition").value_or("usable");
  const auto kind = FindValue(kConditions, condition);
  if (!kind.has_value() || *kind == inventory::v1::ACCOUNT_KIND_IN_TRANSIT) {
    return line.Wrong("condition must be usable, quarantined or damaged");
  }
  added.set_condition(*kind);
  ASSIGN_OR_RETURN(const int64_t quantity_g,
                   line.Whole("quantity_g", 1, kQuantityMaxG, std::nullopt));
  added.set_quantity_g(quantity_g);
  ASSIGN_OR_RETURN(const LotChoice choice, LotOfLine(line));
  ASSIGN_OR_RETURN(const inventory::v1::Lot lot, FindLot(session.connection, choice));
  added.set_lot_id(lot.lot_id());
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> ReturnGoods(const ReturnOptions& options, Session& session) {
  inventory::v1::RecordSupplierReturnRequest request;
  SupplierReturn& goods = *request.mutable_supplier_return();
  goods.set_return_id(options.return_id);
  goods.set_supplier_id(options.supplier_id);
  goods.set_location_id(options.location_id);
  ASSIGN_OR_RETURN(const Instant returned_at, TimeOption("--at", options.returned_at));
  *goods.mutable_returned_at() = ToZonedTime(returned_at);
  ASSIGN_OR_RETURN(const auto reason, WordOption<ReturnReason>("--reason", options.reason));
  goods.set_reason(reason);
  goods.set_note(options.note);
  for (const std::string& line : options.lines) {
    RETURN_IF_ERROR(AddReturnLine(line, session, &goods));
  }
  ASSIGN_OR_RETURN(const auto response, Write(session, &PurchaseService::Stub::RecordSupplierReturn,
                                              options.request_id, request));
  session.console.Print(absl::StrCat("returned ", goods.lines_size(), " lots to ",
                                     Printable(options.supplier_id), " (posting ",
                                     response.supplier_return().position(), ")\n"));
  return kDone;
}

struct ReturnsOptions {
  std::string supplier_id;
  bool json = false;
};

absl::StatusOr<ExitCode> PrintReturns(const ReturnsOptions& options, Session& session) {
  inventory::v1::ListSupplierReturnsRequest request;
  request.set_supplier_id(options.supplier_id);
  ASSIGN_OR_RETURN(const auto returns,
                   ListAll<SupplierReturn>(
                       session.connection, &PurchaseService::Stub::ListSupplierReturns, request,
                       &inventory::v1::ListSupplierReturnsResponse::supplier_returns));
  if (options.json) {
    session.console.Print(ListJson(returns));
    return kDone;
  }
  std::set<int64_t> lot_ids;
  for (const SupplierReturn& goods : returns) {
    for (const auto& line : goods.lines()) lot_ids.insert(line.lot_id());
  }
  ASSIGN_OR_RETURN(const LotsById lots, GetLots(session.connection, lot_ids));
  TextTable table(
      {{"RETURN"}, {"WHEN"}, {"TO"}, {"REASON"}, {"LOT"}, {"CONDITION"}, {"GRAMS", Align::kRight}});
  for (const SupplierReturn& goods : returns) {
    for (const auto& line : goods.lines()) {
      table.AddRow({goods.return_id(), FormatTime(FromZonedTime(goods.returned_at())),
                    goods.supplier_id(), WordOfEnum(goods.reason()),
                    DescribeLot(lots, line.lot_id()),
                    WordOfEnum(static_cast<inventory::v1::AccountKind>(line.condition())),
                    WithThousands(line.quantity_g())});
    }
  }
  session.console.Print(returns.empty() ? "nothing was returned\n" : table.ToString());
  return kDone;
}

void AddPurchases(Commands* commands) {
  auto options = std::make_shared<PurchasesOptions>();
  CLI::App* command =
      commands->Add("purchases", "All purchases, or one with its lots, costs and papers",
                    "milkway purchases P-2025-1");
  command->add_option("PURCHASE", options->purchase_id, "only this one, with everything");
  command->add_flag("--json", options->json, "for programs; the keys are stable");
  commands->OnRun(command,
                  [options](Session& session) { return PrintPurchases(*options, session); });
}

void AddDocument(Commands* commands) {
  auto options = std::make_shared<DocumentOptions>();
  CLI::App* command = commands->Add(
      "purchase-document", "Attaches a paper to a purchase; papers are never changed",
      "milkway purchase-document P-2025-1 INV-77 --type invoice --number 77\n"
      "      --issuer \"Dairy Farmers\" --issued-on 2025-02-01 --file invoice-77.pdf");
  command->add_option("PURCHASE", options->purchase_id, "the purchase")->required();
  command->add_option("DOCUMENT", options->document_id, "an id for the paper")->required();
  command->add_option("--type", options->type, ListOfWords(*common::v1::DocumentType_descriptor()))
      ->required();
  command->add_option("--number", options->number, "the number printed on it");
  command->add_option("--issuer", options->issuer, "who issued it");
  command->add_option("--issued-on", options->issued_on, "the day of issue");
  command->add_option("--valid-until", options->valid_until, "the last day on which it is valid");
  command->add_option("--uri", options->uri, "where the file is kept: https, file or s3");
  command->add_option("--file", options->file, "the file, of which the SHA-256 is kept");
  command->add_option("--note", options->note, "free text");
  AddRequestId(command, &options->request_id);
  commands->OnRun(command,
                  [options](Session& session) { return AttachDocument(*options, session); });
}

void AddCostCommand(Commands* commands) {
  auto options = std::make_shared<CostOptions>();
  CLI::App* command =
      commands->Add("purchase-cost", "A cost of a purchase became known, such as a freight invoice",
                    "milkway purchase-cost P-2025-1 F-9 --kind freight --incurred-on 2025-03-01\n"
                    "      --amount 1250.00 --currency AUD --document INV-9");
  command->add_option("PURCHASE", options->purchase_id, "the purchase")->required();
  command->add_option("COST", options->cost_id, "an id for the cost")->required();
  command->add_option("--kind", options->kind, ListOf(kCostKinds))->required();
  command->add_option("--incurred-on", options->incurred_on, "the day whose rate applies")
      ->required();
  command->add_option("--amount", options->amount, "how much")->required();
  command->add_option("--currency", options->currency, "ISO 4217 code")->required();
  command->add_option("--document", options->document_id, "the paper that states it");
  AddRequestId(command, &options->request_id);
  commands->OnRun(command, [options](Session& session) { return AddCost(*options, session); });
}

void AddReturn(Commands* commands) {
  auto options = std::make_shared<ReturnOptions>();
  CLI::App* command = commands->Add(
      "supplier-return", "Goods go back to who sold them, several lots in one posting",
      "milkway supplier-return RT-1 --supplier farm --from depot --reason recalled\n"
      "      --at 2025-07-03T09:00:00+08:00\n"
      "      --line product=devondale-1kg,lot=L2401,condition=quarantined,quantity_g=20000");
  command->add_option("RETURN", options->return_id, "an id for it")->required();
  command->add_option("--supplier", options->supplier_id, "who sold the lots")->required();
  command->add_option("--from", options->location_id, "where they lay")->required();
  command->add_option("--at", options->returned_at, "when they left, with the UTC offset")
      ->required();
  command
      ->add_option("--reason", options->reason,
                   ListOfWords(*inventory::v1::ReturnReason_descriptor()))
      ->required();
  AddLines(command, &options->lines, "product, lot, purchase or lot_id; condition, quantity_g");
  command->add_option("--note", options->note, "free text");
  AddRequestId(command, &options->request_id);
  commands->OnRun(command, [options](Session& session) { return ReturnGoods(*options, session); });
}

void AddReturns(Commands* commands) {
  auto options = std::make_shared<ReturnsOptions>();
  CLI::App* command = commands->Add("supplier-returns", "What was sent back to suppliers",
                                    "milkway supplier-returns --supplier farm");
  command->add_option("--supplier", options->supplier_id, "only to this one");
  command->add_flag("--json", options->json, "for programs; the keys are stable");
  commands->OnRun(command, [options](Session& session) { return PrintReturns(*options, session); });
}

}  // namespace

void AddPurchaseCommands(Commands* commands) {
  AddPurchases(commands);
  AddDocument(commands);
  AddCostCommand(commands);
  AddReturn(commands);
  AddReturns(commands);
}

}  // namespace milkway::cli
