#include "services/inventory/stock_service.h"

#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/inventory/as_of.h"
#include "services/inventory/batch_post.h"
#include "services/inventory/catalog.h"
#include "services/inventory/documents.h"
#include "services/inventory/inventory_errors.h"
#include "services/inventory/ledger.h"
#include "services/inventory/log.h"
#include "services/inventory/purchases.h"
#include "services/inventory/reasons.h"
#include "services/inventory/stock_convert.h"
#include "services/inventory/stock_queries.h"
#include "services/inventory/stock_summary.h"
#include "services/inventory/supplier_returns.h"
#include "services/inventory/verify_stream.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"
#include "services/runtime/page_scan.h"

namespace milkway::inventory {

using runtime::Call;
using runtime::InField;
using storage::Reader;
using storage::Transaction;

namespace {

constexpr int kLotsAskedMax = 1000;

absl::StatusOr<v1::Posting> PostingMessage(const Reader& reader, int64_t position,
                                           const Posting& posting) {
  std::vector<Movement> reversed;
  if (IsCorrection(posting)) {
    ASSIGN_OR_RETURN(Posting corrected, ReadPosting(reader, posting.linked_position));
    reversed = std::move(corrected.movements);
  }
  ASSIGN_OR_RETURN(const int64_t corrected_by, ReadCorrectedBy(reader, position));
  v1::Posting message = ToMessage(position, posting, reversed, corrected_by);
  if (posting.kind != PostingKind::kAdjustment) return message;
  ASSIGN_OR_RETURN(const auto adjustment, AdjustmentTable::Find(reader, position));
  if (!adjustment.has_value()) return message;
  message.set_adjustment_reason(static_cast<v1::AdjustmentReason>(adjustment->reason()));
  message.set_note(adjustment->note());
  message.set_witness(adjustment->witness());
  if (adjustment->has_document()) {
    *message.mutable_document() = ToMessage(adjustment->document());
  }
  return message;
}

absl::StatusOr<PostingDraft> DraftOf(const Reader& reader, const Adjustment& adjustment,
                                     runtime::RequestId request_id) {
  PostingDraft draft;
  draft.request_id = request_id;
  draft.kind = PostingKind::kAdjustment;
  draft.occurred_at = adjustment.occurred_at;
  draft.reference = absl::StrCat("adjustment/", adjustment.account.place);
  Movement movement = {adjustment.account.lot, adjustment.account.kind,  adjustment.account.place,
                       adjustment.to,          adjustment.account.place, adjustment.quantity_g};
  if (adjustment.to == AccountKind::kReturned) {
    ASSIGN_OR_RETURN(movement.to_place, SupplierOf(reader, adjustment.account.lot));
  }
  draft.movements = {std::move(movement)};
  return draft;
}

v1::StockCardEntry ToEntry(const CardLine& line) {
  v1::StockCardEntry entry;
  *entry.mutable_occurred_at() = ToZonedTime(line.posting.occurred_at);
  entry.set_position(line.position);
  entry.set_kind(static_cast<v1::PostingKind>(line.posting.kind));
  entry.set_reference(line.posting.reference);
  entry.set_change_g(line.change_g);
  entry.set_balance_g(line.balance_g);
  entry.set_recorded_us(line.posting.recorded_us);
  return entry;
}

// What the answer includes.
absl::StatusOr<LogPlace> PlaceOf(const Reader& reader, const BooksAsOf* as_of) {
  if (as_of != nullptr) return LogPlace{as_of->position(), as_of->recorded_us()};
  ASSIGN_OR_RETURN(const rec::LogHeadRecord head, ReadLogHead(reader));
  return LogPlace{head.position(), head.recorded_us()};
}

// The day asked for; today at the place if none is.
absl::StatusOr<LocalDate> DayOfUse(const Reader& reader, const v1::SuggestIssueRequest& request,
                                   int64_t now_us) {
  ASSIGN_OR_RETURN(const rec::LocationRecord location, ReadLocation(reader, request.location_id()));
  if (!request.on().empty()) return ParseDate("on", request.on());
  return LocalDateIn(now_us, location.time_zone());
}

}  // namespace

template <typename Request, typename Response, typename Answer>
grpc::ServerUnaryReactor* StockService::QueryAsOf(Context* context, const Request* request,
                                                  Response* response, Answer answer) {
  if (request->as_of_position() == 0) {
    return handlers_.Query(
        context, request, response,
        [answer](const Reader& reader, const Call& call) { return answer(reader, call, nullptr); });
  }
  return handlers_.Async(
      context, request, response,
      [this, request, answer](const Call& call, runtime::Handlers::Finish<Response> finish) {
        historian_.Run([this, request, answer, call, finish = std::move(finish)]() mutable {
          const auto snapshot = handlers_.parts().store->NewSnapshot();
          const auto tell = [&]() -> absl::StatusOr<Response> {
            ASSIGN_OR_RETURN(const int64_t position,
                             ParsePosition("as_of_position", request->as_of_position()));
            ASSIGN_OR_RETURN(const BooksAsOf as_of, BooksAsOf::Read(*snapshot, position));
            return answer(*snapshot, call, &as_of);
          };
          std::move(finish)(tell());
        });
      });
}

grpc::ServerUnaryReactor* StockService::BatchPost(Context* context,
                                                  const v1::BatchPostRequest* request,
                                                  v1::BatchPostResponse* response) {
  return handlers_.AsyncChange(
      context, request, response,
      [this, request](const Call& call, const runtime::AuditEntry& entry,
                      runtime::Handlers::Finish<v1::BatchPostResponse> finish) {
        const runtime::OnceTable& once = *handlers_.parts().once;
        absl::StatusOr<DraftBatch> batch = DraftBatch::Parse(*request, once);
        if (!batch.ok()) return std::move(finish)(batch.status());
        auto answer = std::make_shared<v1::BatchPostResponse>();
        handlers_.parts().store->Transact(
            [this, batch = *std::move(batch), &once, now_us = call.now_us, entry,
             answer](Transaction& transaction) -> absl::Status {
              ASSIGN_OR_RETURN(const DraftBatch::NewPostings posted,
                               batch.Post(transaction, once, now_us, answer.get()));
              return AuditPostings(transaction, posted, entry);
            },
            [answer, finish = std::move(finish)](absl::Status status) mutable {
              if (!status.ok()) return std::move(finish)(status);
              std::move(finish)(std::move(*answer));
            });
      });
}

absl::Status StockService::AuditPostings(Transaction& transaction,
                                         const DraftBatch::NewPostings& posted,
                                         runtime::AuditEntry entry) const {
  const auto& log = handlers_.parts().audit;
  if (!log.has_value() || posted.count == 0) return absl::OkStatus();
  entry.set_records(posted.count);
  runtime::AddAuditedId("first_position", absl::StrCat(posted.first_position), &entry);
  runtime::AddAuditedId("last_position", absl::StrCat(posted.last_position), &entry);
  return log->Append(transaction, std::move(entry));
}

grpc::ServerUnaryReactor* StockService::GetPosting(Context* context,
                                                   const v1::GetPostingRequest* request,
                                                   v1::GetPostingResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::GetPostingResponse> {
        ASSIGN_OR_RETURN(const Posting posting, ReadPosting(reader, request->position()));
        v1::GetPostingResponse answer;
        ASSIGN_OR_RETURN(*answer.mutable_posting(),
                         PostingMessage(reader, request->position(), posting));
        return answer;
      });
}

