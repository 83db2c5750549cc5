#include "clients/verify/verify_proof.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cpp/status_macros.h"
#include "clients/verify/audit_leaf.h"
#include "clients/verify/checkpoint.h"
#include "clients/verify/gift.h"
#include "clients/verify/gift_leaves.h"
#include "clients/verify/leaf.h"
#include "clients/verify/posting.h"
#include "clients/verify/proof_file.h"

namespace milkway::proof {

namespace {

absl::Status Fails(absl::string_view why) { return absl::InvalidArgumentError(why); }

class Verifier {
 public:
  Verifier(const ProofFile& proof, const Trusted& trusted) : proof_(proof), trusted_(trusted) {}

  absl::StatusOr<std::vector<std::string>> Verify() {
    RETURN_IF_ERROR(CheckKey());
    ASSIGN_OR_RETURN(checkpoint_, OpenCheckpoint(proof_.checkpoint, key_));
    Say("The log ", checkpoint_.origin, " signed that it held exactly ", checkpoint_.size,
        " records, with the fingerprint ", absl::Base64Escape(BytesOf(checkpoint_.root)), ".");
    for (const ProvenLeaf& leaf : proof_.leaves) RETURN_IF_ERROR(CheckLeaf(leaf));
    if (proof_.earlier.has_value()) RETURN_IF_ERROR(CheckEarlier(*proof_.earlier));
    RETURN_IF_ERROR(CheckKept());
    if (proof_.gift.has_value()) RETURN_IF_ERROR(CheckGift(*proof_.gift));
    return std::move(sentences_);
  }

 private:
  template <typename... Parts>
  void Say(const Parts&... parts) {
    sentences_.push_back(absl::StrCat(parts...));
  }

  absl::Status CheckKey() {
    if (!trusted_.log_key.empty()) {
      absl::string_view trusted = trusted_.log_key;
      absl::ConsumeSuffix(&trusted, "\n");
      if (trusted != proof_.log_key) return Fails("the proof names another key than the one given");
    }
    ASSIGN_OR_RETURN(key_, ParseLogKey(proof_.log_key));
    if (trusted_.log_key.empty()) {
      Say("Not checked: whose key ", proof_.log_key,
          " is. Compare it with the published one, or give that one with --key.");
    }
    return absl::OkStatus();
  }

  absl::Status CheckLeaf(const ProvenLeaf& leaf) {
    ASSIGN_OR_RETURN(const Hash hash, LeafHashOf(leaf.opening));
    if (!IsIncluded(static_cast<uint64_t>(leaf.position - 1), checkpoint_.size, hash,
                    leaf.inclusion, checkpoint_.root)) {
      return Fails(absl::StrCat("record ", leaf.position, " is not in the log of the checkpoint"));
    }
    const LeafKind kind = KindOf(leaf.opening);
    Say("Record ", leaf.position, " of that log is this ", WordOf(kind), ":");
    ASSIGN_OR_RETURN(const std::vector<std::string> lines, Describe(kind, leaf.opening.canonical));
    for (const std::string& line : lines) Say("  ", line);
    return absl::OkStatus();
  }

  static absl::StatusOr<std::vector<std::string>> Describe(LeafKind kind,
                                                           absl::string_view canonical) {
    switch (kind) {
      case LeafKind::kPosting:
        return DescribePosting(canonical);
      case LeafKind::kCost:
        return DescribeCost(canonical);
      case LeafKind::kAllocation:
        return DescribeAllocation(canonical);
      case LeafKind::kStatement:
        return DescribeStatement(canonical);
      case LeafKind::kAudit:
        return DescribeAuditLeaf(canonical);
    }
    return Fails("a leaf is of no known kind");
  }

  absl::Status CheckGift(const GiftFigures& gift) {
    ASSIGN_OR_RETURN(const GiftFigures recomputed,
                     RecomputeGift(proof_.leaves, gift.gift_id, gift.publication));
    if (recomputed != gift) {
      return Fails(
          absl::StrCat("the figures of gift ", gift.gift_id, " are not what its records make"));
    }
    Say("From these records alone, gift ", Printable(gift.gift_id), " became, as publication ",
        gift.publication, " told it:");
    for (const GiftLot& lot : gift.lots) {
      Say("  of lot ", lot.lot_id, " it has ", lot.funded_g, " g: ", lot.served_g,
          " g were served in ", lot.servings, " cups, ", lot.lost_g, " g were lost, ",
          lot.returned_g, " g went back to the supplier, ", lot.remaining_g,
          " g remain or are not told yet");
    }
    Say("  together ", gift.served_g, " g in ", gift.servings, " cups, with ", gift.protein_mg,
        " mg of protein, ", gift.calcium_mg, " mg of calcium and ", gift.energy_kj, " kJ.");
    Say("Not proved: that the records are true, and how many children drank.");
    return absl::OkStatus();
  }

  absl::Status CheckEarlier(const Earlier& earlier) {
    ASSIGN_OR_RETURN(const Checkpoint old, OpenCheckpoint(earlier.checkpoint, key_));
    if (!IsConsistent(old.size, old.root, checkpoint_.size, checkpoint_.root,
                      earlier.consistency)) {
      return Fails(absl::StrCat("the log was rewritten: its checkpoint of ", checkpoint_.size,
                                " records does not continue the one of ", old.size));
    }
    Say("Its first ", old.size, " records are those of the earlier checkpoint: nothing was ",
        "changed, removed or put in between since.");
    return absl::OkStatus();
  }

  // The checkpoint that was kept must be one of those in the proof.
  absl::Status CheckKept() {
    if (trusted_.checkpoint.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const Checkpoint kept, OpenCheckpoint(trusted_.checkpoint, key_));
    Checkpoint shown = checkpoint_;
    if (kept.size != shown.size && proof_.earlier.has_value()) {
      ASSIGN_OR_RETURN(shown, OpenCheckpoint(proof_.earlier->checkpoint, key_));
    }
    if (kept.size != shown.size) {
      return Fails(absl::StrCat("the proof says nothing about the checkpoint of ", kept.size,
                                " records that was kept; ask for one from it (milkway log "
                                "consistency)"));
    }
    if (kept.root != shown.root) {
      return Fails(absl::StrCat("the log was rewritten: the checkpoint of ", kept.size,
                                " records that was kept has another fingerprint"));
    }
    Say("The checkpoint that was kept is the one of ", kept.size, " records in this proof.");
    return absl::OkStatus();
  }

  const ProofFile& proof_;
  const Trusted& trusted_;
  LogKey key_;
  Checkpoint checkpoint_;
  std::vector<std::string> sentences_;
};

}  // namespace

absl::StatusOr<std::vector<std::string>> VerifyProof(absl::string_view proof,
                                                     const Trusted& trusted) {
  ASSIGN_OR_RETURN(const ProofFile file, ParseProof(proof));
  return Verifier(file, trusted).Verify();
}

}  // namespace milkway::proof
