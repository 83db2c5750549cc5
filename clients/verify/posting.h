// What a posting says. docs/formats.md describes its bytes.

#ifndef MILKWAY_CLIENTS_VERIFY_POSTING_H_
#define MILKWAY_CLIENTS_VERIFY_POSTING_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace milkway::proof {

// The numbers are in the log.
enum class PostingKind : uint8_t {
  kPurchase = 1,
  kDispatch,
  kReceipt,
  kDistribution,
  kCount,
  kAdjustment,
  kRecount,
  kRecall,
  kRelease,
};

enum class AccountKind : uint8_t {
  kUsable = 1,
  kQuarantined,
  kDamaged,
  kInTransit,
  kPurchased,
  kServed,
  kFound,
  kMissingAtReceipt,
  kWasted,
  kCountLoss,
  kWrittenOff,
  kDestroyed,
  kReturned,
};

struct Movement {
  AccountKind from_kind = AccountKind::kUsable;
  AccountKind to_kind = AccountKind::kUsable;
  std::string from_place;
  std::string to_place;
  int64_t lot_id = 0;
  int64_t quantity_g = 0;
};

struct Posting {
  int64_t recorded_us = 0;
  int64_t occurred_us = 0;
  int64_t offset_minutes = 0;
  PostingKind kind = PostingKind::kPurchase;
  std::string reference;
  int64_t linked_position = 0;
  std::string discrepancy_reason;
  std::string fefo_override_reason;
  std::vector<Movement> movements;

  // What stands at linked_position is reversed, and this stands instead.
  bool is_correction() const {
    return linked_position != 0 && kind != PostingKind::kRecount && kind != PostingKind::kRecall;
  }
};

// INVALID_ARGUMENT if the canonical bytes are not exactly those of a posting.
absl::StatusOr<Posting> ParsePosting(absl::string_view canonical);

// What a posting says, in English: the first line what and when, then one for each
// movement.
absl::StatusOr<std::vector<std::string>> DescribePosting(absl::string_view canonical);

}  // namespace milkway::proof

#endif  // MILKWAY_CLIENTS_VERIFY_POSTING_H_