grpc::ServerUnaryReactor* StockService::ListPostings(Context* context,
                                                     const v1::ListPostingsRequest* request,
                                                     v1::ListPostingsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::ListPostingsResponse> {
        ASSIGN_OR_RETURN(const PostingFilter filter, ParseFilter(*request));
        v1::ListPostingsResponse answer;
        absl::Status status;
        ASSIGN_OR_RETURN(*answer.mutable_next_page_token(),
                         inventory::ListPostings(reader, filter, *request,
                                                 [&](int64_t position, const Posting& posting) {
                                                   auto message =
                                                       PostingMessage(reader, position, posting);
                                                   status.Update(message.status());
                                                   if (message.ok())
                                                     *answer.add_postings() = *std::move(message);
                                                 }));
        RETURN_IF_ERROR(status);
        return answer;
      });
}

grpc::ServerUnaryReactor* StockService::ListBalances(Context* context,
                                                     const v1::ListBalancesRequest* request,
                                                     v1::ListBalancesResponse* response) {
  return QueryAsOf(context, request, response,
                   [request](const Reader& reader, const Call&,
                             const BooksAsOf* as_of) -> absl::StatusOr<v1::ListBalancesResponse> {
                     v1::ListBalancesResponse answer;
                     ASSIGN_OR_RETURN(BalanceFilter filter, ParseFilter(*request));
                     filter.as_of = as_of;
                     ASSIGN_OR_RETURN(
                         *answer.mutable_next_page_token(),
                         inventory::ListBalances(reader, filter, *request,
                                                 [&](const Account& account, int64_t balance_g) {
                                                   v1::Balance& balance = *answer.add_balances();
                                                   *balance.mutable_account() =
                                                       ToMessage(account.kind, account.place);
                                                   balance.set_lot_id(account.lot.value);
                                                   balance.set_quantity_g(balance_g);
                                                 }));
                     return answer;
                   });
}

