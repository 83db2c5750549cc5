#include "services/impact/impact_errors.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "services/runtime/errors.h"

namespace milkway::impact {

namespace {

using runtime::Refuse;
using Code = absl::StatusCode;

// "12.34 AUD"; the amount is not negative.
std::string Text(const Money& money) {
  return absl::StrCat(FormatDecimal(Decimal{money.minor, MinorDigits(money.currency)}), " ",
                      money.currency);
}

}  // namespace

absl::Status GiftUnknown(absl::string_view gift_id) {
  return Refuse(Code::kNotFound, "GIFT_UNKNOWN",
                absl::StrCat("there is no gift ", gift_id, "; check the id, or record it first"),
                {{"gift_id", std::string(gift_id)}});
}

absl::Status IdTaken(absl::string_view reason, absl::string_view what, absl::string_view id) {
  return Refuse(Code::kAlreadyExists, reason,
                absl::StrCat(what, " ", id,
                             " is recorded already with other content; choose another id, or send "
                             "what is recorded"),
                {{"id", std::string(id)}});
}

absl::Status GiftOverspent(absl::string_view gift_id, const Money& left, const Money& asked) {
  return Refuse(Code::kFailedPrecondition, "GIFT_OVERSPENT",
                absl::StrCat("gift ", gift_id, " has ", Text(left), " left, less than ",
                             Text(asked), "; allocate at most what is left"),
                {{"gift_id", std::string(gift_id)},
                 {"currency", left.currency},
                 {"left_minor", absl::StrCat(left.minor)},
                 {"asked_minor", absl::StrCat(asked.minor)}});
}

absl::Status LotOverpaid(LotId lot, const Money& left, const Money& worth) {
  const std::string message =
      left.minor == 0 ? absl::StrCat("lot ", lot.value, " is paid in full; allocate to another lot")
                      : absl::StrCat("lot ", lot.value, " still costs ", Text(left),
                                     ", and this allocation is worth ", Text(worth),
                                     "; allocate at most what the lot still costs");
  return Refuse(Code::kFailedPrecondition, "LOT_OVERPAID", message,
                {{"lot_id", absl::StrCat(lot.value)},
                 {"base_currency", left.currency},
                 {"left_minor", absl::StrCat(left.minor)},
                 {"worth_minor", absl::StrCat(worth.minor)}});
}

absl::Status GiftLotsTooMany(absl::string_view gift_id, int64_t lots_max) {
  return Refuse(Code::kFailedPrecondition, "GIFT_LOTS_TOO_MANY",
                absl::StrCat("gift ", gift_id, " is allocated to ", lots_max,
                             " lots already, which is the most there can be; allocate the rest to "
                             "lots that it has a part of"),
                {{"gift_id", std::string(gift_id)}, {"lots_max", absl::StrCat(lots_max)}});
}

absl::Status AnswerIsWrong(absl::string_view service, absl::string_view what) {
  return absl::InternalError(absl::StrCat("the answer of the ", service, " service ", what));
}

}  // namespace milkway::impact
