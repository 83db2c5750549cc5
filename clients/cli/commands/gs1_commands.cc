// gs1 parse, gs1 link.

#include <limits>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/civil_time.h"
#include "absl/time/clock.h"
#include "clients/cli/command.h"
#include "clients/cli/lots.h"
#include "clients/cli/numbers.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cpp/gs1/digital_link.h"
#include "clients/cpp/gs1/element_string.h"
#include "clients/cpp/status_macros.h"
#include "nlohmann/json.hpp"

namespace milkway::cli {

namespace {

using inventory::v1::CatalogService;

constexpr int kWeightDecimals = 3;  // of milligrams as grams

struct ParseOptions {
  std::string text;
  bool json = false;
};

absl::StatusOr<std::vector<gs1::Element>> ParseText(const std::string& typed) {
  const int this_year =
      static_cast<int>(absl::ToCivilYear(absl::Now(), absl::LocalTimeZone()).year());
  if (gs1::LooksLikeLink(typed)) return gs1::ParseLink(typed, this_year);
  // No shell types a separator easily, and no value has a backslash.
  const std::string text =
      absl::StrReplaceAll(typed, {{"\\x1d", "\x1d"}, {"\\u001d", "\x1d"}, {"\\F", "\x1d"}});
  return gs1::ParseElementString(text, this_year);
}

std::string MeaningOf(const gs1::Element& element) {
  if (!element.day.empty()) return element.day;
  if (element.ai == "37") return WithThousands(element.count);
  if (element.ai.size() == 4) {
    return absl::StrCat(FormatDecimal(element.weight_mg, kWeightDecimals), " g");
  }
  return "";
}

std::string ElementsJson(const std::vector<gs1::Element>& elements) {
  auto list = nlohmann::ordered_json::array();
  for (const gs1::Element& element : elements) {
    nlohmann::ordered_json row = {{"ai", element.ai}, {"value", element.value}};
    if (!element.day.empty()) row["day"] = element.day;
    if (element.ai == "37") row["count"] = element.count;
    if (element.ai.size() == 4) row["weight_mg"] = element.weight_mg;
    list.push_back(std::move(row));
  }
  return absl::StrCat(list.dump(2), "\n");
}

absl::StatusOr<ExitCode> PrintElements(const ParseOptions& options, Session& session) {
  const auto elements = ParseText(options.text);
  if (!elements.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(Quoted(options.text), ": ", elements.status().message()));
  }
  if (options.json) {
    session.console.Print(ElementsJson(*elements));
    return kDone;
  }
  TextTable table({{"AI"}, {"NAME"}, {"VALUE"}, {"MEANS"}});
  for (const gs1::Element& element : *elements) {
    ASSIGN_OR_RETURN(const gs1::Identifier identifier, gs1::IdentifierAt(element.ai));
    table.AddRow({element.ai, std::string(identifier.name), element.value, MeaningOf(element)});
  }
  session.console.Print(table.ToString());
  return kDone;
}

struct LinkOptions {
  LotChoice lot;
  int64_t lot_id = 0;
  std::string resolver = gs1::kDefaultResolver;
};

absl::StatusOr<inventory::v1::Product> FindProduct(const std::string& product_id,
                                                   Session& session) {
  inventory::v1::GetProductRequest request;
  request.set_product_id(product_id);
  ASSIGN_OR_RETURN(const auto response,
                   session.connection.Call(&CatalogService::Stub::GetProduct, request));
  return response.product();
}

absl::StatusOr<ExitCode> PrintLink(LinkOptions options, Session& session) {
  if (options.lot_id > 0) {
    options.lot.lot_id = options.lot_id;
  } else if (options.lot.lot_number.empty() || options.lot.product_id.empty()) {
    return UsageError("expected --product ID with --lot NUMBER, or --lot-id N");
  }
  ASSIGN_OR_RETURN(const inventory::v1::Lot lot, FindLot(session.connection, options.lot));
  ASSIGN_OR_RETURN(const inventory::v1::Product product, FindProduct(lot.product_id(), session));
  if (product.gtin().empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("product ", Printable(product.product_id()),
                     " has no GTIN, the number below the bar code of its pack; without one there "
                     "is no link"));
  }
  ASSIGN_OR_RETURN(
      const std::string link,
      gs1::LinkOf({product.gtin(), lot.lot_number(), lot.expires_on()}, options.resolver));
  session.console.Print(absl::StrCat(link, "\n"));
  return kDone;
}

void AddParse(Commands* commands, CLI::App* group) {
  auto options = std::make_shared<ParseOptions>();
  CLI::App* command = commands->AddTo(
      group, "parse",
      "What a GS1 bar code or Digital Link says, without a server. TEXT is what a scanner reads;\n"
      "\\x1d stands for the separator behind a lot or serial number",
      "milkway gs1 parse ']C101093006396010141726120110L2401\\x1d3712'");
  command->add_option("TEXT", options->text, "what a scanner reads, or a link")->required();
  command->add_flag("--json", options->json, "for programs; the keys are stable");
  commands->OnRun(command,
                  [options](Session& session) { return PrintElements(*options, session); });
}

void AddLink(Commands* commands, CLI::App* group) {
  auto options = std::make_shared<LinkOptions>();
  CLI::App* command =
      commands->AddTo(group, "link",
                      "The GS1 Digital Link of a lot, which is the text of the QR code for its "
                      "cartons",
                      "milkway gs1 link --product devondale-1kg --lot L2401");
  command->add_option("--product", options->lot.product_id, "the product");
  command->add_option("--lot", options->lot.lot_number, "the manufacturer's lot number");
  command->add_option("--purchase", options->lot.purchase_id, "its purchase, if there are several");
  command->add_option("--lot-id", options->lot_id, "the inventory's number of the lot, instead")
      ->check(CLI::Range(int64_t{1}, std::numeric_limits<int64_t>::max()));
  command->add_option("--resolver", options->resolver, "web address that the link starts with")
      ->type_name("URL")
      ->capture_default_str();
  commands->OnRun(command, [options](Session& session) { return PrintLink(*options, session); });
}

}  // namespace

void AddGs1Commands(Commands* commands) {
  CLI::App* group = commands->AddGroup("gs1", "Bar codes and links of lots, by GS1's rules");
  AddParse(commands, group);
  AddLink(commands, group);
}

}  // namespace milkway::cli
