#include "services/impact/statement_codec.h"

#include "services/impact/gifts.h"
#include "services/runtime/canonical.h"

namespace milkway::impact {

namespace {

using runtime::PutNumber;
using runtime::PutString;

constexpr uint8_t kOfLot = 1;
constexpr uint8_t kOfServed = 2;

// The same bytes for both: money that buys grams, and grams that cost nothing.
std::string EncodeBought(const std::string& gift_id, const std::string& school_id,
                         const rec::AllocationRecord& allocation) {
  std::string body;
  PutString(gift_id, &body);
  PutString(allocation.allocation_id(), &body);
  PutNumber(allocation.sequence(), &body);
  PutNumber(allocation.lot_id(), &body);
  PutString(school_id, &body);
  PutNumber(allocation.lot_weight_g(), &body);
  runtime::PutZigzag(allocation.lot_cost_minor(), &body);
  PutNumber(allocation.earlier_paid_minor(), &body);
  PutNumber(allocation.earlier_bought_g(), &body);
  PutNumber(allocation.base_minor(), &body);
  PutNumber(allocation.bought_g(), &body);
  PutNumber(allocation.lot_paid_minor(), &body);
  return body;
}

}  // namespace

std::string EncodeAllocation(const std::string& gift_id, const std::string& school_id,
                             const rec::AllocationRecord& allocation) {
  return EncodeBought(gift_id, school_id, allocation);
}

std::string EncodeGiftInKind(const std::string& gift_id, const rec::GiftRecord& gift) {
  return EncodeBought(gift_id, "", InKindAllocation(gift));
}

std::string EncodeLotStatement(const LotStatement& statement) {
  std::string body;
  runtime::PutByte(kOfLot, &body);
  PutNumber(statement.publication, &body);
  PutNumber(statement.lot.value, &body);
  PutNumber(statement.figures.as_of_position(), &body);
  PutNumber(statement.figures.purchased_g(), &body);
  PutNumber(statement.figures.found_g(), &body);
  PutNumber(statement.figures.lost_g(), &body);
  PutNumber(statement.figures.returned_g(), &body);
  PutNumber(statement.label.energy_j_100g, &body);
  PutNumber(statement.label.protein_mg_100g, &body);
  PutNumber(statement.label.calcium_ug_100g, &body);
  runtime::PutZigzag(statement.figures.landed_cost_minor(), &body);
  PutNumber(statement.figures.last_event(), &body);
  PutNumber(statement.figures.general_bought_g(), &body);
  PutNumber(statement.figures.pools_size(), &body);
  for (const rec::ToldPoolRecord& pool : statement.figures.pools()) {
    PutString(pool.school_id(), &body);
    PutNumber(pool.set_aside_g(), &body);
    PutNumber(pool.bought_g(), &body);
    PutNumber(pool.earlier_served_g(), &body);
    PutNumber(pool.earlier_servings(), &body);
    PutNumber(pool.serving_g(), &body);
  }
  return body;
}

std::string EncodeServedStatement(const ServedStatement& statement) {
  std::string body;
  runtime::PutByte(kOfServed, &body);
  PutNumber(statement.publication, &body);
  PutNumber(statement.lot.value, &body);
  PutString(statement.school_id, &body);
  PutNumber(statement.figures.servings(), &body);
  PutNumber(statement.figures.served_g(), &body);
  return body;
}

}  // namespace milkway::impact
