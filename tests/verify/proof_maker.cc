#include "tests/verify/proof_maker.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/inventory/log_tree.h"
#include "services/inventory/posting_codec.h"
#include "storage/merkle_log.h"
#include "tests/support/transact.h"

namespace milkway::testing {

namespace {

constexpr storage::MerkleLog kLog(0x7f41);

inventory::Posting PostingNumber(int number, const std::string& history) {
  inventory::Posting posting;
  posting.kind = inventory::PostingKind::kDistribution;
  posting.occurred_at = {1'741'000'000'000'000 + number, 480};
  posting.recorded_us = posting.occurred_at.us + 5;
  posting.request_id = {7, static_cast<uint64_t>(number)};
  posting.reference = absl::StrCat("distribution/", number, number == 1 ? "" : history);
  posting.movements = {{LotId{number}, inventory::AccountKind::kUsable, "school",
                        inventory::AccountKind::kServed, "school", 25 * number}};
  return posting;
}

}  // namespace

ProofMaker::ProofMaker(int size, const std::string& history)
    : signer_(inventory::LogSigner::Open("", "milkway.test/log").value()) {
  for (int number = 1; number <= size; ++number) {
    openings_.push_back({inventory::EncodePosting(PostingNumber(number, history)),
                         std::string(proof::kSaltBytes, static_cast<char>(number))});
  }
  const absl::Status status =
      Transact(*store_, [this](storage::Transaction& transaction) -> absl::Status {
        auto writer = storage::MerkleLogWriter::Begin(transaction, kLog);
        if (!writer.ok()) return writer.status();
        for (const proof::Opening& opening : openings_) {
          absl::Status appended =
              writer->Append(inventory::LeafHashOf(opening.canonical, opening.salt));
          if (!appended.ok()) return appended;
        }
        return writer->End();
      });
  EXPECT_TRUE(status.ok()) << status;
}

std::string ProofMaker::Checkpoint(uint64_t size, const inventory::LogSigner& signer) const {
  return signer.Sign(size, kLog.Root(*store_->NewSnapshot(), size).value());
}

proof::ProofFile ProofMaker::Proof(uint64_t earlier) const {
  const auto snapshot = store_->NewSnapshot();
  const uint64_t size = openings_.size();
  proof::ProofFile proof;
  proof.log_key = log_key();
  proof.checkpoint = Checkpoint(size);
  for (const int64_t position : {int64_t{1}, static_cast<int64_t>(size) / 2 + 1}) {
    proof.leaves.push_back(
        {position, opening(position),
         kLog.InclusionProof(*snapshot, static_cast<uint64_t>(position - 1), size).value()});
  }
  proof.earlier =
      proof::Earlier{Checkpoint(earlier), kLog.ConsistencyProof(*snapshot, earlier, size).value()};
  return proof;
}

}  // namespace milkway::testing
