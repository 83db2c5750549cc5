#include "services/impact/pool_service.h"

#include <string>
#include <utility>
#include <vector>

#include "clients/cpp/status_macros.h"
#include "services/impact/gifts.h"
#include "services/impact/pool_convert.h"
#include "services/impact/suggestions.h"
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

constexpr int kSuggestionsUsual = 100;

// The gifts that have money left: one, or all.
absl::StatusOr<std::vector<OpenGift>> ReadOpenGifts(const Reader& reader,
                                                    const std::string& gift_id_text) {
  std::vector<OpenGift> gifts;
  if (!gift_id_text.empty()) {
    ASSIGN_OR_RETURN(const std::string gift_id, runtime::ParseId("gift_id", gift_id_text));
    ASSIGN_OR_RETURN(rec::GiftRecord gift, ReadGift(reader, gift_id));
    gifts.push_back({gift_id, std::move(gift)});
    return gifts;
  }
  RETURN_IF_ERROR(GiftTable::Scan(reader, GiftKey::Range(),
                                  [&](const GiftKey::Key& key, const rec::GiftRecord& gift) {
                                    if (LeftMinor(gift) > 0)
                                      gifts.push_back({std::get<0>(key), gift});
                                    return true;
                                  }));
  return gifts;
}

absl::StatusOr<std::vector<OpenLot>> ReadOpenLots(const Reader& reader,
                                                  std::vector<LotOnList> lots) {
  std::vector<OpenLot> open;
  for (LotOnList& lot : lots) {
    ASSIGN_OR_RETURN(const auto record, LotTable::Find(reader, lot.id.value));
    const LotPools pools = PoolsOf(record.value_or(rec::LotRecord()));
    if (pools.paid_minor >= lot.facts.landed_cost.minor) continue;
    open.push_back({lot.id, std::move(lot.facts), lot.purchased_on, pools});
  }
  return open;
}

}  // namespace

grpc::ServerUnaryReactor* PoolService::SetAside(Context* context,
                                                const v1::SetAsideRequest* request,
                                                v1::SetAsideResponse* response) {
  return handlers_.MutateAfter<Facts>(
      context, request, response,
      [this, request](const Call&, Handlers::Finish<Facts> finish) {
        AskAboutLot(*request, std::move(finish));
      },
      [](Transaction& transaction, const Call& call,
         const Facts& facts) -> absl::StatusOr<v1::SetAsideResponse> {
        ASSIGN_OR_RETURN(const rec::SetAsideRecord record,
                         SetMilkAside(transaction, facts.set_aside, facts.facts, call));
        v1::SetAsideResponse answer;
        *answer.mutable_set_aside() = ToMessage(facts.set_aside.set_aside_id, record);
        return answer;
      });
}

void PoolService::AskAboutLot(const v1::SetAsideRequest& request,
                              Handlers::Finish<Facts> finish) const {
  absl::StatusOr<impact::SetAside> set_aside = ParseSetAside(request.set_aside());
  if (!set_aside.ok()) return std::move(finish)(InField("set_aside", set_aside.status()));
  const absl::StatusOr<bool> is_stored =
      KnowsSetAside(*handlers_.parts().store->NewSnapshot(), set_aside->set_aside_id);
  if (!is_stored.ok()) return std::move(finish)(is_stored.status());
  if (*is_stored) return std::move(finish)(Facts{*std::move(set_aside), std::nullopt});
  const LotId lot = set_aside->lot;
  questions_.AskLot(lot, /*with_label=*/true,
                    [this, set_aside = *std::move(set_aside),
                     finish = std::move(finish)](absl::StatusOr<LotFacts> answer) mutable {
                      if (!answer.ok()) return std::move(finish)(answer.status());
                      AskAboutBooks(
                          Facts{std::move(set_aside), SetAsideFacts{*std::move(answer), {}, 0}},
                          std::move(finish));
                    });
}

