// gRPC: published statements, their proofs, and links to them.

#ifndef MILKWAY_SERVICES_IMPACT_STATEMENT_SERVICE_H_
#define MILKWAY_SERVICES_IMPACT_STATEMENT_SERVICE_H_

#include "milkway/impact/v1/statements.grpc.pb.h"
#include "services/impact/journey_questions.h"
#include "services/impact/publisher.h"
#include "services/runtime/asking.h"
#include "services/runtime/handler.h"

namespace milkway::impact {

class StatementService final : public v1::StatementService::CallbackService {
 public:
  // All must outlive the service.
  StatementService(runtime::Handlers::Parts parts, runtime::Asking* publishing,
                   Publisher* publisher, runtime::Asking* asking, const Journeys* journeys)
      : handlers_(parts),
        publishing_(*publishing),
        publisher_(*publisher),
        asking_(*asking),
        journeys_(*journeys) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  Reactor* Publish(Context* context, const v1::PublishRequest* request,
                   v1::PublishResponse* response) override;
  Reactor* ListPublications(Context* context, const v1::ListPublicationsRequest* request,
                            v1::ListPublicationsResponse* response) override;
  Reactor* GetGiftStatement(Context* context, const v1::GetGiftStatementRequest* request,
                            v1::GetGiftStatementResponse* response) override;
  Reactor* ListGiftStatements(Context* context, const v1::ListGiftStatementsRequest* request,
                              v1::ListGiftStatementsResponse* response) override;
  Reactor* GetProgrammeStatement(Context* context, const v1::GetProgrammeStatementRequest* request,
                                 v1::GetProgrammeStatementResponse* response) override;
  grpc::ServerWriteReactor<v1::WatchGiftResponse>* WatchGift(
      Context* context, const v1::WatchGiftRequest* request) override;
  Reactor* GetGiftJourney(Context* context, const v1::GetGiftJourneyRequest* request,
                          v1::GetGiftJourneyResponse* response) override;
  Reactor* GetGiftProof(Context* context, const v1::GetGiftProofRequest* request,
                        v1::GetGiftProofResponse* response) override;
  Reactor* CreateShareLink(Context* context, const v1::CreateShareLinkRequest* request,
                           v1::CreateShareLinkResponse* response) override;
  Reactor* ListShareLinks(Context* context, const v1::ListShareLinksRequest* request,
                          v1::ListShareLinksResponse* response) override;
  Reactor* RevokeShareLink(Context* context, const v1::RevokeShareLinkRequest* request,
                           v1::RevokeShareLinkResponse* response) override;
  Reactor* GetSharedGift(Context* context, const v1::GetSharedGiftRequest* request,
                         v1::GetSharedGiftResponse* response) override;
  Reactor* GetSharedGiftJourney(Context* context, const v1::GetSharedGiftJourneyRequest* request,
                                v1::GetSharedGiftJourneyResponse* response) override;
  Reactor* GetSharedGiftProof(Context* context, const v1::GetSharedGiftProofRequest* request,
                              v1::GetSharedGiftProofResponse* response) override;

 private:
  // Of a gift that is named or that a link opens; a refusal is the answer.
  template <typename Response>
  void TellJourney(const absl::StatusOr<std::string>& gift_id,
                   runtime::Handlers::Finish<Response> finish);
  template <typename Response>
  void Prove(const storage::Reader& reader, const absl::StatusOr<std::string>& gift_id,
             runtime::Handlers::Finish<Response> finish);

  runtime::Handlers handlers_;
  runtime::Asking& publishing_;
  Publisher& publisher_;
  runtime::Asking& asking_;
  const Journeys& journeys_;
};

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_STATEMENT_SERVICE_H_
