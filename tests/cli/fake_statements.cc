#include <algorithm>
#include <string>

#include "milkway/impact/v1/statements.grpc.pb.h"
#include "tests/cli/fake_handler.h"

namespace milkway::cli::testing {

namespace {

namespace imp = impact::v1;

// The number asked for, or the last one finished for 0.
int64_t Resolve(const FakeBooks& books, int64_t number) {
  if (number != 0) return number;
  for (const imp::Publication& publication : books.publications) {
    if (publication.finished_us() != 0) number = publication.publication();
  }
  return number;
}

template <typename Statement>
grpc::Status Answer(const FakeBooks& books, int64_t publication,
                    const std::map<int64_t, Statement>& statements, Statement* statement) {
  const auto told = statements.find(Resolve(books, publication));
  if (told == statements.end()) {
    return Refusal(grpc::StatusCode::NOT_FOUND, "PUBLICATION_UNKNOWN",
                   absl::StrCat("no publication ", publication));
  }
  *statement = told->second;
  return grpc::Status::OK;
}

// Publications come two on a page.
class Statements final : public imp::StatementService::Service, public FakeHandler {
  grpc::Status ListPublications(grpc::ServerContext* context,
                                const imp::ListPublicationsRequest* request,
                                imp::ListPublicationsResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      const size_t first = request->page_token().empty() ? 0 : std::stoul(request->page_token());
      const size_t end = std::min(books.publications.size(), first + 2);
      for (size_t i = first; i < end; ++i) *response->add_publications() = books.publications[i];
      if (end < books.publications.size()) response->set_next_page_token(std::to_string(end));
      return grpc::Status::OK;
    });
  }
  grpc::Status GetGiftStatement(grpc::ServerContext* context,
                                const imp::GetGiftStatementRequest* request,
                                imp::GetGiftStatementResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      const auto gift = books.gift_statements.find(request->gift_id());
      if (gift == books.gift_statements.end()) {
        return Refusal(grpc::StatusCode::NOT_FOUND, "GIFT_UNKNOWN",
                       absl::StrCat("no gift ", request->gift_id()));
      }
      return Answer(books, request->publication(), gift->second, response->mutable_statement());
    });
  }
  grpc::Status GetProgrammeStatement(grpc::ServerContext* context,
                                     const imp::GetProgrammeStatementRequest* request,
                                     imp::GetProgrammeStatementResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      return Answer(books, request->publication(), books.programme_statements,
                    response->mutable_statement());
    });
  }
};

}  // namespace

void AddStatementServices(FakeServer* server, FakeServices* services) {
  AddService<Statements>(server, services);
}

}  // namespace milkway::cli::testing
