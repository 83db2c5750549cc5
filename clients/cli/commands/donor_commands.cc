// donor, donors, donor-impact, programme-impact.

#include <memory>

#include "absl/strings/str_cat.h"
#include "clients/cli/as_of.h"
#include "clients/cli/command.h"
#include "clients/cli/gift_options.h"
#include "clients/cli/message_json.h"
#include "clients/cli/pages.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"
#include "milkway/impact/v1/donors.grpc.pb.h"

namespace milkway::cli {

namespace {

using impact::v1::Donor;
using impact::v1::DonorService;
using Align = TextTable::Align;

struct DonorOptions {
  std::string donor_id;
  std::string name;
  std::string language;
  bool anonymous = false;
  std::string etag;
  std::string request_id;
};

absl::StatusOr<ExitCode> PutDonor(const DonorOptions& options, Session& session) {
  impact::v1::PutDonorRequest request;
  Donor& donor = *request.mutable_donor();
  donor.set_donor_id(options.donor_id);
  donor.set_display_name(options.name);
  donor.set_language(options.language);
  donor.set_anonymous(options.anonymous);
  donor.set_etag(options.etag);
  ASSIGN_OR_RETURN(const auto response,
                   Write(session, &DonorService::Stub::PutDonor, options.request_id, request));
  session.console.Print(absl::StrCat("donor ", Printable(options.donor_id), " is recorded (etag ",
                                     Printable(response.donor().etag()), ")\n"));
  return kDone;
}

absl::StatusOr<ExitCode> PrintDonors(bool json, Session& session) {
  ASSIGN_OR_RETURN(
      const auto donors,
      ListAll<Donor>(session.connection, &DonorService::Stub::ListDonors,
                     impact::v1::ListDonorsRequest(), &impact::v1::ListDonorsResponse::donors));
  if (json) {
    session.console.Print(ListJson(donors));
    return kDone;
  }
  TextTable table({{"DONOR"}, {"NAME"}, {"LANGUAGE"}, {"NAMED"}, {"ETAG"}});
  for (const Donor& donor : donors) {
    table.AddRow({donor.donor_id(), donor.display_name(), donor.language(),
                  donor.anonymous() ? "never" : "yes", donor.etag()});
  }
  session.console.Print(table.empty() ? "no donors\n" : table.ToString());
  return kDone;
}

// "1,000.00 AUD: 800.00 AUD bought milk, …", of messages that have all parts of the money.
template <typename Message>
std::string MoneyLine(const Message& impact) {
  std::string text =
      absl::StrCat(impact.gift_count(), " gifts: ", MoneyText(impact.amount()), ", of which ",
                   MoneyText(impact.allocated()), " bought milk, ", MoneyText(impact.fees()),
                   " were fees, ", MoneyText(impact.refunded()), " were given back and ",
                   MoneyText(impact.unspent()), " are unspent\n");
  if (impact.refund_due().minor_units() > 0) {
    absl::StrAppend(&text, MoneyText(impact.refund_due()),
                    " of it are owed to gifts, as lots cost less than they paid\n");
  }
  return text;
}

template <typename Message>
std::string NutrientLine(const Message& impact) {
  return absl::StrCat("in them: ", WithThousands(impact.protein_mg() / 1000), " g protein, ",
                      WithThousands(impact.calcium_mg() / 1000), " g calcium, ",
                      WithThousands(impact.energy_kj()), " kJ\n");
}

template <typename Message>
std::string ChildrenText(const Message& impact) {
  return impact.has_children_reached() ? WithThousands(impact.children_reached()) : "fewer than 10";
}

struct DonorImpactOptions {
  std::string donor_id;
  std::string as_of;
  bool json = false;
};

absl::StatusOr<ExitCode> PrintDonorImpact(const DonorImpactOptions& options, Session& session) {
  impact::v1::GetDonorImpactRequest request;
  request.set_donor_id(options.donor_id);
  ASSIGN_OR_RETURN(*request.mutable_as_of(), ParseAsOf("--as-of", options.as_of));
  ASSIGN_OR_RETURN(const auto response,
                   session.connection.Call(&DonorService::Stub::GetDonorImpact, request));
  if (options.json) {
    session.console.Print(JsonText(response.impact()));
    return kDone;
  }
  const impact::v1::DonorImpact& impact = response.impact();
  TextTable lots({{"PRODUCT"},
                  {"LOT"},
                  {"FUNDED g", Align::kRight},
                  {"SERVED g", Align::kRight},
                  {"LOST g", Align::kRight},
                  {"RETURNED g", Align::kRight},
                  {"REMAINING g", Align::kRight},
                  {"CUPS", Align::kRight}});
  for (const impact::v1::LotShare& lot : impact.lots()) {
    lots.AddRow({lot.product_id(), lot.lot_number(), WithThousands(lot.funded_g()),
                 WithThousands(lot.served_g()), WithThousands(lot.lost_g()),
                 WithThousands(lot.returned_g()), WithThousands(lot.remaining_g()),
                 WithThousands(lot.servings())});
  }
  session.console.Print(absl::StrCat(
      "donor ", Printable(impact.donor_id()), ", ", MoneyLine(impact),
      lots.empty() ? "" : lots.ToString(2), "served: ", WithThousands(impact.served_g()), " g in ",
      WithThousands(impact.servings()), " cups\n", NutrientLine(impact),
      "children who drank from lots these gifts helped to buy: ", ChildrenText(impact), "\n"));
  return kDone;
}

absl::StatusOr<ExitCode> PrintProgrammeImpact(const DonorImpactOptions& options, Session& session) {
  impact::v1::GetProgrammeImpactRequest request;
  ASSIGN_OR_RETURN(*request.mutable_as_of(), ParseAsOf("--as-of", options.as_of));
  ASSIGN_OR_RETURN(const auto response,
                   session.connection.Call(&DonorService::Stub::GetProgrammeImpact, request));
  if (options.json) {
    session.console.Print(JsonText(response.impact()));
    return kDone;
  }
  const impact::v1::ProgrammeImpact& impact = response.impact();
  TextTable table({{""},
                   {"BOUGHT g", Align::kRight},
                   {"SERVED g", Align::kRight},
                   {"LOST g", Align::kRight},
                   {"RETURNED g", Align::kRight},
                   {"REMAINING g", Align::kRight},
                   {"CUPS", Align::kRight}});
  const auto add = [&table](const char* what, const impact::v1::ImpactTotals& totals) {
    table.AddRow({what, WithThousands(totals.funded_g()), WithThousands(totals.served_g()),
                  WithThousands(totals.lost_g()), WithThousands(totals.returned_g()),
                  WithThousands(totals.remaining_g()), WithThousands(totals.servings())});
  };
  add("paid for by gifts", impact.gifts());
  add("by nobody", impact.unpaid());
  add("all", impact.all());
  session.console.Print(absl::StrCat(
      MoneyLine(impact), impact.lot_count(), " lots cost ", MoneyText(impact.landed_cost()),
      ", of which ", MoneyText(impact.unpaid_cost()), " are not paid for by gifts\n",
      table.ToString(2), NutrientLine(impact), "children who drank: ", ChildrenText(impact), "\n"));
  return kDone;
}

void AddDonor(Commands* commands) {
  auto options = std::make_shared<DonorOptions>();
  CLI::App* command =
      commands->Add("donor", "Records a donor, or replaces what is recorded of one",
                    "milkway donor D-12 --name 李女士 --language zh\n"
                    "  milkway donor D-12 --name 李女士 --language zh --anonymous --etag 1");
  command->add_option("DONOR", options->donor_id, "their id; not a name")->required();
  command->add_option("--name", options->name, "for staff only");
  command->add_option("--language", options->language, "en or zh");
  command->add_flag("--anonymous", options->anonymous, "they wish not to be named");
  command->add_option("--etag", options->etag, "of what is replaced, as milkway donors shows it");
  AddRequestId(command, &options->request_id);
  commands->OnRun(command, [options](Session& session) { return PutDonor(*options, session); });
}

}  // namespace

void AddDonorCommands(Commands* commands) {
  AddDonor(commands);

  auto donors_json = std::make_shared<bool>(false);
  CLI::App* donors = commands->Add("donors", "Donors: the staff view", "milkway donors");
  donors->add_flag("--json", *donors_json, "for programs; the keys are stable");
  commands->OnRun(donors,
                  [donors_json](Session& session) { return PrintDonors(*donors_json, session); });

  auto options = std::make_shared<DonorImpactOptions>();
  CLI::App* impact =
      commands->Add("donor-impact", "What all gifts of a donor became: the staff view",
                    "milkway donor-impact D-12");
  impact->add_option("DONOR", options->donor_id, "the donor")->required();
  impact->add_option("--as-of", options->as_of, kAsOfHelp)->type_name("WHEN");
  impact->add_flag("--json", options->json, "for programs; the keys are stable");
  commands->OnRun(impact,
                  [options](Session& session) { return PrintDonorImpact(*options, session); });

  auto all = std::make_shared<DonorImpactOptions>();
  CLI::App* programme =
      commands->Add("programme-impact", "What all gifts became, and what nobody paid for",
                    "milkway programme-impact");
  programme->add_option("--as-of", all->as_of, kAsOfHelp)->type_name("WHEN");
  programme->add_flag("--json", all->json, "for programs; the keys are stable");
  commands->OnRun(programme,
                  [all](Session& session) { return PrintProgrammeImpact(*all, session); });
}

}  // namespace milkway::cli
