#include "services/impact/statement_service.h"

#include <limits>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "clients/cpp/status_macros.h"
#include "services/impact/gift_proof.h"
#include "services/impact/gift_stream.h"
#include "services/impact/impact_errors.h"
#include "services/impact/impact_keys.h"
#include "services/impact/share_links.h"
#include "services/impact/statement_convert.h"
#include "services/impact/statements.h"
#include "services/runtime/fields.h"
#include "services/runtime/page_scan.h"

namespace milkway::impact {

namespace {

using runtime::Call;
using runtime::Handlers;
using storage::Reader;
using storage::Transaction;

absl::StatusOr<v1::GiftStatement> StatementOf(const Reader& reader, const std::string& gift_id,
                                              int64_t number) {
  ASSIGN_OR_RETURN(const std::optional<Publication> publication,
                   ResolvePublication(reader, number));
  // Before the first publication there is only what was given.
  ASSIGN_OR_RETURN(const GiftImpact impact,
                   ReadStatement(reader, gift_id, publication.value_or(Publication())));
  return ToStatement(impact, publication);
}

absl::StatusOr<int64_t> ParsePublication(int64_t number) {
  return runtime::ParseNumber("publication", number, 0, std::numeric_limits<int64_t>::max());
}

}  // namespace

grpc::ServerUnaryReactor* StatementService::Publish(Context* context,
                                                    const v1::PublishRequest* request,
                                                    v1::PublishResponse* response) {
  return handlers_.Async(
      context, request, response,
      [this, request](const Call& call, Handlers::Finish<v1::PublishResponse> finish) {
        const auto id = runtime::ParseRequestId("request_id", request->request_id());
        if (!id.ok()) return std::move(finish)(id.status());
        publishing_.Reply<v1::PublishResponse>(
            std::move(finish),
            [this, caller_id = call.caller.id,
             request_id = runtime::FormatRequestId(*id)]() -> absl::StatusOr<v1::PublishResponse> {
              ASSIGN_OR_RETURN(const Publication publication,
                               publisher_.Publish(caller_id, request_id));
              v1::PublishResponse answer;
              *answer.mutable_publication() = ToMessage(publication);
              return answer;
            });
      });
}

grpc::ServerUnaryReactor* StatementService::ListPublications(
    Context* context, const v1::ListPublicationsRequest* request,
    v1::ListPublicationsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::ListPublicationsResponse> {
        v1::ListPublicationsResponse answer;
        ASSIGN_OR_RETURN(
            *answer.mutable_next_page_token(),
            runtime::ScanPage<PublicationTable>(
                reader, PublicationKey::Range(), *request,
                [&](const PublicationKey::Key& key, const rec::PublicationRecord& record) {
                  *answer.add_publications() = ToMessage(Publication{std::get<0>(key), record});
                  return true;
                }));
        return answer;
      });
}

grpc::ServerUnaryReactor* StatementService::GetGiftStatement(
    Context* context, const v1::GetGiftStatementRequest* request,
    v1::GetGiftStatementResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::GetGiftStatementResponse> {
        ASSIGN_OR_RETURN(const std::string gift_id,
                         runtime::ParseId("gift_id", request->gift_id()));
        ASSIGN_OR_RETURN(const int64_t number, ParsePublication(request->publication()));
        v1::GetGiftStatementResponse answer;
        ASSIGN_OR_RETURN(*answer.mutable_statement(), StatementOf(reader, gift_id, number));
        return answer;
      });
}

grpc::ServerUnaryReactor* StatementService::ListGiftStatements(
    Context* context, const v1::ListGiftStatementsRequest* request,
    v1::ListGiftStatementsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader,
                const Call&) -> absl::StatusOr<v1::ListGiftStatementsResponse> {
        ASSIGN_OR_RETURN(const std::string donor_id,
                         runtime::ParseId("donor_id", request->donor_id()));
        ASSIGN_OR_RETURN(const int64_t number, ParsePublication(request->publication()));
        v1::ListGiftStatementsResponse answer;
        absl::Status status;
        ASSIGN_OR_RETURN(*answer.mutable_next_page_token(),
                         runtime::ScanPage<GiftByDonorTable>(
                             reader, GiftByDonorKey::Range(donor_id), *request,
                             [&](const GiftByDonorKey::Key& key, const rec::IndexRecord&) {
                               absl::StatusOr<v1::GiftStatement> statement =
                                   StatementOf(reader, std::get<1>(key), number);
                               status.Update(statement.status());
                               if (statement.ok()) *answer.add_statements() = *std::move(statement);
                               return status.ok();
                             }));
        RETURN_IF_ERROR(status);
        return answer;
      });
}