grpc::ServerUnaryReactor* StockService::GetLotPositions(Context* context,
                                                        const v1::GetLotPositionsRequest* request,
                                                        v1::GetLotPositionsResponse* response) {
  return QueryAsOf(
      context, request, response,
      [request](const Reader& reader, const Call&,
                const BooksAsOf* as_of) -> absl::StatusOr<v1::GetLotPositionsResponse> {
        RETURN_IF_ERROR(runtime::CheckCount("lot_ids", request->lot_ids_size(), 1, kLotsAskedMax));
        v1::GetLotPositionsResponse answer;
        for (const int64_t lot : request->lot_ids()) {
          ASSIGN_OR_RETURN(const LotPosition position, ReadLotPosition(reader, LotId{lot}, as_of));
          *answer.add_positions() = ToMessage(position);
        }
        ASSIGN_OR_RETURN(const LogPlace place, PlaceOf(reader, as_of));
        answer.set_as_of_position(place.position);
        answer.set_as_of_recorded_us(place.recorded_us);
        return answer;
      });
}

grpc::ServerUnaryReactor* StockService::GetStockCard(Context* context,
                                                     const v1::GetStockCardRequest* request,
                                                     v1::GetStockCardResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::GetStockCardResponse> {
        ASSIGN_OR_RETURN(const AccountKind kind, ParseCardKind(request->kind()));
        RETURN_IF_ERROR(ReadLot(reader, LotId{request->lot_id()}).status());
        const Account account = {LotId{request->lot_id()}, kind, request->location_id()};
        ASSIGN_OR_RETURN(const int64_t as_of,
                         runtime::ParseNumber("as_of_position", request->as_of_position(), 0,
                                              std::numeric_limits<int64_t>::max()));
        v1::GetStockCardResponse answer;
        const auto add = [&](const CardLine& line) { *answer.add_entries() = ToEntry(line); };
        if (as_of > 0) {
          ASSIGN_OR_RETURN(*answer.mutable_next_page_token(),
                           ListStockCardAsOf(reader, account, as_of, *request, add));
          ASSIGN_OR_RETURN(const int64_t balance_g, BalanceAsOf(reader, account, as_of));
          answer.set_balance_g(balance_g);
          return answer;
        }
        ASSIGN_OR_RETURN(*answer.mutable_next_page_token(),
                         ListStockCard(reader, account, *request, add));
        ASSIGN_OR_RETURN(const StockCard card, StockCard::Load(reader, account));
        answer.set_balance_g(card.balance_g());
        return answer;
      });
}

