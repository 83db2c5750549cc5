// What impact writes to the inventory's log: the bodies of its leaves, behind the kind and
// the time of recording. docs/formats.md describes the bytes. Pure.

#ifndef MILKWAY_SERVICES_IMPACT_STATEMENT_CODEC_H_
#define MILKWAY_SERVICES_IMPACT_STATEMENT_CODEC_H_

#include <cstdint>
#include <string>

#include "services/impact/attribution.h"
#include "services/impact/impact_keys.h"
#include "services/runtime/strong_id.h"

namespace milkway::impact {

// An allocation, once and for ever. `school_id` names the pool; empty: the general one.
std::string EncodeAllocation(const std::string& gift_id, const std::string& school_id,
                             const rec::AllocationRecord& allocation);

// The grams that a gift in kind is: an allocation without an id that costs nothing.
std::string EncodeGiftInKind(const std::string& gift_id, const rec::GiftRecord& gift);

// What became of a lot, all together.
struct LotStatement {
  int64_t publication = 0;
  LotId lot;
  rec::LotStatementRecord figures;
  Label label;
};
std::string EncodeLotStatement(const LotStatement& statement);

// What was served of a lot at a school.
struct ServedStatement {
  int64_t publication = 0;
  LotId lot;
  std::string school_id;
  rec::ServedStatementRecord figures;
};
std::string EncodeServedStatement(const ServedStatement& statement);

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_STATEMENT_CODEC_H_
