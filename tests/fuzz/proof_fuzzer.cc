// Whatever a checkpoint, a key or a proof is said to be, reading it ends in a proof that
// has that one text, or in a refusal.

#include <cstdlib>
#include <string>

#include "clients/verify/checkpoint.h"
#include "clients/verify/gift_leaves.h"
#include "clients/verify/leaf.h"
#include "clients/verify/posting.h"
#include "clients/verify/proof_file.h"
#include "clients/verify/verify_proof.h"
#include "tests/fuzz/fuzz.h"

namespace milkway::fuzz {
namespace {

// The example key of signed notes.
constexpr char kKey[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

void Read(absl::string_view bytes) {
  const auto proof = proof::ParseProof(bytes);
  if (proof.ok()) {
    Require(proof::FormatProof(*proof) == bytes, "a proof has one text");
    for (const proof::ProvenLeaf& leaf : proof->leaves) {
      (void)proof::DescribePosting(leaf.opening.canonical);
    }
  }
  // The corpus holds a proof that is good; nobody changes one and keeps it good.
  static std::string& good = *new std::string;
  if (proof::VerifyProof(bytes, {}).ok()) {
    if (good.empty()) good = std::string(bytes);
    Require(bytes == good, "a changed proof fails");
  }
  const auto key = proof::ParseLogKey(kKey);
  Require(key.ok(), "the example key is read");
  Require(!proof::OpenCheckpoint(bytes, *key).ok(), "nobody signs checkpoints with that key");
  (void)proof::ParseLogKey(bytes);
  (void)proof::DescribePosting(bytes);
  (void)proof::DescribeCost(bytes);
  (void)proof::DescribeAllocation(bytes);
  (void)proof::DescribeStatement(bytes);
}

}  // namespace
}  // namespace milkway::fuzz

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  milkway::fuzz::Read(milkway::fuzz::BytesOf(data, size));
  return 0;
}
