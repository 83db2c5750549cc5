#include "services/inventory/purchase_service.h"

#include <string>
#include <vector>

#include "clients/cpp/status_macros.h"
#include "services/inventory/catalog.h"
#include "services/inventory/documents.h"
#include "services/inventory/purchase_convert.h"
#include "services/inventory/purchases.h"
#include "services/inventory/supplier_returns.h"
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

// Adds a message for each lot to a `repeated Lot`.
template <typename Lots>
absl::Status AddLots(const Reader& reader, const std::vector<LotOnRecord>& lots, Lots* messages) {
  ASSIGN_OR_RETURN(const std::string base_currency, ReadBaseCurrency(reader));
  for (const LotOnRecord& lot : lots) *messages->Add() = ToMessage(lot, base_currency);
  return absl::OkStatus();
}

// A page of lots straight from their table, filtered.
absl::StatusOr<std::string> ScanLots(const Reader& reader, const v1::ListLotsRequest& request,
                                     std::vector<LotOnRecord>* lots) {
  return runtime::ScanPage<LotTable>(
      reader, LotKey::Range(), request, [&](const LotKey::Key& key, const rec::LotRecord& lot) {
        const auto matches = [](const std::string& wanted, const std::string& value) {
          return wanted.empty() || wanted == value;
        };
        const bool is_wanted = matches(request.purchase_id(), lot.purchase_id()) &&
                               matches(request.product_id(), lot.product_id()) &&
                               matches(request.lot_number(), lot.lot_number());
        if (is_wanted) lots->push_back({LotId{std::get<0>(key)}, lot});
        return is_wanted;
      });
}

// A page of the lots of one product and lot number, by their index.
absl::StatusOr<std::string> ScanLotsByNumber(const Reader& reader,
                                             const v1::ListLotsRequest& request,
                                             std::vector<LotOnRecord>* lots) {
  absl::Status status;
  ASSIGN_OR_RETURN(std::string token,
                   runtime::ScanPage<LotByNumberTable>(
                       reader, LotByNumberKey::Range(request.product_id(), request.lot_number()),
                       request, [&](const LotByNumberKey::Key& key, const rec::IndexRecord&) {
                         const LotId id{std::get<2>(key)};
                         absl::StatusOr<rec::LotRecord> lot = ReadLot(reader, id);
                         status.Update(lot.status());
                         if (!status.ok()) return false;
                         const bool is_wanted = request.purchase_id().empty() ||
                                                request.purchase_id() == lot->purchase_id();
                         if (is_wanted) lots->push_back({id, *std::move(lot)});
                         return is_wanted;
                       }));
  RETURN_IF_ERROR(status);
  return token;
}

}  // namespace

grpc::ServerUnaryReactor* PurchaseService::RecordPurchase(Context* context,
                                                          const v1::RecordPurchaseRequest* request,
                                                          v1::RecordPurchaseResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::RecordPurchaseResponse> {
        const auto purchase = ParsePurchase(request->purchase());
        if (!purchase.ok()) return InField("purchase", purchase.status());
        ASSIGN_OR_RETURN(const auto id,
                         runtime::ParseRequestId("request_id", request->request_id()));
        ASSIGN_OR_RETURN(
            const PurchaseRecorded recorded,
            inventory::RecordPurchase(transaction, *purchase, id, call.caller.id, call.now_us));
        v1::RecordPurchaseResponse answer;
        answer.set_position(recorded.position);
        RETURN_IF_ERROR(AddLots(transaction, recorded.lots, answer.mutable_lots()));
        return answer;
      });
}

grpc::ServerUnaryReactor* PurchaseService::AddPurchaseCost(
    Context* context, const v1::AddPurchaseCostRequest* request,
    v1::AddPurchaseCostResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::AddPurchaseCostResponse> {
        const auto cost = ParsePurchaseCost(request->cost());
        if (!cost.ok()) return InField("cost", cost.status());
        ASSIGN_OR_RETURN(
            const std::vector<LotOnRecord> lots,
            inventory::AddPurchaseCost(transaction, request->purchase_id(), *cost, call.now_us));
        v1::AddPurchaseCostResponse answer;
        RETURN_IF_ERROR(AddLots(transaction, lots, answer.mutable_lots()));
        return answer;
      });
}

grpc::ServerUnaryReactor* PurchaseService::GetPurchase(Context* context,
                                                       const v1::GetPurchaseRequest* request,
                                                       v1::GetPurchaseResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::GetPurchaseResponse> {
        ASSIGN_OR_RETURN(const rec::PurchaseRecord record,
                         ReadPurchase(reader, request->purchase_id()));
        ASSIGN_OR_RETURN(const Purchase purchase,
                         PurchaseOf(reader, request->purchase_id(), record));
        ASSIGN_OR_RETURN(const std::vector<LotOnRecord> lots, LotsOf(reader, record));
        v1::GetPurchaseResponse answer;
        *answer.mutable_purchase() = ToMessage(purchase);
        RETURN_IF_ERROR(AddLots(reader, lots, answer.mutable_lots()));
        ASSIGN_OR_RETURN(const std::vector<rec::DocumentRecord> documents,
                         DocumentsOf(reader, request->purchase_id()));
        for (const rec::DocumentRecord& document : documents) {
          *answer.add_documents() = ToMessage(document);
        }
        return answer;
      });
}

