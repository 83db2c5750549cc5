// WatchGift: a gift's statement, and then each time that its figures change.

#ifndef MILKWAY_SERVICES_IMPACT_GIFT_STREAM_H_
#define MILKWAY_SERVICES_IMPACT_GIFT_STREAM_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "milkway/impact/v1/statements.pb.h"
#include "services/runtime/handler.h"
#include "services/runtime/poll_stream.h"

namespace milkway::impact {

// Looks once a second whether something was published.
class GiftStream final : public runtime::PollStream<v1::WatchGiftResponse> {
 public:
  // `request` is not used after the constructor.
  GiftStream(runtime::CallScope scope, const v1::WatchGiftRequest& request);

 private:
  void Begin(const v1::WatchGiftRequest& request);
  absl::StatusOr<bool> NextMessage() override;

  std::string gift_id_;
  int64_t looked_at_ = -1;  // the publication that was compared last; 0: before the first
  std::string told_;        // the figures that the caller knows
};

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_GIFT_STREAM_H_
