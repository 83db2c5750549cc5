#include "services/consumption/publication_service.h"

#include <limits>
#include <string>

#include "clients/cpp/status_macros.h"
#include "services/consumption/publication.h"
#include "services/consumption/schools.h"
#include "services/runtime/fields.h"

namespace milkway::consumption {

namespace {

// Pairs looked at in one transaction: each is a few rows read, and few are told.
constexpr size_t kPairsMax = 1000;
constexpr int64_t kNumberMax = std::numeric_limits<int64_t>::max();

}  // namespace

grpc::ServerUnaryReactor* PublicationService::PublishServings(
    grpc::CallbackServerContext* context, const v1::PublishServingsRequest* request,
    v1::PublishServingsResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](storage::Transaction& transaction,
                const runtime::Call&) -> absl::StatusOr<v1::PublishServingsResponse> {
        ASSIGN_OR_RETURN(
            const int64_t publication,
            runtime::ParseNumber("publication", request->publication(), 1, kNumberMax));
        ASSIGN_OR_RETURN(
            const int64_t lot,
            runtime::ParseNumber("after_lot_id", request->after_lot_id(), 0, kNumberMax));
        ASSIGN_OR_RETURN(const int64_t school,
                         runtime::ParseNumber("after_school_number", request->after_school_number(),
                                              0, std::numeric_limits<uint32_t>::max()));
        ASSIGN_OR_RETURN(
            const PublishedPage page,
            consumption::PublishServings(transaction, publication,
                                         {LotId{lot}, static_cast<uint32_t>(school)}, kPairsMax));
        v1::PublishServingsResponse answer;
        for (const PublishedPair& pair : page.pairs) {
          v1::PublishedServings& published = *answer.add_published();
          published.set_lot_id(pair.lot.value);
          ASSIGN_OR_RETURN(*published.mutable_school_id(),
                           FindSchoolId(transaction, pair.school_number));
          published.set_servings(pair.figures.servings());
          published.set_served_g(pair.figures.served_g());
        }
        if (page.go_on_after.has_value()) {
          answer.set_has_more(true);
          answer.set_last_lot_id(page.go_on_after->first.value);
          answer.set_last_school_number(page.go_on_after->second);
        }
        return answer;
      });
}

}  // namespace milkway::consumption
