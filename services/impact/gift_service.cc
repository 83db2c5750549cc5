#include "services/impact/gift_service.h"

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "clients/cpp/status_macros.h"
#include "services/impact/events.h"
#include "services/impact/gift_convert.h"
#include "services/impact/impact_query.h"
#include "services/impact/moment.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"
#include "services/runtime/page_scan.h"

namespace milkway::impact {

using runtime::Call;
using runtime::Handlers;
using runtime::InField;
using storage::Reader;
using storage::Transaction;

namespace {

// A page of all gifts, straight from their table.
absl::StatusOr<std::string> ScanGifts(const Reader& reader, const v1::ListGiftsRequest& request,
                                      v1::ListGiftsResponse* answer) {
  return runtime::ScanPage<GiftTable>(reader, GiftKey::Range(), request,
                                      [&](const GiftKey::Key& key, const rec::GiftRecord& gift) {
                                        *answer->add_gifts() = ToMessage(std::get<0>(key), gift);
                                        return true;
                                      });
}

// A page of a donor's gifts, by their index.
absl::StatusOr<std::string> ScanGiftsOfDonor(const Reader& reader,
                                             const v1::ListGiftsRequest& request,
                                             v1::ListGiftsResponse* answer) {
  ASSIGN_OR_RETURN(const std::string donor_id, runtime::ParseId("donor_id", request.donor_id()));
  absl::Status status;
  ASSIGN_OR_RETURN(std::string token,
                   runtime::ScanPage<GiftByDonorTable>(
                       reader, GiftByDonorKey::Range(donor_id), request,
                       [&](const GiftByDonorKey::Key& key, const rec::IndexRecord&) {
                         const std::string& gift_id = std::get<1>(key);
                         const absl::StatusOr<rec::GiftRecord> gift = ReadGift(reader, gift_id);
                         status.Update(gift.status());
                         if (gift.ok()) *answer->add_gifts() = ToMessage(gift_id, *gift);
                         return gift.ok();
                       }));
  RETURN_IF_ERROR(status);
  return token;
}

// What a gift bought or brought of a lot by an event; nothing if milk was set aside.
absl::StatusOr<std::optional<v1::LotGift>> ReadLotGift(const Reader& reader, int64_t sequence) {
  ASSIGN_OR_RETURN(const auto event, EventTable::Find(reader, sequence));
  if (!event.has_value() || event->gift_id().empty()) return std::nullopt;
  ASSIGN_OR_RETURN(const rec::GiftRecord gift, ReadGift(reader, event->gift_id()));
  rec::AllocationRecord bought = InKindAllocation(gift);
  if (static_cast<EventKind>(event->kind()) == EventKind::kAllocation) {
    ASSIGN_OR_RETURN(const auto place, AllocationPlaceTable::Find(reader, event->id()));
    if (!place.has_value()) return std::nullopt;
    ASSIGN_OR_RETURN(const auto allocation,
                     AllocationTable::Find(reader, place->gift_id(), place->number()));
    if (allocation.has_value()) bought = *allocation;
  }
  return ToLotGift(event->gift_id(), gift, bought);
}

}  // namespace

grpc::ServerUnaryReactor* GiftService::RecordGift(Context* context,
                                                  const v1::RecordGiftRequest* request,
                                                  v1::RecordGiftResponse* response) {
  return handlers_.MutateAfter<GiftFacts>(
      context, request, response,
      [this, request](const Call&, Handlers::Finish<GiftFacts> finish) {
        AskAboutGift(*request, std::move(finish));
      },
      [](Transaction& transaction, const Call& call,
         const GiftFacts& facts) -> absl::StatusOr<v1::RecordGiftResponse> {
        ASSIGN_OR_RETURN(
            const rec::GiftRecord gift,
            impact::RecordGift(transaction, facts.gift, facts.conversion, facts.lot, call));
        v1::RecordGiftResponse answer;
        *answer.mutable_gift() = ToMessage(facts.gift.gift_id, gift);
        return answer;
      });
}

void GiftService::AskAboutGift(const v1::RecordGiftRequest& request,
                               Handlers::Finish<GiftFacts> finish) const {
  absl::StatusOr<Gift> gift = ParseGift(request.gift());
  if (!gift.ok()) return std::move(finish)(InField("gift", gift.status()));
  const auto request_id = runtime::ParseRequestId("request_id", request.request_id());
  if (!request_id.ok()) return std::move(finish)(request_id.status());
  const absl::StatusOr<rec::GiftRecord> recorded =
      ReadGift(*handlers_.parts().store->NewSnapshot(), gift->gift_id);
  if (recorded.ok())
    return std::move(finish)(GiftFacts{*std::move(gift), std::nullopt, std::nullopt});
  if (!absl::IsNotFound(recorded.status())) return std::move(finish)(recorded.status());
  const Money amount = gift->amount;
  const LocalDate received_on = gift->received_on;
  questions_.AskConversion(
      *request_id, amount.currency, received_on,
      [this, gift = *std::move(gift),
       finish = std::move(finish)](absl::StatusOr<Conversion> conversion) mutable {
        if (!conversion.ok()) return std::move(finish)(conversion.status());
        AskAboutMilk(GiftFacts{std::move(gift), *std::move(conversion), std::nullopt},
                     std::move(finish));
      });
}

void GiftService::AskAboutMilk(GiftFacts facts, Handlers::Finish<GiftFacts> finish) const {
  if (!facts.gift.in_kind.has_value()) return std::move(finish)(std::move(facts));
  const LotId lot = facts.gift.in_kind->lot;
  questions_.AskLot(lot, /*with_label=*/true,
                    [facts = std::move(facts),
                     finish = std::move(finish)](absl::StatusOr<LotFacts> answer) mutable {
                      if (!answer.ok()) return std::move(finish)(answer.status());
                      facts.lot = *std::move(answer);
                      std::move(finish)(std::move(facts));
                    });
}

grpc::ServerUnaryReactor* GiftService::GetGift(Context* context, const v1::GetGiftRequest* request,
                                               v1::GetGiftResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::GetGiftResponse> {
        ASSIGN_OR_RETURN(const std::string gift_id,
                         runtime::ParseId("gift_id", request->gift_id()));
        ASSIGN_OR_RETURN(const rec::GiftRecord gift, ReadGift(reader, gift_id));
        v1::GetGiftResponse answer;
        *answer.mutable_gift() = ToMessage(gift_id, gift);
        return answer;
      });
}