void PoolService::AskAboutBooks(Facts facts, Handlers::Finish<Facts> finish) const {
  const std::vector<LotId> lots = {facts.set_aside.lot};
  questions_.AskPositions(lots, 0,
                          [this, facts = std::move(facts), finish = std::move(finish)](
                              absl::StatusOr<Questions::Positions> answer) mutable {
                            if (!answer.ok()) return std::move(finish)(answer.status());
                            facts.facts->books = std::move(answer->lots[0]);
                            AskAboutCups(std::move(facts), std::move(finish));
                          });
}

void PoolService::AskAboutCups(Facts facts, Handlers::Finish<Facts> finish) const {
  const std::vector<Questions::Pair> pairs = {{facts.set_aside.lot, facts.set_aside.school_id}};
  questions_.AskServings(pairs, 0,
                         [facts = std::move(facts), finish = std::move(finish)](
                             absl::StatusOr<Questions::Servings> answer) mutable {
                           if (!answer.ok()) return std::move(finish)(answer.status());
                           facts.facts->servings = answer->servings[0];
                           std::move(finish)(std::move(facts));
                         });
}

grpc::ServerUnaryReactor* PoolService::ListSetAsides(Context* context,
                                                     const v1::ListSetAsidesRequest* request,
                                                     v1::ListSetAsidesResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::ListSetAsidesResponse> {
        const storage::KeyRange range = request->lot_id() == 0
                                            ? SetAsideOfLotKey::Range()
                                            : SetAsideOfLotKey::Range(request->lot_id());
        v1::ListSetAsidesResponse answer;
        absl::Status status;
        ASSIGN_OR_RETURN(*answer.mutable_next_page_token(),
                         runtime::ScanPage<SetAsideOfLotTable>(
                             reader, range, *request,
                             [&](const SetAsideOfLotKey::Key& key, const rec::IndexRecord&) {
                               const std::string& id = std::get<1>(key);
                               const auto record = SetAsideTable::Find(reader, id);
                               status.Update(record.status());
                               if (!status.ok() || !record->has_value()) return false;
                               *answer.add_set_asides() = ToMessage(id, **record);
                               return true;
                             }));
        RETURN_IF_ERROR(status);
        return answer;
      });
}

grpc::ServerUnaryReactor* PoolService::SuggestAllocations(
    Context* context, const v1::SuggestAllocationsRequest* request,
    v1::SuggestAllocationsResponse* response) {
  return handlers_.Async(
      context, request, response,
      [this, request](const Call&, Handlers::Finish<v1::SuggestAllocationsResponse> finish) {
        asking_.Reply<v1::SuggestAllocationsResponse>(
            std::move(finish), [this, request] { return AnswerSuggestions(*request); });
      });
}

absl::StatusOr<v1::SuggestAllocationsResponse> PoolService::AnswerSuggestions(
    const v1::SuggestAllocationsRequest& request) {
  ASSIGN_OR_RETURN(
      const int64_t wanted,
      runtime::ParseNumber("suggestions_max", request.suggestions_max(), 0, kSuggestionsMax));
  const auto reader = handlers_.parts().store->NewSnapshot();
  ASSIGN_OR_RETURN(std::vector<OpenGift> gifts, ReadOpenGifts(*reader, request.gift_id()));
  ASSIGN_OR_RETURN(std::vector<LotOnList> all_lots, questions_.AllLots(&asking_));
  ASSIGN_OR_RETURN(std::vector<OpenLot> lots, ReadOpenLots(*reader, std::move(all_lots)));
  ASSIGN_OR_RETURN(const Suggestions suggestions,
                   Suggest(std::move(gifts), std::move(lots),
                           static_cast<size_t>(wanted == 0 ? kSuggestionsUsual : wanted)));
  v1::SuggestAllocationsResponse answer;
  for (const Suggestion& suggestion : suggestions.suggestions) {
    *answer.add_suggestions() = ToMessage(suggestion);
  }
  answer.set_has_more(suggestions.has_more);
  return answer;
}

}  // namespace milkway::impact
