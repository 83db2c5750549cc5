// certificate, yearly-report.

#include <fstream>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/command.h"
#include "clients/cli/pages.h"
#include "clients/cli/print/certificate.h"
#include "clients/cli/print/programme_year.h"
#include "clients/cli/print/texts.h"
#include "clients/cli/print/yearly_report.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"
#include "milkway/impact/v1/statements.grpc.pb.h"

namespace milkway::cli {

namespace {

namespace v1 = impact::v1;
using v1::StatementService;

constexpr int kYearMin = 2000;
constexpr int kYearMax = 2099;
constexpr int64_t kPublicationsMax = std::numeric_limits<int64_t>::max();
// As many pages as anybody prints.
constexpr size_t kGiftsMax = 1'000;

struct PrintOptions {
  std::string language = "en";
  std::string out;
};

struct CertificateOptions : PrintOptions {
  std::string gift_id;
  int64_t publication = 0;
};

struct ReportOptions : PrintOptions {
  int year = 0;
  std::vector<std::string> gift_ids;
};

print::Language LanguageOf(const PrintOptions& options) {
  return options.language == "zh" ? print::Language::kChinese : print::Language::kEnglish;
}

absl::StatusOr<ExitCode> Deliver(const std::string& html, const PrintOptions& options,
                                 Session& session) {
  if (options.out.empty()) {
    session.console.Print(html);
    return kDone;
  }
  std::ofstream file(options.out, std::ios::binary);
  file << html;
  file.close();
  if (!file) return UsageError(absl::StrCat("--out ", Quoted(options.out), " cannot be written"));
  session.console.Print(absl::StrCat("wrote ", Printable(options.out),
                                     "; open it in a browser and print it on A4 paper\n"));
  return kDone;
}

absl::StatusOr<v1::GiftStatement> FetchGift(Connection& connection, const std::string& gift_id,
                                            int64_t publication) {
  v1::GetGiftStatementRequest request;
  request.set_gift_id(gift_id);
  request.set_publication(publication);
  ASSIGN_OR_RETURN(const auto response,
                   connection.Call(&StatementService::Stub::GetGiftStatement, request));
  return response.statement();
}

absl::StatusOr<v1::ProgrammeStatement> FetchProgramme(Connection& connection,
                                                      const v1::Publication& publication) {
  v1::GetProgrammeStatementRequest request;
  request.set_publication(publication.publication());
  ASSIGN_OR_RETURN(const auto response,
                   connection.Call(&StatementService::Stub::GetProgrammeStatement, request));
  return response.statement();
}

absl::Status NothingPublishedIn(int year, const std::vector<v1::Publication>& publications) {
  std::set<int> years;
  for (const v1::Publication& publication : publications) years.insert(print::YearOf(publication));
  years.erase(0);
  if (years.empty()) {
    return absl::FailedPreconditionError(
        "nothing is published yet, so there is no year to report; it is done by itself every "
        "week, or at once by milkway publish");
  }
  return absl::FailedPreconditionError(
      absl::StrCat("nothing was published in ", year,
                   "; report a year in which something was: ", absl::StrJoin(years, ", "),
                   " (milkway publications lists what was published "
                   "when)"));
}

absl::StatusOr<print::ProgrammeYear> FetchYear(Connection& connection,
                                               const ReportOptions& options) {
  ASSIGN_OR_RETURN(const auto publications,
                   ListAll<v1::Publication>(connection, &StatementService::Stub::ListPublications,
                                            v1::ListPublicationsRequest(),
                                            &v1::ListPublicationsResponse::publications));
  const print::PublicationsOfYear of_year = print::SelectYear(publications, options.year);
  if (of_year.within.empty()) return NothingPublishedIn(options.year, publications);
  print::ProgrammeYear year;
  year.year = options.year;
  if (of_year.before.has_value()) {
    ASSIGN_OR_RETURN(year.before, FetchProgramme(connection, *of_year.before));
  }
  for (const v1::Publication& publication : of_year.within) {
    ASSIGN_OR_RETURN(v1::ProgrammeStatement statement, FetchProgramme(connection, publication));
    year.within.push_back(std::move(statement));
  }
  for (const std::string& gift_id : options.gift_ids) {
    print::GiftYear gift;
    if (of_year.before.has_value()) {
      ASSIGN_OR_RETURN(gift.before, FetchGift(connection, gift_id, of_year.before->publication()));
    }
    ASSIGN_OR_RETURN(gift.after,
                     FetchGift(connection, gift_id, of_year.within.back().publication()));
    year.gifts.push_back(std::move(gift));
  }
  return year;
}

absl::StatusOr<ExitCode> MakeCertificate(const CertificateOptions& options, Session& session) {
  ASSIGN_OR_RETURN(const v1::GiftStatement statement,
                   FetchGift(session.connection, options.gift_id, options.publication));
  return Deliver(print::Certificate(statement, LanguageOf(options)), options, session);
}

absl::StatusOr<ExitCode> MakeReport(const ReportOptions& options, Session& session) {
  if (options.gift_ids.size() > kGiftsMax) {
    return UsageError(absl::StrCat("--gift may be given at most ", kGiftsMax, " times"));
  }
  ASSIGN_OR_RETURN(const print::ProgrammeYear year, FetchYear(session.connection, options));
  return Deliver(print::YearlyReport(year, LanguageOf(options)), options, session);
}

void AddPrintOptions(CLI::App* command, PrintOptions* options) {
  command->add_option("--language", options->language, "en (English) or zh (Chinese)")
      ->type_name("LANGUAGE")
      ->check(CLI::IsMember({"en", "zh"}));
  command->add_option("--out", options->out, "the HTML file to write (default: show it)")
      ->type_name("FILE");
}

void AddCertificate(Commands* commands) {
  auto options = std::make_shared<CertificateOptions>();
  CLI::App* command = commands->Add(
      "certificate", "Makes a certificate of a gift to be printed: what it became, as published",
      "milkway certificate gift-2025-001 --language zh --out certificate.html\n"
      "  then open the file in a browser and print it on A4 paper.");
  command->add_option("GIFT", options->gift_id, "the gift")->required();
  command->add_option("--publication", options->publication, "as this publication told it")
      ->check(CLI::Range(int64_t{1}, kPublicationsMax));
  AddPrintOptions(command, options.get());
  commands->OnRun(command,
                  [options](Session& session) { return MakeCertificate(*options, session); });
}

void AddYearlyReport(Commands* commands) {
  auto options = std::make_shared<ReportOptions>();
  CLI::App* command = commands->Add(
      "yearly-report", "Makes the programme's report of a year to be printed, as published",
      "milkway yearly-report 2025 --gift gift-2025-001 --gift gift-2025-002 --out 2025.html\n"
      "  The year's figures are what its last publication tells beyond the last one before it.");
  command->add_option("YEAR", options->year, "the year, in UTC")
      ->required()
      ->check(CLI::Range(kYearMin, kYearMax));
  command->add_option("--gift", options->gift_ids, "add a page for this gift; may be repeated")
      ->type_name("GIFT")
      ->allow_extra_args(false);
  AddPrintOptions(command, options.get());
  commands->OnRun(command, [options](Session& session) { return MakeReport(*options, session); });
}

}  // namespace

void AddPrintCommands(Commands* commands) {
  AddCertificate(commands);
  AddYearlyReport(commands);
}

}  // namespace milkway::cli