grpc::ServerUnaryReactor* GiftService::ListGifts(Context* context,
                                                 const v1::ListGiftsRequest* request,
                                                 v1::ListGiftsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::ListGiftsResponse> {
        v1::ListGiftsResponse answer;
        ASSIGN_OR_RETURN(*answer.mutable_next_page_token(),
                         request->donor_id().empty() ? ScanGifts(reader, *request, &answer)
                                                     : ScanGiftsOfDonor(reader, *request, &answer));
        return answer;
      });
}

grpc::ServerUnaryReactor* GiftService::AllocateGift(Context* context,
                                                    const v1::AllocateGiftRequest* request,
                                                    v1::AllocateGiftResponse* response) {
  return handlers_.MutateAfter<AllocationFacts>(
      context, request, response,
      [this, request](const Call&, Handlers::Finish<AllocationFacts> finish) {
        AskAboutAllocation(*request, std::move(finish));
      },
      [](Transaction& transaction, const Call& call,
         const AllocationFacts& facts) -> absl::StatusOr<v1::AllocateGiftResponse> {
        const std::string& gift_id = facts.allocation.gift_id;
        const auto allocation =
            impact::AllocateGift(transaction, facts.allocation, facts.lot, call);
        if (!allocation.ok()) return InField("allocation", allocation.status());
        ASSIGN_OR_RETURN(const rec::GiftRecord gift, ReadGift(transaction, gift_id));
        v1::AllocateGiftResponse answer;
        *answer.mutable_allocation() = ToMessage(gift_id, gift, *allocation);
        return answer;
      });
}

void GiftService::AskAboutAllocation(const v1::AllocateGiftRequest& request,
                                     Handlers::Finish<AllocationFacts> finish) const {
  absl::StatusOr<Allocation> allocation = ParseAllocation(request.allocation());
  if (!allocation.ok()) return std::move(finish)(InField("allocation", allocation.status()));
  const std::shared_ptr<const storage::Snapshot> snapshot = handlers_.parts().store->NewSnapshot();
  const absl::StatusOr<bool> is_stored = KnowsAllocation(*snapshot, allocation->allocation_id);
  if (!is_stored.ok()) return std::move(finish)(is_stored.status());
  if (*is_stored) {
    return std::move(finish)(AllocationFacts{*std::move(allocation), std::nullopt});
  }
  const absl::StatusOr<bool> has_label = KnowsLot(*snapshot, allocation->lot);
  if (!has_label.ok()) return std::move(finish)(has_label.status());
  const LotId lot = allocation->lot;
  questions_.AskLot(lot, /*with_label=*/!*has_label,
                    [allocation = *std::move(allocation),
                     finish = std::move(finish)](absl::StatusOr<LotFacts> facts) mutable {
                      if (!facts.ok()) return std::move(finish)(facts.status());
                      std::move(finish)(AllocationFacts{std::move(allocation), *std::move(facts)});
                    });
}

