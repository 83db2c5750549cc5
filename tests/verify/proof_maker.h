// Proofs of a small log, as the server makes them.

#ifndef MILKWAY_TESTS_VERIFY_PROOF_MAKER_H_
#define MILKWAY_TESTS_VERIFY_PROOF_MAKER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "clients/verify/leaf.h"
#include "clients/verify/proof_file.h"
#include "services/inventory/log_signer.h"
#include "tests/support/stores.h"

namespace milkway::testing {

class ProofMaker {
 public:
  // A log of `size` postings, signed for "milkway.test/log" with a new key. Logs of
  // different `history` have the same first posting and others after it.
  explicit ProofMaker(int size, const std::string& history = "");

  const std::string& log_key() const { return signer_.verifier_key(); }
  const proof::Opening& opening(int64_t position) const {
    return openings_[static_cast<size_t>(position - 1)];
  }
  const inventory::LogSigner& signer() const { return signer_; }

  // Signed with this log's key, or with that of `signer`.
  std::string Checkpoint(uint64_t size) const { return Checkpoint(size, signer_); }
  std::string Checkpoint(uint64_t size, const inventory::LogSigner& signer) const;

  // Of two postings, under a checkpoint of all, continuing one of `earlier` leaves.
  proof::ProofFile Proof(uint64_t earlier) const;

 private:
  inventory::LogSigner signer_;
  std::vector<proof::Opening> openings_;
  mutable MemoryStore store_;
};

}  // namespace milkway::testing

#endif  // MILKWAY_TESTS_VERIFY_PROOF_MAKER_H_
