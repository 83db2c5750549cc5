#include "services/impact/impact_errors.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "services/runtime/dates.h"
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
                             Text(asked), "; take at most what is left"),
                {{"gift_id", std::string(gift_id)},
                 {"currency", left.currency},
                 {"left_minor", absl::StrCat(left.minor)},
                 {"asked_minor", absl::StrCat(asked.minor)}});
}

absl::Status LotOverpaid(LotId lot, absl::string_view school_id, const Money& left,
                         const Money& worth) {
  const std::string what =
      school_id.empty() ? absl::StrCat("lot ", lot.value)
                        : absl::StrCat("what is set aside of lot ", lot.value, " for ", school_id);
  const std::string message =
      left.minor == 0
          ? absl::StrCat(what, " is paid in full; allocate to another lot")
          : absl::StrCat(what, " still costs ", Text(left), ", and this allocation is worth ",
                         Text(worth), "; allocate at most what it still costs");
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

absl::Status DonorUnknown(absl::string_view donor_id) {
  return Refuse(
      Code::kNotFound, "DONOR_UNKNOWN",
      absl::StrCat("there is no donor ", donor_id, "; check the id, or record them first"),
      {{"donor_id", std::string(donor_id)}});
}

absl::Status DonorChanged(absl::string_view donor_id) {
  return Refuse(Code::kFailedPrecondition, "DONOR_CHANGED",
                absl::StrCat("donor ", donor_id,
                             " is not as you saw them; look at them again, and send their etag"),
                {{"donor_id", std::string(donor_id)}});
}

absl::Status IsInKind(absl::string_view gift_id) {
  return Refuse(Code::kFailedPrecondition, "GIFT_IN_KIND",
                absl::StrCat("gift ", gift_id,
                             " is milk, not money; allocate, charge and refund gifts of money"),
                {{"gift_id", std::string(gift_id)}});
}

absl::Status PoolMissing(LotId lot, absl::string_view school_id) {
  return Refuse(Code::kFailedPrecondition, "POOL_MISSING",
                absl::StrCat("nothing of lot ", lot.value, " is set aside for ", school_id,
                             ", and the gift is for that school; set milk aside first, or "
                             "allocate to another lot"),
                {{"lot_id", absl::StrCat(lot.value)}, {"school_id", std::string(school_id)}});
}

absl::Status LotGramsTaken(LotId lot, int64_t free_g, int64_t asked_g) {
  return Refuse(Code::kFailedPrecondition, "LOT_GRAMS_TAKEN",
                absl::StrCat("of lot ", lot.value, " ", free_g,
                             " g are neither bought nor set aside, less than ", asked_g,
                             " g; take at most what is free, or another lot"),
                {{"lot_id", absl::StrCat(lot.value)},
                 {"free_g", absl::StrCat(free_g)},
                 {"asked_g", absl::StrCat(asked_g)}});
}

absl::Status PoolInUse(LotId lot, absl::string_view school_id) {
  return Refuse(Code::kFailedPrecondition, "POOL_IN_USE",
                absl::StrCat(school_id, " has drunk of what is set aside for it of lot ", lot.value,
                             ", and gifts were told so; more would make it less for them: set "
                             "another lot aside"),
                {{"lot_id", absl::StrCat(lot.value)}, {"school_id", std::string(school_id)}});
}

absl::Status LotPoolsTooMany(LotId lot, int64_t pools_max) {
  return Refuse(Code::kFailedPrecondition, "LOT_POOLS_TOO_MANY",
                absl::StrCat("lot ", lot.value, " is set aside for ", pools_max,
                             " schools already, which is the most there can be; set another lot "
                             "aside"),
                {{"lot_id", absl::StrCat(lot.value)}, {"pools_max", absl::StrCat(pools_max)}});
}

absl::Status GiftRunsTooMany(absl::string_view gift_id, LotId lot, int64_t runs_max) {
  return Refuse(Code::kFailedPrecondition, "GIFT_RUNS_TOO_MANY",
                absl::StrCat("gift ", gift_id, " bought of lot ", lot.value, " at ", runs_max,
                             " different times already, which is the most there can be; allocate "
                             "the rest to other lots"),
                {{"gift_id", std::string(gift_id)},
                 {"lot_id", absl::StrCat(lot.value)},
                 {"runs_max", absl::StrCat(runs_max)}});
}

absl::Status LotsTooMany(size_t lots, int64_t lots_max) {
  return Refuse(Code::kFailedPrecondition, "LOTS_TOO_MANY",
                absl::StrCat("this is about ", lots, " lots, and at most ", lots_max,
                             " can be told in one answer; ask gift by gift"),
                {{"lots", absl::StrCat(lots)}, {"lots_max", absl::StrCat(lots_max)}});
}

absl::Status PublicationUnknown(int64_t publication) {
  return Refuse(Code::kNotFound, "PUBLICATION_UNKNOWN",
                absl::StrCat("there is no publication ", publication,
                             "; list them, or ask without a number for the last one"),
                {{"publication", absl::StrCat(publication)}});
}

absl::Status PublishedRecently(int64_t publication, int64_t next_us) {
  const std::string next = FormatOccurredAt({next_us, 0});
  return Refuse(Code::kFailedPrecondition, "PUBLISHED_RECENTLY",
                absl::StrCat("publication ", publication,
                             " is less than a week old, and two close together could tell what a "
                             "few children drank; the next one may be made from ",
                             next, " on, and is made by itself"),
                {{"publication", absl::StrCat(publication)}, {"next", next}});
}

absl::Status ShareLinkUnknown() {
  return Refuse(Code::kNotFound, "SHARE_LINK_UNKNOWN",
                "this link opens nothing: it was mistyped or closed; ask who sent it for a new one",
                {});
}

absl::Status ProofNotReady(absl::string_view gift_id) {
  return Refuse(Code::kFailedPrecondition, "PROOF_NOT_READY",
                absl::StrCat("something of gift ", gift_id,
                             " is still on its way into the log; try again in a moment"),
                {{"gift_id", std::string(gift_id)}});
}

absl::Status GiftProofTooLarge(absl::string_view gift_id, size_t lots, size_t lots_max) {
  return Refuse(
      Code::kResourceExhausted, "PROOF_TOO_LARGE",
      absl::StrCat("gift ", gift_id, " helped to buy ", lots, " lots, and a proof shows at most ",
                   lots_max, "; have single leaves proven with milkway log prove"),
      {{"gift_id", std::string(gift_id)}, {"lots", absl::StrCat(lots)}});
}

absl::Status StatementGone(int64_t publication, LotId lot) {
  return absl::DataLossError(absl::StrCat("what publication ", publication, " tells of lot ",
                                          lot.value, " is gone; restore the store from a backup"));
}

absl::Status AnswerIsWrong(absl::string_view service, absl::string_view what) {
  return absl::InternalError(absl::StrCat("the answer of the ", service, " service ", what));
}

}  // namespace milkway::impact
