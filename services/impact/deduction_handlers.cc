#include <string>

#include "clients/cpp/status_macros.h"
#include "services/impact/deductions.h"
#include "services/impact/gift_convert.h"
#include "services/impact/gift_service.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"
#include "services/runtime/page_scan.h"

namespace milkway::impact {

using runtime::Call;
using runtime::InField;
using storage::Reader;
using storage::Transaction;

namespace {

// A page of a gift's fees or refunds, by their index.
template <typename Table, typename IndexTable, typename IndexKey, typename Add>
absl::StatusOr<std::string> ScanDeductions(const Reader& reader, const std::string& gift_id_text,
                                           const google::protobuf::Message& request, Add add) {
  ASSIGN_OR_RETURN(const std::string gift_id, runtime::ParseId("gift_id", gift_id_text));
  ASSIGN_OR_RETURN(const rec::GiftRecord gift, ReadGift(reader, gift_id));
  absl::Status status;
  ASSIGN_OR_RETURN(std::string token,
                   runtime::ScanPage<IndexTable>(
                       reader, IndexKey::Range(gift_id), request,
                       [&](const typename IndexKey::Key& key, const rec::IndexRecord&) {
                         const std::string& id = std::get<1>(key);
                         const auto record = Table::Find(reader, id);
                         status.Update(record.status());
                         if (!status.ok() || !record->has_value()) return false;
                         add(id, gift, **record);
                         return true;
                       }));
  RETURN_IF_ERROR(status);
  return token;
}

}  // namespace

grpc::ServerUnaryReactor* GiftService::RecordFee(Context* context,
                                                 const v1::RecordFeeRequest* request,
                                                 v1::RecordFeeResponse* response) {
  return handlers_.Mutate(context, request, response,
                          [request](Transaction& transaction,
                                    const Call& call) -> absl::StatusOr<v1::RecordFeeResponse> {
                            const absl::StatusOr<Deduction> fee = ParseFee(request->fee());
                            if (!fee.ok()) return InField("fee", fee.status());
                            const auto recorded = impact::RecordFee(transaction, *fee, call);
                            if (!recorded.ok()) return InField("fee", recorded.status());
                            ASSIGN_OR_RETURN(const rec::GiftRecord gift,
                                             ReadGift(transaction, fee->gift_id));
                            v1::RecordFeeResponse answer;
                            *answer.mutable_fee() = ToFee(fee->id, gift, *recorded);
                            return answer;
                          });
}

grpc::ServerUnaryReactor* GiftService::ListFees(Context* context,
                                                const v1::ListFeesRequest* request,
                                                v1::ListFeesResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::ListFeesResponse> {
        v1::ListFeesResponse answer;
        ASSIGN_OR_RETURN(*answer.mutable_next_page_token(),
                         (ScanDeductions<FeeTable, FeeOfGiftTable, FeeOfGiftKey>(
                             reader, request->gift_id(), *request,
                             [&](const std::string& id, const rec::GiftRecord& gift,
                                 const rec::DeductionRecord& record) {
                               *answer.add_fees() = ToFee(id, gift, record);
                             })));
        return answer;
      });
}

grpc::ServerUnaryReactor* GiftService::RefundGift(Context* context,
                                                  const v1::RefundGiftRequest* request,
                                                  v1::RefundGiftResponse* response) {
  return handlers_.Mutate(context, request, response,
                          [request](Transaction& transaction,
                                    const Call& call) -> absl::StatusOr<v1::RefundGiftResponse> {
                            const absl::StatusOr<Deduction> refund = ParseRefund(request->refund());
                            if (!refund.ok()) return InField("refund", refund.status());
                            const auto recorded = impact::RefundGift(transaction, *refund, call);
                            if (!recorded.ok()) return InField("refund", recorded.status());
                            ASSIGN_OR_RETURN(const rec::GiftRecord gift,
                                             ReadGift(transaction, refund->gift_id));
                            v1::RefundGiftResponse answer;
                            *answer.mutable_refund() = ToRefund(refund->id, gift, *recorded);
                            return answer;
                          });
}

grpc::ServerUnaryReactor* GiftService::ListRefunds(Context* context,
                                                   const v1::ListRefundsRequest* request,
                                                   v1::ListRefundsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::ListRefundsResponse> {
        v1::ListRefundsResponse answer;
        ASSIGN_OR_RETURN(*answer.mutable_next_page_token(),
                         (ScanDeductions<RefundTable, RefundOfGiftTable, RefundOfGiftKey>(
                             reader, request->gift_id(), *request,
                             [&](const std::string& id, const rec::GiftRecord& gift,
                                 const rec::DeductionRecord& record) {
                               *answer.add_refunds() = ToRefund(id, gift, record);
                             })));
        return answer;
      });
}

}  // namespace milkway::impact