grpc::ServerUnaryReactor* StockService::SuggestIssue(Context* context,
                                                     const v1::SuggestIssueRequest* request,
                                                     v1::SuggestIssueResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader,
                const Call& call) -> absl::StatusOr<v1::SuggestIssueResponse> {
        ASSIGN_OR_RETURN(
            const int64_t quantity_g,
            runtime::ParseNumber("quantity_g", request->quantity_g(), 1, kBalanceGMax));
        ASSIGN_OR_RETURN(const LocalDate on, DayOfUse(reader, *request, call.now_us));
        RETURN_IF_ERROR(ReadProduct(reader, request->product_id()).status());
        ASSIGN_OR_RETURN(const SuggestedIssue issue,
                         inventory::SuggestIssue(reader, request->location_id(),
                                                 request->product_id(), quantity_g, on));
        v1::SuggestIssueResponse answer;
        for (const IssueSuggestion& suggestion : issue.suggestions) {
          v1::IssueSuggestion& message = *answer.add_suggestions();
          message.set_lot_id(suggestion.lot.value);
          message.set_quantity_g(suggestion.quantity_g);
          message.set_expires_on(FormatDate(suggestion.expires_on));
        }
        answer.set_missing_g(issue.missing_g);
        return answer;
      });
}

grpc::ServerUnaryReactor* StockService::SummarizeStock(Context* context,
                                                       const v1::SummarizeStockRequest* request,
                                                       v1::SummarizeStockResponse* response) {
  return QueryAsOf(
      context, request, response,
      [request](const Reader& reader, const Call& call,
                const BooksAsOf* as_of) -> absl::StatusOr<v1::SummarizeStockResponse> {
        LocalDate today = LocalDateOf({as_of == nullptr ? call.now_us : as_of->recorded_us(), 0});
        if (!request->on().empty()) {
          ASSIGN_OR_RETURN(today, ParseDate("on", request->on()));
        }
        v1::SummarizeStockResponse answer;
        ASSIGN_OR_RETURN(
            *answer.mutable_next_page_token(),
            inventory::SummarizeStock(reader, *request, today, as_of,
                                      [&](const v1::StockSum& sum) { *answer.add_sums() = sum; }));
        ASSIGN_OR_RETURN(const LogPlace place, PlaceOf(reader, as_of));
        answer.set_as_of_position(place.position);
        return answer;
      });
}

grpc::ServerUnaryReactor* StockService::ListAdjustmentReasons(
    Context* context, const v1::ListAdjustmentReasonsRequest* request,
    v1::ListAdjustmentReasonsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [](const Reader&, const Call&) -> absl::StatusOr<v1::ListAdjustmentReasonsResponse> {
        return AllReasons();
      });
}

grpc::ServerUnaryReactor* StockService::AdjustStock(Context* context,
                                                    const v1::AdjustStockRequest* request,
                                                    v1::AdjustStockResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::AdjustStockResponse> {
        const absl::StatusOr<Adjustment> adjustment = ParseAdjustment(request->adjustment());
        if (!adjustment.ok()) return InField("adjustment", adjustment.status());
        ASSIGN_OR_RETURN(const auto id,
                         runtime::ParseRequestId("request_id", request->request_id()));
        ASSIGN_OR_RETURN(PostingDraft draft, DraftOf(transaction, *adjustment, id));
        ASSIGN_OR_RETURN(Ledger ledger, Ledger::Begin(transaction, call.now_us));
        ASSIGN_OR_RETURN(const Posted posted, ledger.Post(std::move(draft)));
        RETURN_IF_ERROR(ledger.End());
        rec::AdjustmentRecord why;
        why.set_reason(adjustment->reason);
        why.set_note(adjustment->note);
        why.set_witness(adjustment->witness);
        if (adjustment->document.has_value()) *why.mutable_document() = *adjustment->document;
        why.set_recorded_by(call.caller.id);
        RETURN_IF_ERROR(AdjustmentTable::Put(transaction, why, posted.position));
        v1::AdjustStockResponse answer;
        answer.set_position(posted.position);
        return answer;
      });
}

grpc::ServerWriteReactor<v1::VerifyBooksResponse>* StockService::VerifyBooks(
    Context* context, const v1::VerifyBooksRequest* request) {
  return new VerifyStream(
      runtime::CallScope(handlers_.parts(), *context, request->GetDescriptor(), request),
      &verifier_);
}

}  // namespace milkway::inventory
