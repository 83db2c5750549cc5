#include "services/impact/moment.h"

#include <limits>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/impact/gift_then.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"

namespace milkway::impact {

namespace {

constexpr int64_t kMax = std::numeric_limits<int64_t>::max() - 1;

absl::StatusOr<Moment> ParsePlaces(const v1::AsOf& as_of, const char* field) {
  Moment moment;
  ASSIGN_OR_RETURN(moment.position, runtime::ParseNumber(absl::StrCat(field, ".position"),
                                                         as_of.position(), 0, kMax));
  ASSIGN_OR_RETURN(const int64_t sequence, runtime::ParseNumber(absl::StrCat(field, ".sequence"),
                                                                as_of.sequence(), 0, kMax));
  if (moment.position == 0 && sequence > 0) {
    return runtime::InvalidField(absl::StrCat(field, ".position"),
                                 "must be said with the sequence; take both from one answer");
  }
  if (moment.position > 0) moment.sequence = sequence;
  return moment;
}

}  // namespace

void ResolveMoment(const v1::AsOf& as_of, const char* field, storage::Store& store,
                   const Questions& questions, Questions::Done<Moment> done) {
  if (as_of.recorded_us() == 0) return std::move(done)(ParsePlaces(as_of, field));
  if (as_of.position() != 0 || as_of.sequence() != 0 || as_of.recorded_us() < 0) {
    return std::move(done)(runtime::InvalidField(absl::StrCat(field, ".recorded_us"),
                                                 "must be a time, or the two places and no time"));
  }
  questions.AskLogPosition(
      as_of.recorded_us(), [&store, recorded_us = as_of.recorded_us(),
                            done = std::move(done)](absl::StatusOr<int64_t> position) mutable {
        if (!position.ok()) return std::move(done)(position.status());
        const absl::StatusOr<int64_t> sequence = SequenceAt(*store.NewSnapshot(), recorded_us);
        if (!sequence.ok()) return std::move(done)(sequence.status());
        std::move(done)(Moment{*position, *sequence});
      });
}

absl::StatusOr<int64_t> SequenceOf(const storage::Reader& reader, const Moment& moment) {
  if (moment.sequence != kUpToNow) return moment.sequence;
  return LastSequence(reader);
}

absl::StatusOr<GiftImpact> StartGift(const storage::Reader& reader, const std::string& gift_id,
                                     const Moment& moment) {
  ASSIGN_OR_RETURN(const GiftThen then, ReadGiftThen(reader, gift_id, moment.sequence));
  GiftImpact impact = StartImpact(gift_id, then.gift, then.lots);
  ASSIGN_OR_RETURN(impact.as_of_sequence, SequenceOf(reader, moment));
  return impact;
}

}  // namespace milkway::impact