grpc::ServerUnaryReactor* StatementService::GetProgrammeStatement(
    Context* context, const v1::GetProgrammeStatementRequest* request,
    v1::GetProgrammeStatementResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader,
                const Call&) -> absl::StatusOr<v1::GetProgrammeStatementResponse> {
        ASSIGN_OR_RETURN(const int64_t number, ParsePublication(request->publication()));
        ASSIGN_OR_RETURN(const std::optional<Publication> publication,
                         ResolvePublication(reader, number));
        v1::GetProgrammeStatementResponse answer;
        if (!publication.has_value()) {
          answer.mutable_statement();
          return answer;
        }
        ASSIGN_OR_RETURN(const PublishedSums sums, ReadProgramme(reader, publication->number));
        *answer.mutable_statement() = ToMessage(sums, *publication);
        return answer;
      });
}

grpc::ServerWriteReactor<v1::WatchGiftResponse>* StatementService::WatchGift(
    Context* context, const v1::WatchGiftRequest* request) {
  return new GiftStream(
      runtime::CallScope(handlers_.parts(), *context, v1::WatchGiftRequest::descriptor(), request),
      *request);
}

template <typename Response>
void StatementService::TellJourney(const absl::StatusOr<std::string>& gift_id,
                                   Handlers::Finish<Response> finish) {
  if (!gift_id.ok()) return std::move(finish)(gift_id.status());
  asking_.Reply<Response>(std::move(finish),
                          [this, gift_id = *gift_id]() -> absl::StatusOr<Response> {
                            Response answer;
                            ASSIGN_OR_RETURN(*answer.mutable_journey(), journeys_.Tell(gift_id));
                            return answer;
                          });
}

grpc::ServerUnaryReactor* StatementService::GetGiftJourney(Context* context,
                                                           const v1::GetGiftJourneyRequest* request,
                                                           v1::GetGiftJourneyResponse* response) {
  return handlers_.Async(
      context, request, response,
      [this, request](const Call&, Handlers::Finish<v1::GetGiftJourneyResponse> finish) {
        TellJourney(runtime::ParseId("gift_id", request->gift_id()), std::move(finish));
      });
}

grpc::ServerUnaryReactor* StatementService::GetSharedGiftJourney(
    Context* context, const v1::GetSharedGiftJourneyRequest* request,
    v1::GetSharedGiftJourneyResponse* response) {
  return handlers_.Async(
      context, request, response,
      [this, request](const Call&, Handlers::Finish<v1::GetSharedGiftJourneyResponse> finish) {
        TellJourney(OpenShareLink(*handlers_.parts().store->NewSnapshot(), request->token()),
                    std::move(finish));
      });
}

template <typename Response>
void StatementService::Prove(const Reader& reader, const absl::StatusOr<std::string>& gift_id,
                             Handlers::Finish<Response> finish) {
  if (!gift_id.ok()) return std::move(finish)(gift_id.status());
  absl::StatusOr<GiftProofPlan> plan = PlanGiftProof(reader, *gift_id);
  if (!plan.ok()) return std::move(finish)(plan.status());
  Response answer;
  *answer.mutable_statement() = std::move(plan->statement);
  publisher_.log().Call<inventory::v1::ProveLotsResponse>(
      &inventory::v1::LogService::Stub::async::ProveLots, std::move(plan->question),
      [answer = std::move(answer),
       finish = std::move(finish)](absl::StatusOr<inventory::v1::ProveLotsResponse> proof) mutable {
        if (!proof.ok()) return std::move(finish)(proof.status());
        *answer.mutable_proof() = *std::move(proof);
        std::move(finish)(std::move(answer));
      });
}

