// publish, publications, statement, programme-statement, gift-proof, share-link,
// share-links, revoke-share-link, shared.

#include <array>
#include <fstream>
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/days.h"
#include "clients/cli/log_proofs.h"
#include "clients/cli/page_link.h"
#include "clients/cli/pages.h"
#include "clients/cli/statement_text.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"
#include "milkway/impact/v1/statements.grpc.pb.h"
#include "openssl/rand.h"

namespace milkway::cli {

namespace {

namespace v1 = impact::v1;
using v1::StatementService;

constexpr size_t kTokenBytes = 32;
constexpr int64_t kPublicationsMax = std::numeric_limits<int64_t>::max();

struct StatementOptions {
  std::string gift_id;
  std::string link_id;
  std::string token;
  std::string key;
  std::string since;
  std::string base_url;
  std::string out;
  std::string request_id;
  int64_t publication = 0;
  bool json = false;
};

absl::StatusOr<ExitCode> Publish(const StatementOptions& options, Session& session) {
  ASSIGN_OR_RETURN(const auto response, Write(session, &StatementService::Stub::Publish,
                                              options.request_id, v1::PublishRequest()));
  const v1::Publication& publication = response.publication();
  session.console.Print(absl::StrCat(
      "publication ", publication.publication(), " tells of ", WithThousands(publication.lots()),
      " lots and ", WithThousands(publication.pairs()), " pairs of lot and school\n"));
  return kDone;
}

absl::StatusOr<ExitCode> ListPublications(Session& session) {
  ASSIGN_OR_RETURN(const auto publications,
                   ListAll<v1::Publication>(
                       session.connection, &StatementService::Stub::ListPublications,
                       v1::ListPublicationsRequest(), &v1::ListPublicationsResponse::publications));
  using Align = TextTable::Align;
  TextTable table({{"PUBLICATION", Align::kRight},
                   {"BEGUN"},
                   {"RECORDED UP TO"},
                   {"LOTS", Align::kRight},
                   {"PAIRS", Align::kRight}});
  for (const v1::Publication& publication : publications) {
    table.AddRow(
        {absl::StrCat(publication.publication()), FormatUtc(publication.started_us()),
         publication.finished_us() == 0 ? "under way" : FormatUtc(publication.as_of_recorded_us()),
         WithThousands(publication.lots()), WithThousands(publication.pairs())});
  }
  session.console.Print(publications.empty() ? "nothing is published yet\n" : table.ToString());
  return kDone;
}

absl::StatusOr<ExitCode> ShowStatement(const StatementOptions& options, Session& session) {
  v1::GetGiftStatementRequest request;
  request.set_gift_id(options.gift_id);
  request.set_publication(options.publication);
  ASSIGN_OR_RETURN(const auto response,
                   session.connection.Call(&StatementService::Stub::GetGiftStatement, request));
  session.console.Print(StatementText(response.statement(), options.json));
  return kDone;
}

absl::StatusOr<ExitCode> ShowProgramme(const StatementOptions& options, Session& session) {
  v1::GetProgrammeStatementRequest request;
  request.set_publication(options.publication);
  ASSIGN_OR_RETURN(
      const auto response,
      session.connection.Call(&StatementService::Stub::GetProgrammeStatement, request));
  const v1::ProgrammeStatement& statement = response.statement();
  session.console.Print(absl::StrCat(
      "gifts helped to buy lots of ", WithThousands(statement.purchased_g()),
      " g: ", WithThousands(statement.served_g()), " g were served in ",
      WithThousands(statement.servings()), " cups at ", WithThousands(statement.schools()),
      " schools, and ", WithThousands(statement.lost_g()), " g were lost\n",
      PublicationLine(statement.publication())));
  return kDone;
}

absl::StatusOr<ExitCode> WriteGiftProof(const StatementOptions& options, Session& session) {
  ASSIGN_OR_RETURN(const std::string text,
                   FetchGiftProof(session.connection, options.gift_id, options.key));
  if (options.out.empty()) {
    session.console.Print(text);
    return kDone;
  }
  std::ofstream file(options.out, std::ios::binary);
  file << text;
  file.close();
  if (!file) return UsageError(absl::StrCat("--out ", Quoted(options.out), " cannot be written"));
  session.console.Print(
      absl::StrCat("wrote ", Printable(options.out), "; check it anywhere with milkway-verify\n"));
  return kDone;
}

absl::StatusOr<ExitCode> MakeShareLink(const StatementOptions& options, Session& session) {
  std::array<unsigned char, kTokenBytes> random;
  if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) {
    return absl::InternalError("this machine gives no random bytes");
  }
  const absl::string_view token(reinterpret_cast<const char*>(random.data()), random.size());
  v1::CreateShareLinkRequest request;
  request.set_gift_id(options.gift_id);
  request.set_token_sha256(std::string(proof::BytesOf(proof::Sha256(token))));
  ASSIGN_OR_RETURN(const auto response, Write(session, &StatementService::Stub::CreateShareLink,
                                              options.request_id, request));
  session.console.Print(absl::StrCat(
      "link ", response.link().link_id(), " of gift ", response.link().gift_id(), "\n",
      GiftLink(options.base_url, session.connection, absl::WebSafeBase64Escape(token)), "\n"));
  return kDone;
}

absl::StatusOr<ExitCode> ListLinks(const StatementOptions& options, Session& session) {
  v1::ListShareLinksRequest request;
  request.set_gift_id(options.gift_id);
  ASSIGN_OR_RETURN(
      const auto links,
      ListAll<v1::ShareLink>(session.connection, &StatementService::Stub::ListShareLinks, request,
                             &v1::ListShareLinksResponse::links));
  TextTable table({{"LINK"}, {"MADE"}, {"BY"}, {"CLOSED"}});
  for (const v1::ShareLink& link : links) {
    table.AddRow({link.link_id(), FormatUtc(link.created_us()), Printable(link.created_by()),
                  link.revoked_us() == 0 ? "" : FormatUtc(link.revoked_us())});
  }
  session.console.Print(links.empty() ? "no link\n" : table.ToString());
  return kDone;
}

absl::StatusOr<ExitCode> CloseLink(const StatementOptions& options, Session& session) {
  v1::RevokeShareLinkRequest request;
  request.set_gift_id(options.gift_id);
  request.set_link_id(options.link_id);
  ASSIGN_OR_RETURN(const auto response, Write(session, &StatementService::Stub::RevokeShareLink,
                                              options.request_id, request));
  session.console.Print(absl::StrCat("link ", response.link().link_id(), " is closed\n"));
  return kDone;
}

absl::StatusOr<ExitCode> OpenLink(const StatementOptions& options, Session& session) {
  v1::GetSharedGiftRequest request;
  request.set_token(TokenOfLink(options.token));
  ASSIGN_OR_RETURN(const auto response,
                   session.connection.Call(&StatementService::Stub::GetSharedGift, request));
  session.console.Print(StatementText(response.statement(), options.json));
  return kDone;
}

using Run = absl::StatusOr<ExitCode> (*)(const StatementOptions&, Session&);

CLI::App* AddCommand(Commands* commands, const std::shared_ptr<StatementOptions>& options,
                     const std::string& name, const std::string& description,
                     const std::string& example, Run run) {
  CLI::App* command = commands->Add(name, description, example);
  commands->OnRun(command, [options, run](Session& session) { return run(*options, session); });
  return command;
}

void AddPublicationOption(CLI::App* command, StatementOptions* options) {
  command->add_option("--publication", options->publication, "as this publication told it")
      ->check(CLI::Range(int64_t{1}, kPublicationsMax));
}

void AddStatements(Commands* commands, const std::shared_ptr<StatementOptions>& options) {
  CLI::App* command =
      AddCommand(commands, options, "publish",
                 "Publishes what donors and the public may be told; done by itself every week",
                 "milkway publish", Publish);
  AddRequestId(command, &options->request_id);
  AddCommand(commands, options, "publications", "What was published when", "milkway publications",
             [](const StatementOptions&, Session& session) { return ListPublications(session); });
  command = AddCommand(commands, options, "statement", "What a gift became, as donors are told it",
                       "milkway statement gift-2025-001", ShowStatement);
  command->add_option("GIFT", options->gift_id, "the gift")->required();
  command->add_flag("--json", options->json, "for programs; the keys are those of impact");
  AddPublicationOption(command, options.get());
  command = AddCommand(commands, options, "programme-statement",
                       "What the whole programme became, as everybody is told it",
                       "milkway programme-statement", ShowProgramme);
  AddPublicationOption(command, options.get());
  command = AddCommand(commands, options, "gift-proof",
                       "A file that proves what a gift became, which milkway-verify checks "
                       "without a server",
                       "milkway gift-proof gift-2025-001 --out gift.json", WriteGiftProof);
  command->add_option("GIFT", options->gift_id, "the gift")->required();
  command->add_option("--out", options->out, "the file to write")->type_name("FILE");
  command->add_option("--key", options->key,
                      "the log's public key as you know it, or a file that holds it");
}

void AddShareLinks(Commands* commands, const std::shared_ptr<StatementOptions>& options) {
  CLI::App* command = AddCommand(commands, options, "share-link",
                                 "Makes a link to a gift; it is printed once and its token kept "
                                 "nowhere",
                                 "milkway share-link gift-2025-001", MakeShareLink);
  command->add_option("GIFT", options->gift_id, "the gift")->required();
  AddBaseUrl(command, &options->base_url);
  AddRequestId(command, &options->request_id);
  command = AddCommand(commands, options, "share-links", "The links to a gift",
                       "milkway share-links gift-2025-001", ListLinks);
  command->add_option("GIFT", options->gift_id, "the gift")->required();
  command = AddCommand(commands, options, "close-share-link", "Closes a link to a gift for ever",
                       "milkway close-share-link gift-2025-001 0123456789abcdef", CloseLink);
  command->add_option("GIFT", options->gift_id, "the gift")->required();
  command->add_option("LINK", options->link_id, "the link")->required();
  AddRequestId(command, &options->request_id);
  command = AddCommand(commands, options, "shared", "What a link shows", "milkway shared qWc3…",
                       OpenLink);
  command->add_option("LINK", options->token, "the link, or its token")->required();
  command->add_flag("--json", options->json, "for programs; the keys are those of impact");
}

}  // namespace

void AddStatementCommands(Commands* commands) {
  const auto options = std::make_shared<StatementOptions>();
  AddStatements(commands, options);
  AddShareLinks(commands, options);
}

}  // namespace milkway::cli