grpc::ServerUnaryReactor* GiftService::ListAllocations(Context* context,
                                                       const v1::ListAllocationsRequest* request,
                                                       v1::ListAllocationsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::ListAllocationsResponse> {
        ASSIGN_OR_RETURN(const std::string gift_id,
                         runtime::ParseId("gift_id", request->gift_id()));
        ASSIGN_OR_RETURN(const rec::GiftRecord gift, ReadGift(reader, gift_id));
        v1::ListAllocationsResponse answer;
        ASSIGN_OR_RETURN(
            *answer.mutable_next_page_token(),
            runtime::ScanPage<AllocationTable>(
                reader, AllocationKey::Range(gift_id), *request,
                [&](const AllocationKey::Key&, const rec::AllocationRecord& allocation) {
                  *answer.add_allocations() = ToMessage(gift_id, gift, allocation);
                  return true;
                }));
        return answer;
      });
}

grpc::ServerUnaryReactor* GiftService::ListLotGifts(Context* context,
                                                    const v1::ListLotGiftsRequest* request,
                                                    v1::ListLotGiftsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::ListLotGiftsResponse> {
        ASSIGN_OR_RETURN(const int64_t lot,
                         runtime::ParseNumber("lot_id", request->lot_id(), 1,
                                              std::numeric_limits<int64_t>::max()));
        v1::ListLotGiftsResponse answer;
        absl::Status status;
        ASSIGN_OR_RETURN(*answer.mutable_next_page_token(),
                         runtime::ScanPage<LotHistoryTable>(
                             reader, LotHistoryKey::Range(lot), *request,
                             [&](const LotHistoryKey::Key& key, const rec::LotRecord&) {
                               const auto gift = ReadLotGift(reader, std::get<1>(key));
                               status.Update(gift.status());
                               if (!gift.ok() || !gift->has_value()) return false;
                               *answer.add_gifts() = **gift;
                               return true;
                             }));
        RETURN_IF_ERROR(status);
        return answer;
      });
}

grpc::ServerUnaryReactor* GiftService::GetGiftImpact(Context* context,
                                                     const v1::GetGiftImpactRequest* request,
                                                     v1::GetGiftImpactResponse* response) {
  return handlers_.Async(
      context, request, response,
      [this, request](const Call&, Handlers::Finish<v1::GetGiftImpactResponse> finish) {
        storage::Store& store = *handlers_.parts().store;
        ResolveMoment(
            request->as_of(), "as_of", store, questions_,
            [this, request, &store,
             finish = std::move(finish)](absl::StatusOr<Moment> moment) mutable {
              if (!moment.ok()) return std::move(finish)(moment.status());
              const auto gift_id = runtime::ParseId("gift_id", request->gift_id());
              if (!gift_id.ok()) return std::move(finish)(gift_id.status());
              absl::StatusOr<GiftImpact> start = StartGift(*store.NewSnapshot(), *gift_id, *moment);
              if (!start.ok()) return std::move(finish)(start.status());
              QueryImpact(questions_, *std::move(start), moment->position,
                          [finish = std::move(finish)](absl::StatusOr<GiftImpact> impact) mutable {
                            if (!impact.ok()) return std::move(finish)(impact.status());
                            v1::GetGiftImpactResponse answer;
                            *answer.mutable_impact() = ToMessage(*impact);
                            std::move(finish)(std::move(answer));
                          });
            });
      });
}

grpc::ServerUnaryReactor* GiftService::ExplainChange(Context* context,
                                                     const v1::ExplainChangeRequest* request,
                                                     v1::ExplainChangeResponse* response) {
  return handlers_.Async(
      context, request, response,
      [this, request](const Call&, Handlers::Finish<v1::ExplainChangeResponse> finish) {
        asking_.Reply<v1::ExplainChangeResponse>(
            std::move(finish), [this, request] { return explainer_.Explain(*request); });
      });
}

}  // namespace milkway::impact