grpc::ServerUnaryReactor* PurchaseService::AttachPurchaseDocument(
    Context* context, const v1::AttachPurchaseDocumentRequest* request,
    v1::AttachPurchaseDocumentResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call&) -> absl::StatusOr<v1::AttachPurchaseDocumentResponse> {
        const auto document = ParseDocument(request->document());
        if (!document.ok()) return InField("document", document.status());
        RETURN_IF_ERROR(AttachDocument(transaction, request->purchase_id(), *document));
        v1::AttachPurchaseDocumentResponse answer;
        *answer.mutable_document() = ToMessage(*document);
        return answer;
      });
}

grpc::ServerUnaryReactor* PurchaseService::ListPurchaseDocuments(
    Context* context, const v1::ListPurchaseDocumentsRequest* request,
    v1::ListPurchaseDocumentsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader,
                const Call&) -> absl::StatusOr<v1::ListPurchaseDocumentsResponse> {
        RETURN_IF_ERROR(ReadPurchase(reader, request->purchase_id()).status());
        v1::ListPurchaseDocumentsResponse answer;
        ASSIGN_OR_RETURN(
            *answer.mutable_next_page_token(),
            runtime::ScanPage<PurchaseDocumentTable>(
                reader, PurchaseDocumentKey::Range(request->purchase_id()), *request,
                [&](const PurchaseDocumentKey::Key&, const rec::DocumentRecord& document) {
                  *answer.add_documents() = ToMessage(document);
                  return true;
                }));
        return answer;
      });
}

grpc::ServerUnaryReactor* PurchaseService::RecordSupplierReturn(
    Context* context, const v1::RecordSupplierReturnRequest* request,
    v1::RecordSupplierReturnResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::RecordSupplierReturnResponse> {
        auto asked = ParseSupplierReturn(request->supplier_return());
        if (!asked.ok()) return InField("supplier_return", asked.status());
        ASSIGN_OR_RETURN(const auto id,
                         runtime::ParseRequestId("request_id", request->request_id()));
        asked->set_recorded_by(call.caller.id);
        const std::string& return_id = request->supplier_return().return_id();
        ASSIGN_OR_RETURN(const rec::SupplierReturnRecord recorded,
                         inventory::RecordSupplierReturn(transaction, return_id, *std::move(asked),
                                                         id, call.now_us));
        v1::RecordSupplierReturnResponse answer;
        *answer.mutable_supplier_return() = ToMessage(return_id, recorded);
        return answer;
      });
}

grpc::ServerUnaryReactor* PurchaseService::ListSupplierReturns(
    Context* context, const v1::ListSupplierReturnsRequest* request,
    v1::ListSupplierReturnsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader,
                const Call&) -> absl::StatusOr<v1::ListSupplierReturnsResponse> {
        v1::ListSupplierReturnsResponse answer;
        ASSIGN_OR_RETURN(
            *answer.mutable_next_page_token(),
            runtime::ScanPage<SupplierReturnTable>(
                reader, SupplierReturnKey::Range(), *request,
                [&](const SupplierReturnKey::Key& key, const rec::SupplierReturnRecord& record) {
                  const bool is_wanted = request->supplier_id().empty() ||
                                         request->supplier_id() == record.supplier_id();
                  if (is_wanted) {
                    *answer.add_supplier_returns() = ToMessage(std::get<0>(key), record);
                  }
                  return is_wanted;
                }));
        return answer;
      });
}

grpc::ServerUnaryReactor* PurchaseService::ListPurchases(Context* context,
                                                         const v1::ListPurchasesRequest* request,
                                                         v1::ListPurchasesResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::ListPurchasesResponse> {
        v1::ListPurchasesResponse answer;
        absl::Status status;
        ASSIGN_OR_RETURN(*answer.mutable_next_page_token(),
                         runtime::ScanPage<PurchaseTable>(
                             reader, PurchaseKey::Range(), *request,
                             [&](const PurchaseKey::Key& key, const rec::PurchaseRecord& record) {
                               const auto purchase = PurchaseOf(reader, std::get<0>(key), record);
                               status.Update(purchase.status());
                               if (purchase.ok()) *answer.add_purchases() = ToMessage(*purchase);
                               return true;
                             }));
        RETURN_IF_ERROR(status);
        return answer;
      });
}

grpc::ServerUnaryReactor* PurchaseService::GetLots(Context* context,
                                                   const v1::GetLotsRequest* request,
                                                   v1::GetLotsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::GetLotsResponse> {
        RETURN_IF_ERROR(runtime::CheckCount("lot_ids", request->lot_ids_size(), 1, kLotsAskedMax));
        std::vector<LotOnRecord> lots;
        for (const int64_t id : request->lot_ids()) {
          ASSIGN_OR_RETURN(rec::LotRecord lot, ReadLot(reader, LotId{id}));
          lots.push_back({LotId{id}, std::move(lot)});
        }
        v1::GetLotsResponse answer;
        RETURN_IF_ERROR(AddLots(reader, lots, answer.mutable_lots()));
        return answer;
      });
}

grpc::ServerUnaryReactor* PurchaseService::ListLots(Context* context,
                                                    const v1::ListLotsRequest* request,
                                                    v1::ListLotsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::ListLotsResponse> {
        const bool has_number = !request->product_id().empty() && !request->lot_number().empty();
        std::vector<LotOnRecord> lots;
        v1::ListLotsResponse answer;
        ASSIGN_OR_RETURN(*answer.mutable_next_page_token(),
                         has_number ? ScanLotsByNumber(reader, *request, &lots)
                                    : ScanLots(reader, *request, &lots));
        RETURN_IF_ERROR(AddLots(reader, lots, answer.mutable_lots()));
        return answer;
      });
}

}  // namespace milkway::inventory
