// Published statements, as they are kept: what donors and the public are told.
//
// A figure that a publication does not tell anew stands as an earlier one told it. So what
// a publication said can be put together again at any time, and is always the same.

#ifndef MILKWAY_SERVICES_IMPACT_STATEMENTS_H_
#define MILKWAY_SERVICES_IMPACT_STATEMENTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/impact/gift_impact.h"
#include "services/impact/impact_keys.h"
#include "services/impact/told_lot.h"
#include "services/runtime/strong_id.h"
#include "storage/store.h"

namespace milkway::impact {

struct Publication {
  int64_t number = 0;
  rec::PublicationRecord record;

  bool is_done() const { return record.stage() == rec::PublicationRecord::STAGE_DONE; }
};

// The last one, done or under way; nothing before the first.
absl::StatusOr<std::optional<Publication>> LastPublication(const storage::Reader& reader);

// The one that a question is about: `number`, or the last one that is done for 0. Nothing
// before the first. NOT_FOUND (PUBLICATION_UNKNOWN), also while it is under way.
absl::StatusOr<std::optional<Publication>> ResolvePublication(const storage::Reader& reader,
                                                              int64_t number);

// What is told of a lot, by `publication` or the last before it that told something.
struct ToldLot {
  int64_t publication = 0;  // that told it; 0: none did
  rec::LotStatementRecord figures;
};
absl::StatusOr<ToldLot> LotAsTold(const storage::Reader& reader, LotId lot, int64_t publication);

// In order of the school.
absl::StatusOr<std::vector<ToldServings>> ServingsAsTold(const storage::Reader& reader, LotId lot,
                                                         int64_t publication);

// What a gift became, as `publication` told it. NOT_FOUND (GIFT_UNKNOWN).
absl::StatusOr<GiftImpact> ReadStatement(const storage::Reader& reader, const std::string& gift_id,
                                         const Publication& publication);

// The sums of everything that a publication tells.
struct PublishedSums {
  int64_t purchased_g = 0;
  int64_t served_g = 0;
  int64_t servings = 0;
  int64_t lost_g = 0;
  int64_t schools = 0;
};
absl::StatusOr<PublishedSums> ReadProgramme(const storage::Reader& reader, int64_t publication);

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_STATEMENTS_H_
