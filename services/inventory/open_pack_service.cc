#include "services/inventory/open_pack_service.h"

#include <optional>

#include "clients/cpp/status_macros.h"
#include "services/inventory/open_pack_convert.h"
#include "services/inventory/open_packs.h"

namespace milkway::inventory {

using runtime::Call;
using storage::Reader;
using storage::Transaction;

grpc::ServerUnaryReactor* OpenPackService::OpenPacks(Context* context,
                                                     const v1::OpenPacksRequest* request,
                                                     v1::OpenPacksResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::OpenPacksResponse> {
        ASSIGN_OR_RETURN(PacksToOpen packs, ParsePacks(*request));
        packs.recorded_by = call.caller.id;
        ASSIGN_OR_RETURN(const int64_t opening_id,
                         inventory::OpenPacks(transaction, packs, call.now_us));
        ASSIGN_OR_RETURN(const OpenedPacks opened,
                         ReadOpenedPacks(transaction, opening_id, std::nullopt, call.now_us));
        v1::OpenPacksResponse answer;
        *answer.mutable_opened() = ToMessage(opened);
        return answer;
      });
}

grpc::ServerUnaryReactor* OpenPackService::FinishPacks(Context* context,
                                                       const v1::FinishPacksRequest* request,
                                                       v1::FinishPacksResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::FinishPacksResponse> {
        ASSIGN_OR_RETURN(PacksToFinish packs, ParsePacks(*request));
        packs.recorded_by = call.caller.id;
        v1::FinishPacksResponse answer;
        ASSIGN_OR_RETURN(const int64_t position,
                         inventory::FinishPacks(transaction, packs, call.now_us));
        answer.set_position(position);
        ASSIGN_OR_RETURN(const OpenedPacks opened,
                         ReadOpenedPacks(transaction, packs.opening_id, std::nullopt, call.now_us));
        *answer.mutable_opened() = ToMessage(opened);
        return answer;
      });
}

grpc::ServerUnaryReactor* OpenPackService::ListOpenPacks(Context* context,
                                                         const v1::ListOpenPacksRequest* request,
                                                         v1::ListOpenPacksResponse* response) {
  return handlers_.Query(context, request, response,
                         [request](const Reader& reader,
                                   const Call& call) -> absl::StatusOr<v1::ListOpenPacksResponse> {
                           ASSIGN_OR_RETURN(const OpenPacksFilter filter, ParseFilter(*request));
                           v1::ListOpenPacksResponse answer;
                           ASSIGN_OR_RETURN(
                               *answer.mutable_next_page_token(),
                               inventory::ListOpenPacks(reader, filter, call.now_us, *request,
                                                        [&](const OpenedPacks& opened) {
                                                          *answer.add_opened() = ToMessage(opened);
                                                        }));
                           return answer;
                         });
}

}  // namespace milkway::inventory
