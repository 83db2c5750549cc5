// The file of a proof: JSON that docs/proofs.md specifies, format "milkway-proof/1", or
// "milkway-proof/2" if it proves the figures of a gift.

#ifndef MILKWAY_CLIENTS_VERIFY_PROOF_FILE_H_
#define MILKWAY_CLIENTS_VERIFY_PROOF_FILE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clients/verify/gift.h"
#include "clients/verify/leaf.h"
#include "clients/verify/merkle_proof.h"

namespace milkway::proof {

// A leaf, shown, and the way from it to the checkpoint's root.
struct ProvenLeaf {
  int64_t position = 0;  // from 1: leaf number position - 1
  Opening opening;
  std::vector<Hash> inclusion;
};

// An earlier checkpoint that the log grew from.
struct Earlier {
  std::string checkpoint;
  std::vector<Hash> consistency;
};

struct ProofFile {
  std::string log_key;     // name+id+key
  std::string checkpoint;  // the signed note
  std::vector<ProvenLeaf> leaves;
  std::optional<Earlier> earlier;
  std::optional<GiftFigures> gift;
};

inline constexpr size_t kProofBytesMax = 64 << 20;
inline constexpr size_t kProofLeavesMax = 100'000;
inline constexpr size_t kProofHashesMax = 64;

// The one text of `proof`.
std::string FormatProof(const ProofFile& proof);

// INVALID_ARGUMENT if `text` is not what FormatProof gives for some proof: members that
// are not known, another order or other spaces are refused too, so that a proof has one
// text and no byte of it is idle.
absl::StatusOr<ProofFile> ParseProof(absl::string_view text);

}  // namespace milkway::proof

#endif  // MILKWAY_CLIENTS_VERIFY_PROOF_FILE_H_
