// Leaves of the log, opened: the bytes that somebody chose to show, and what they say.
//
//   commitment = SHA-256(salt || canonical bytes)
//   leaf data  = kind (1 byte) || commitment
//   leaf hash  = SHA-256(00 || leaf data)
//
// The first of the canonical bytes is the kind again, so that what was committed to as
// one kind cannot be shown as another.

#ifndef MILKWAY_CLIENTS_VERIFY_LEAF_H_
#define MILKWAY_CLIENTS_VERIFY_LEAF_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clients/verify/merkle_proof.h"

namespace milkway::proof {

// The numbers are in the log.
enum class LeafKind : uint8_t {
  kPosting = 1,
  kCost = 2,
  kAllocation = 3,
  kStatement = 4,
  kAudit = 5,
};

inline constexpr size_t kSaltBytes = 16;

// What a leaf commits to, shown.
struct Opening {
  std::string canonical;
  std::string salt;
};

// INVALID_ARGUMENT if the salt does not have 16 bytes, or the canonical bytes do not
// start with a kind of leaf.
absl::StatusOr<Hash> LeafHashOf(const Opening& opening);

// "posting", "cost", "allocation", "statement", "audit".
absl::string_view WordOf(LeafKind kind);

// The kind that the canonical bytes start with; call LeafHashOf before.
LeafKind KindOf(const Opening& opening);

// Text that cannot move a terminal's cursor.
std::string Printable(absl::string_view text);

}  // namespace milkway::proof

#endif  // MILKWAY_CLIENTS_VERIFY_LEAF_H_
