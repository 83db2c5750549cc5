// gRPC: postings, balances, stock cards, counts.

#ifndef MILKWAY_SERVICES_INVENTORY_STOCK_SERVICE_H_
#define MILKWAY_SERVICES_INVENTORY_STOCK_SERVICE_H_

#include "milkway/inventory/v1/stock.grpc.pb.h"
#include "services/inventory/batch_post.h"
#include "services/runtime/handler.h"
#include "services/runtime/worker.h"

namespace milkway::inventory {

class StockService final : public v1::StockService::CallbackService {
 public:
  explicit StockService(runtime::Handlers::Parts parts) : handlers_(parts) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  Reactor* BatchPost(Context* context, const v1::BatchPostRequest* request,
                     v1::BatchPostResponse* response) override;
  Reactor* GetPosting(Context* context, const v1::GetPostingRequest* request,
                      v1::GetPostingResponse* response) override;
  Reactor* ListPostings(Context* context, const v1::ListPostingsRequest* request,
                        v1::ListPostingsResponse* response) override;
  Reactor* ListBalances(Context* context, const v1::ListBalancesRequest* request,
                        v1::ListBalancesResponse* response) override;
  Reactor* SummarizeStock(Context* context, const v1::SummarizeStockRequest* request,
                          v1::SummarizeStockResponse* response) override;
  Reactor* GetLotPositions(Context* context, const v1::GetLotPositionsRequest* request,
                           v1::GetLotPositionsResponse* response) override;
  Reactor* GetStockCard(Context* context, const v1::GetStockCardRequest* request,
                        v1::GetStockCardResponse* response) override;
  Reactor* SuggestIssue(Context* context, const v1::SuggestIssueRequest* request,
                        v1::SuggestIssueResponse* response) override;
  Reactor* RecordCount(Context* context, const v1::RecordCountRequest* request,
                       v1::RecordCountResponse* response) override;
  Reactor* RecordCounts(Context* context, const v1::RecordCountsRequest* request,
                        v1::RecordCountsResponse* response) override;
  Reactor* ExplainCount(Context* context, const v1::ExplainCountRequest* request,
                        v1::ExplainCountResponse* response) override;
  Reactor* GetCountSheet(Context* context, const v1::GetCountSheetRequest* request,
                         v1::GetCountSheetResponse* response) override;
  Reactor* ListCounts(Context* context, const v1::ListCountsRequest* request,
                      v1::ListCountsResponse* response) override;
  Reactor* AdjustStock(Context* context, const v1::AdjustStockRequest* request,
                       v1::AdjustStockResponse* response) override;
  Reactor* ListAdjustmentReasons(Context* context, const v1::ListAdjustmentReasonsRequest* request,
                                 v1::ListAdjustmentReasonsResponse* response) override;
  grpc::ServerWriteReactor<v1::VerifyBooksResponse>* VerifyBooks(
      Context* context, const v1::VerifyBooksRequest* request) override;

  // Ends verifications under way.
  void Stop() {
    verifier_.Stop();
    historian_.Stop();
  }

 private:
  // Answers with `answer(reader, call, as_of)`: from the books as they are, or as they
  // were, which takes time that no gRPC thread has.
  template <typename Request, typename Response, typename Answer>
  Reactor* QueryAsOf(Context* context, const Request* request, Response* response, Answer answer);

  absl::Status AuditPostings(storage::Transaction& transaction,
                             const DraftBatch::NewPostings& posted,
                             runtime::AuditEntry entry) const;

  runtime::Handlers handlers_;
  runtime::Worker verifier_;
  runtime::Worker historian_;
};

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_STOCK_SERVICE_H_
