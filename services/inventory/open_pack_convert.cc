#include "services/inventory/open_pack_convert.h"

#include "clients/cpp/status_macros.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"

namespace milkway::inventory {

namespace {

using runtime::InvalidField;
using runtime::ParseId;
using runtime::ParseNumber;

constexpr int64_t kPacksMax = 10'000;
constexpr int64_t kQuantityGMax = 1'000'000'000'000;

}  // namespace

absl::StatusOr<PacksToOpen> ParsePacks(const v1::OpenPacksRequest& message) {
  PacksToOpen packs;
  ASSIGN_OR_RETURN(packs.account.place, ParseId("location_id", message.location_id()));
  if (message.lot_id() < 1) {
    return InvalidField("lot_id", "must be a lot, which are numbered from 1");
  }
  packs.account.lot = LotId{message.lot_id()};
  ASSIGN_OR_RETURN(packs.packs, ParseNumber("packs", message.packs(), 1, kPacksMax));
  ASSIGN_OR_RETURN(packs.opened_at, ParseZonedTime("opened_at", message.opened_at()));
  ASSIGN_OR_RETURN(packs.finished_packs,
                   ParseNumber("finished_packs", message.finished_packs(), 0, message.packs()));
  return packs;
}

absl::StatusOr<PacksToFinish> ParsePacks(const v1::FinishPacksRequest& message) {
  PacksToFinish packs;
  ASSIGN_OR_RETURN(packs.request_id, runtime::ParseRequestId("request_id", message.request_id()));
  ASSIGN_OR_RETURN(packs.place, ParseId("location_id", message.location_id()));
  if (message.opening_id() < 1) {
    return InvalidField("opening_id", "must be a number that was given when they were opened");
  }
  packs.opening_id = message.opening_id();
  ASSIGN_OR_RETURN(packs.packs, ParseNumber("packs", message.packs(), 1, kPacksMax));
  ASSIGN_OR_RETURN(packs.finished_at, ParseZonedTime("finished_at", message.finished_at()));
  ASSIGN_OR_RETURN(packs.discarded_g,
                   ParseNumber("discarded_g", message.discarded_g(), 0, kQuantityGMax));
  return packs;
}

absl::StatusOr<OpenPacksFilter> ParseFilter(const v1::ListOpenPacksRequest& message) {
  OpenPacksFilter filter;
  filter.place = message.location_id();
  filter.overdue_only = message.overdue_only();
  if (message.on().empty()) return filter;
  ASSIGN_OR_RETURN(filter.on, ParseDate("on", message.on()));
  return filter;
}

v1::OpenedPacks ToMessage(const OpenedPacks& opened) {
  const rec::OpeningRecord& record = opened.record;
  v1::OpenedPacks message;
  message.set_opening_id(opened.opening_id);
  message.set_location_id(record.location_id());
  message.set_lot_id(record.lot_id());
  message.set_packs(record.packs());
  *message.mutable_opened_at() = ToZonedTime({record.opened_us(), record.offset_minutes()});
  message.set_open_packs(record.open_packs());
  message.set_use_by(FormatDate({record.use_by_day()}));
  message.set_overdue(opened.is_overdue);
  message.set_usable_g(opened.usable_g);
  message.set_product_id(opened.lot.product_id());
  message.set_lot_number(opened.lot.lot_number());
  message.set_recorded_us(record.recorded_us());
  return message;
}

}  // namespace milkway::inventory
