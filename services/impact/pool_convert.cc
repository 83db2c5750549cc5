#include "services/impact/pool_convert.h"

#include <limits>

#include "clients/cpp/status_macros.h"
#include "services/runtime/fields.h"

namespace milkway::impact {

namespace {

using runtime::ParseId;
using runtime::ParseNumber;

constexpr int64_t kGramsMax = 1'000'000'000'000;
constexpr int64_t kServingGMax = 1'000;

}  // namespace

absl::StatusOr<SetAside> ParseSetAside(const v1::SetAside& message) {
  SetAside set_aside;
  ASSIGN_OR_RETURN(set_aside.set_aside_id, ParseId("set_aside_id", message.set_aside_id()));
  ASSIGN_OR_RETURN(set_aside.lot.value,
                   ParseNumber("lot_id", message.lot_id(), 1, std::numeric_limits<int64_t>::max()));
  ASSIGN_OR_RETURN(set_aside.school_id, ParseId("school_id", message.school_id()));
  ASSIGN_OR_RETURN(set_aside.quantity_g,
                   ParseNumber("quantity_g", message.quantity_g(), 1, kGramsMax));
  ASSIGN_OR_RETURN(set_aside.on, ParseDate("set_aside_on", message.set_aside_on()));
  ASSIGN_OR_RETURN(set_aside.serving_g,
                   ParseNumber("serving_g", message.serving_g(), 0, kServingGMax));
  return set_aside;
}

v1::SetAside ToMessage(const std::string& set_aside_id, const rec::SetAsideRecord& record) {
  v1::SetAside message;
  message.set_set_aside_id(set_aside_id);
  message.set_lot_id(record.lot_id());
  message.set_school_id(record.school_id());
  message.set_quantity_g(record.quantity_g());
  message.set_set_aside_on(FormatDate({record.on_day()}));
  message.set_serving_g(record.serving_g());
  return message;
}

v1::Suggestion ToMessage(const Suggestion& suggestion) {
  v1::Suggestion message;
  message.set_gift_id(suggestion.gift_id);
  message.set_lot_id(suggestion.lot.value);
  message.set_purchase_id(suggestion.facts.purchase_id);
  message.set_product_id(suggestion.facts.product_id);
  message.set_lot_number(suggestion.facts.lot_number);
  *message.mutable_amount() = ToMessage(Money{suggestion.currency, suggestion.amount_minor});
  *message.mutable_base_amount() =
      ToMessage(Money{suggestion.facts.landed_cost.currency, suggestion.worth_minor});
  message.set_bought_g(suggestion.bought_g);
  message.set_school_id(suggestion.school_id);
  return message;
}

}  // namespace milkway::impact
