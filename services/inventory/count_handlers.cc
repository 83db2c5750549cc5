// The handlers of StockService for counts.

#include <string>
#include <utility>
#include <vector>

#include "clients/cpp/status_macros.h"
#include "services/inventory/ledger.h"
#include "services/inventory/stock_convert.h"
#include "services/inventory/stock_queries.h"
#include "services/inventory/stock_service.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"
#include "services/runtime/page_scan.h"

namespace milkway::inventory {

using runtime::Call;
using runtime::InField;
using storage::Reader;
using storage::Transaction;

grpc::ServerUnaryReactor* StockService::RecordCount(Context* context,
                                                    const v1::RecordCountRequest* request,
                                                    v1::RecordCountResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::RecordCountResponse> {
        absl::StatusOr<CountDraft> draft = ParseCount(request->count());
        if (!draft.ok()) return InField("count", draft.status());
        ASSIGN_OR_RETURN(draft->request_id,
                         runtime::ParseRequestId("request_id", request->request_id()));
        draft->recorded_by = call.caller.id;
        ASSIGN_OR_RETURN(Ledger ledger, Ledger::Begin(transaction, call.now_us));
        ASSIGN_OR_RETURN(const Counted counted, ledger.Count(*draft));
        RETURN_IF_ERROR(ledger.End());
        return ToMessage(counted);
      });
}

grpc::ServerUnaryReactor* StockService::RecordCounts(Context* context,
                                                     const v1::RecordCountsRequest* request,
                                                     v1::RecordCountsResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::RecordCountsResponse> {
        ASSIGN_OR_RETURN(std::vector<CountDraft> drafts, ParseCounts(*request));
        ASSIGN_OR_RETURN(const auto id,
                         runtime::ParseRequestId("request_id", request->request_id()));
        ASSIGN_OR_RETURN(Ledger ledger, Ledger::Begin(transaction, call.now_us));
        v1::RecordCountsResponse answer;
        for (CountDraft& draft : drafts) {
          draft.request_id = id;
          draft.recorded_by = call.caller.id;
          ASSIGN_OR_RETURN(const Counted counted, ledger.Count(draft));
          *answer.add_results() = ToMessage(counted);
        }
        RETURN_IF_ERROR(ledger.End());
        return answer;
      });
}

grpc::ServerUnaryReactor* StockService::ExplainCount(Context* context,
                                                     const v1::ExplainCountRequest* request,
                                                     v1::ExplainCountResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction, const Call&) -> absl::StatusOr<v1::ExplainCountResponse> {
        ASSIGN_OR_RETURN(const uint32_t reason, ParseCountReason(request->reason()));
        ASSIGN_OR_RETURN(const OccurredAt counted_at,
                         ParseZonedTime("counted_at", request->counted_at()));
        const Account account = {LotId{request->lot_id()}, AccountKind::kUsable,
                                 request->location_id()};
        ASSIGN_OR_RETURN(const rec::CountRecord count,
                         inventory::ExplainCount(transaction, account, counted_at, reason));
        v1::ExplainCountResponse answer;
        *answer.mutable_count() =
            ToMessage(CountKey::Key{account.place, account.lot.value, counted_at.us}, count);
        return answer;
      });
}

grpc::ServerUnaryReactor* StockService::GetCountSheet(Context* context,
                                                      const v1::GetCountSheetRequest* request,
                                                      v1::GetCountSheetResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::GetCountSheetResponse> {
        v1::GetCountSheetResponse answer;
        ASSIGN_OR_RETURN(*answer.mutable_next_page_token(),
                         ListCountSheet(reader, request->location_id(), *request,
                                        [&](const CountSheetLine& line) {
                                          *answer.add_lines() =
                                              ToMessage(line, request->with_expected());
                                        }));
        return answer;
      });
}

grpc::ServerUnaryReactor* StockService::ListCounts(Context* context,
                                                   const v1::ListCountsRequest* request,
                                                   v1::ListCountsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::ListCountsResponse> {
        RETURN_IF_ERROR(runtime::ParseId("location_id", request->location_id()).status());
        v1::ListCountsResponse answer;
        ASSIGN_OR_RETURN(*answer.mutable_next_page_token(),
                         runtime::ScanPage<CountTable>(
                             reader, CountKey::Range(request->location_id()), *request,
                             [&](const CountKey::Key& key, const rec::CountRecord& count) {
                               *answer.add_counts() = ToMessage(key, count);
                               return true;
                             }));
        return answer;
      });
}

}  // namespace milkway::inventory