grpc::ServerUnaryReactor* StatementService::GetGiftProof(Context* context,
                                                         const v1::GetGiftProofRequest* request,
                                                         v1::GetGiftProofResponse* response) {
  return handlers_.Async(
      context, request, response,
      [this, request](const Call&, Handlers::Finish<v1::GetGiftProofResponse> finish) {
        Prove(*handlers_.parts().store->NewSnapshot(),
              absl::StatusOr<std::string>(request->gift_id()), std::move(finish));
      });
}

grpc::ServerUnaryReactor* StatementService::GetSharedGiftProof(
    Context* context, const v1::GetSharedGiftProofRequest* request,
    v1::GetSharedGiftProofResponse* response) {
  return handlers_.Async(
      context, request, response,
      [this, request](const Call&, Handlers::Finish<v1::GetSharedGiftProofResponse> finish) {
        const auto snapshot = handlers_.parts().store->NewSnapshot();
        Prove(*snapshot, OpenShareLink(*snapshot, request->token()), std::move(finish));
      });
}

grpc::ServerUnaryReactor* StatementService::CreateShareLink(
    Context* context, const v1::CreateShareLinkRequest* request,
    v1::CreateShareLinkResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::CreateShareLinkResponse> {
        ASSIGN_OR_RETURN(const std::string gift_id,
                         runtime::ParseId("gift_id", request->gift_id()));
        ASSIGN_OR_RETURN(const std::string hash,
                         runtime::ParseSha256("token_sha256", request->token_sha256()));
        ASSIGN_OR_RETURN(const ShareLink link,
                         impact::CreateShareLink(transaction, gift_id, hash, call));
        v1::CreateShareLinkResponse answer;
        *answer.mutable_link() = ToMessage(link);
        return answer;
      });
}

grpc::ServerUnaryReactor* StatementService::ListShareLinks(Context* context,
                                                           const v1::ListShareLinksRequest* request,
                                                           v1::ListShareLinksResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::ListShareLinksResponse> {
        ASSIGN_OR_RETURN(const std::string gift_id,
                         runtime::ParseId("gift_id", request->gift_id()));
        v1::ListShareLinksResponse answer;
        ASSIGN_OR_RETURN(
            *answer.mutable_next_page_token(),
            runtime::ScanPage<ShareLinkTable>(
                reader, ShareLinkKey::Range(gift_id), *request,
                [&](const ShareLinkKey::Key& key, const rec::ShareLinkRecord& record) {
                  *answer.add_links() = ToMessage(ShareLink{std::get<1>(key), gift_id, record});
                  return true;
                }));
        return answer;
      });
}

grpc::ServerUnaryReactor* StatementService::RevokeShareLink(
    Context* context, const v1::RevokeShareLinkRequest* request,
    v1::RevokeShareLinkResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::RevokeShareLinkResponse> {
        ASSIGN_OR_RETURN(const std::string gift_id,
                         runtime::ParseId("gift_id", request->gift_id()));
        ASSIGN_OR_RETURN(const std::string link_id,
                         runtime::ParseId("link_id", request->link_id()));
        ASSIGN_OR_RETURN(const ShareLink link,
                         impact::RevokeShareLink(transaction, gift_id, link_id, call));
        v1::RevokeShareLinkResponse answer;
        *answer.mutable_link() = ToMessage(link);
        return answer;
      });
}

grpc::ServerUnaryReactor* StatementService::GetSharedGift(Context* context,
                                                          const v1::GetSharedGiftRequest* request,
                                                          v1::GetSharedGiftResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::GetSharedGiftResponse> {
        ASSIGN_OR_RETURN(const std::string gift_id, OpenShareLink(reader, request->token()));
        v1::GetSharedGiftResponse answer;
        ASSIGN_OR_RETURN(*answer.mutable_statement(), StatementOf(reader, gift_id, 0));
        return answer;
      });
}

}  // namespace milkway::impact
