#include "services/inventory/recall_service.h"

#include <string>
#include <vector>

#include "clients/cpp/status_macros.h"
#include "services/inventory/catalog.h"
#include "services/inventory/purchase_convert.h"
#include "services/inventory/recall_convert.h"
#include "services/inventory/recalls.h"
#include "services/runtime/errors.h"
#include "services/runtime/page.h"
#include "services/runtime/page_scan.h"

namespace milkway::inventory {

using runtime::Call;
using runtime::InField;
using storage::Reader;
using storage::Transaction;

namespace {

constexpr size_t kLotsShownMax = 1000;
constexpr int kStockShownMax = 100;

template <typename Response>
absl::Status AddLots(const Reader& reader, const std::string& recall_id, Response* answer) {
  ASSIGN_OR_RETURN(const std::vector<LotOnRecord> lots,
                   LotsOfRecall(reader, recall_id, kLotsShownMax));
  ASSIGN_OR_RETURN(const std::string base_currency, ReadBaseCurrency(reader));
  for (const LotOnRecord& lot : lots) *answer->add_lots() = ToMessage(lot, base_currency);
  return absl::OkStatus();
}

absl::StatusOr<RecallCall> CallOf(const std::string& request_id, const Call& call) {
  ASSIGN_OR_RETURN(const auto id, runtime::ParseRequestId("request_id", request_id));
  return RecallCall{id, call.caller.id, call.now_us};
}

}  // namespace

grpc::ServerUnaryReactor* RecallService::PlaceRecall(Context* context,
                                                     const v1::PlaceRecallRequest* request,
                                                     v1::PlaceRecallResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::PlaceRecallResponse> {
        const auto asked = ParseRecall(request->recall());
        if (!asked.ok()) return InField("recall", asked.status());
        ASSIGN_OR_RETURN(const RecallCall of_recall, CallOf(request->request_id(), call));
        RETURN_IF_ERROR(
            inventory::PlaceRecall(transaction, *asked, request->expected(), of_recall));
        ASSIGN_OR_RETURN(const Recall recall, ReadRecall(transaction, asked->recall_id));
        v1::PlaceRecallResponse answer;
        *answer.mutable_recall() = ToMessage(recall);
        RETURN_IF_ERROR(AddLots(transaction, recall.recall_id, &answer));
        int64_t quarantined_g = 0;
        RETURN_IF_ERROR(ScanRecalledStock(transaction, recall, [&](const RecalledStock& stock) {
          quarantined_g += stock.quarantined_g;
          if (answer.stock_size() < kStockShownMax) *answer.add_stock() = ToMessage(stock);
        }));
        answer.set_quarantined_g(quarantined_g);
        return answer;
      });
}

grpc::ServerUnaryReactor* RecallService::LiftRecall(Context* context,
                                                    const v1::LiftRecallRequest* request,
                                                    v1::LiftRecallResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::LiftRecallResponse> {
        ASSIGN_OR_RETURN(const RecallEnd end, ParseRecallEnd(*request));
        ASSIGN_OR_RETURN(const RecallCall of_recall, CallOf(request->request_id(), call));
        v1::LiftRecallResponse answer;
        ASSIGN_OR_RETURN(const int64_t released_g,
                         inventory::LiftRecall(transaction, end, of_recall));
        ASSIGN_OR_RETURN(const Recall recall, ReadRecall(transaction, end.recall_id));
        *answer.mutable_recall() = ToMessage(recall);
        answer.set_released_g(released_g);
        return answer;
      });
}

grpc::ServerUnaryReactor* RecallService::GetRecall(Context* context,
                                                   const v1::GetRecallRequest* request,
                                                   v1::GetRecallResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::GetRecallResponse> {
        ASSIGN_OR_RETURN(const Recall recall, ReadRecall(reader, request->recall_id()));
        v1::GetRecallResponse answer;
        *answer.mutable_recall() = ToMessage(recall);
        RETURN_IF_ERROR(AddLots(reader, recall.recall_id, &answer));
        ASSIGN_OR_RETURN(
            *answer.mutable_next_page_token(),
            ListRecalledStock(reader, recall, *request, [&](const RecalledStock& stock) {
              *answer.add_stock() = ToMessage(stock);
            }));
        return answer;
      });
}

grpc::ServerUnaryReactor* RecallService::ListRecalls(Context* context,
                                                     const v1::ListRecallsRequest* request,
                                                     v1::ListRecallsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::ListRecallsResponse> {
        v1::ListRecallsResponse answer;
        ASSIGN_OR_RETURN(*answer.mutable_next_page_token(),
                         runtime::ScanPage<RecallTable>(
                             reader, RecallKey::Range(), *request,
                             [&](const RecallKey::Key& key, const rec::RecallRecord& record) {
                               const Recall recall = {std::get<0>(key), record};
                               if (request->open_only() && !recall.is_open()) return false;
                               *answer.add_recalls() = ToMessage(recall);
                               return true;
                             }));
        return answer;
      });
}

}  // namespace milkway::inventory
