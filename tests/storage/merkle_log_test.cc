// The Merkle log: the vectors of Certificate Transparency, and every size against a
// tree that is computed as RFC 6962 defines it. Proofs are checked by the code of the
// offline verifier, which shares nothing with the tree.

#include "storage/merkle_log.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "clients/verify/merkle_proof.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/key_codec.h"
#include "tests/support/random_seed.h"
#include "tests/support/status_matchers.h"
#include "tests/support/stores.h"
#include "tests/support/transact.h"

namespace milkway::storage {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::MemoryStore;
using ::milkway::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr MerkleLog kLog(0x7f40);

std::string Hex(const MerkleHash& hash) { return absl::BytesToHexString(BytesOf(hash)); }
std::vector<std::string> Hex(const absl::StatusOr<std::vector<MerkleHash>>& hashes) {
  std::vector<std::string> texts;
  for (const MerkleHash& hash : hashes.value()) texts.push_back(Hex(hash));
  return texts;
}

MerkleHash LeafNumber(uint64_t number) { return HashLeaf(absl::StrCat("leaf ", number)); }

// MTH of RFC 6962, 2.1, word for word.
MerkleHash NaiveRoot(const std::vector<MerkleHash>& leaves, size_t begin, size_t end) {
  if (begin == end) return EmptyRoot();
  if (end - begin == 1) return leaves[begin];
  size_t split = 1;
  while (split * 2 < end - begin) split *= 2;
  return HashNode(NaiveRoot(leaves, begin, begin + split), NaiveRoot(leaves, begin + split, end));
}

absl::Status Append(Store& store, const std::vector<MerkleHash>& leaves) {
  return testing::Transact(store, [&](Transaction& transaction) -> absl::Status {
    auto writer = MerkleLogWriter::Begin(transaction, kLog);
    if (!writer.ok()) return writer.status();
    for (const MerkleHash& leaf : leaves) {
      absl::Status status = writer->Append(leaf);
      if (!status.ok()) return status;
    }
    return writer->End();
  });
}

std::vector<MerkleHash> Leaves(uint64_t from, uint64_t to) {
  std::vector<MerkleHash> leaves;
  for (uint64_t number = from; number < to; ++number) leaves.push_back(LeafNumber(number));
  return leaves;
}

// The inputs that Certificate Transparency tests its tree with.
class CertificateTransparencyVectors : public ::testing::Test {
 protected:
  CertificateTransparencyVectors() {
    std::vector<MerkleHash> leaves;
    for (const char* hex : {"", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                            "606162636465666768696a6b6c6d6e6f"}) {
      leaves.push_back(HashLeaf(absl::HexStringToBytes(hex)));
    }
    EXPECT_THAT(Append(*store_, leaves), IsOk());
  }

  MemoryStore store_;
};

TEST_F(CertificateTransparencyVectors, TheRootOfEachSizeIsTheKnownOne) {
  constexpr const char* kRoots[] = {
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
      "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
      "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
      "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
      "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  for (uint64_t size = 0; size <= 8; ++size) {
    const auto root = kLog.Root(*store_->NewSnapshot(), size);

    ASSERT_THAT(root, IsOk());
    EXPECT_EQ(Hex(*root), kRoots[size]) << size;
  }
}

constexpr char kRootOfFour[] = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7";
constexpr char kLastTwo[] = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0";

TEST_F(CertificateTransparencyVectors, InclusionProofsAreTheKnownOnes) {
  const auto snapshot = store_->NewSnapshot();

  EXPECT_THAT(Hex(kLog.InclusionProof(*snapshot, 0, 1)), IsEmpty());
  EXPECT_THAT(Hex(kLog.InclusionProof(*snapshot, 5, 8)),
              ElementsAre("bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                          kLastTwo, kRootOfFour));
}

TEST_F(CertificateTransparencyVectors, ConsistencyProofsAreTheKnownOnes) {
  const auto snapshot = store_->NewSnapshot();

  EXPECT_THAT(Hex(kLog.ConsistencyProof(*snapshot, 1, 1)), IsEmpty());
  EXPECT_THAT(Hex(kLog.ConsistencyProof(*snapshot, 6, 8)),
              ElementsAre("0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                          kLastTwo, kRootOfFour));
}

TEST(MerkleLog, TheRowsHaveTheBytesThatTheyAlwaysHad) {
  MemoryStore store;
  ASSERT_THAT(Append(*store, Leaves(0, 255)), IsOk());
  ASSERT_THAT(Append(*store, Leaves(255, 259)), IsOk());
  std::vector<std::string> rows;

  ASSERT_THAT(store->NewSnapshot()->Scan(PrefixRange("\x7f\x40"), ScanOrder::kAscending,
                                         [&](absl::string_view key, absl::string_view value) {
                                           rows.push_back(absl::StrCat(absl::BytesToHexString(key),
                                                                       " ", value.size()));
                                           return true;
                                         }),
              IsOk());

  EXPECT_THAT(rows, ElementsAre("7f40000000000000000000 8160",  // 255 leaves
                                "7f400000000000000000ff 32",    // the last of the tile
                                "7f40000000000000000100 96",    // 3 of the next one
                                "7f40080000000000000000 32",    // the first tile's root
                                "7f40ff0000000000000000 104"    // 259 = 256 + 2 + 1
                                ));
}

TEST(MerkleLog, EveryProofOfEverySizeHoldsAndIsWhatTheDefinitionMakes) {
  constexpr uint64_t kSize = 150;
  MemoryStore store;
  const std::vector<MerkleHash> leaves = Leaves(0, kSize);
  ASSERT_THAT(Append(*store, leaves), IsOk());
  const auto snapshot = store->NewSnapshot();
  std::vector<MerkleHash> roots;
  for (uint64_t size = 0; size <= kSize; ++size) roots.push_back(NaiveRoot(leaves, 0, size));

  for (uint64_t size = 0; size <= kSize; ++size) {
    ASSERT_EQ(kLog.Root(*snapshot, size).value(), roots[size]) << size;
    for (uint64_t index = 0; index < size; ++index) {
      const auto proof = kLog.InclusionProof(*snapshot, index, size).value();
      ASSERT_TRUE(proof::IsIncluded(index, size, leaves[index], proof, roots[size]));
    }
    for (uint64_t old = 0; old <= size; ++old) {
      const auto proof = kLog.ConsistencyProof(*snapshot, old, size).value();
      ASSERT_TRUE(proof::IsConsistent(old, roots[old], size, roots[size], proof))
          << old << " " << size;
    }
  }
}

TEST(MerkleLog, SizesRoundTheTilesAreLikeAllOthers) {
  constexpr uint64_t kSize = 66'100;  // above 256 tiles
  MemoryStore store;
  const std::vector<MerkleHash> leaves = Leaves(0, kSize);
  ASSERT_THAT(Append(*store, leaves), IsOk());
  const auto snapshot = store->NewSnapshot();
  const std::vector<uint64_t> sizes = {1,      255,    256,    257,    511,    513,  65'279,
                                       65'280, 65'535, 65'536, 65'537, 66'000, kSize};

  for (const uint64_t size : sizes) {
    const MerkleHash root = NaiveRoot(leaves, 0, size);
    ASSERT_EQ(kLog.Root(*snapshot, size).value(), root) << size;
    for (const uint64_t index : {uint64_t{0}, size / 3, size / 2, size - 1}) {
      const auto proof = kLog.InclusionProof(*snapshot, index, size).value();
      EXPECT_TRUE(proof::IsIncluded(index, size, leaves[index], proof, root)) << index;
    }
    for (const uint64_t old : sizes) {
      if (old > size) continue;
      const auto proof = kLog.ConsistencyProof(*snapshot, old, size).value();
      EXPECT_TRUE(proof::IsConsistent(old, NaiveRoot(leaves, 0, old), size, root, proof));
    }
  }
}

TEST(MerkleLog, HoweverItIsAppendedAndReopenedTheTreeIsTheSame) {
  const uint64_t seed = testing::RandomSeed();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937_64 random(seed);
  MemoryStore store;
  std::vector<MerkleHash> leaves;
  for (int step = 0; step < 60; ++step) {
    const std::vector<MerkleHash> more =
        Leaves(leaves.size(), leaves.size() + random() % (step % 7 == 0 ? 600 : 20));
    leaves.insert(leaves.end(), more.begin(), more.end());
    ASSERT_THAT(Append(*store, more), IsOk());
    if (random() % 4 == 0) store.Reopen();
    const auto snapshot = store->NewSnapshot();

    ASSERT_EQ(kLog.ReadEdge(*snapshot)->size(), leaves.size());
    ASSERT_EQ(kLog.Root(*snapshot, leaves.size()).value(), NaiveRoot(leaves, 0, leaves.size()));
    if (leaves.empty()) continue;
    const uint64_t size = 1 + random() % leaves.size();
    const uint64_t index = random() % size;
    EXPECT_TRUE(proof::IsIncluded(index, size, leaves[index],
                                  kLog.InclusionProof(*snapshot, index, size).value(),
                                  kLog.Root(*snapshot, size).value()));
    const uint64_t first = random() % leaves.size();
    const auto some = kLog.Leaves(*snapshot, first, 300).value();
    EXPECT_TRUE(
        std::equal(some.begin(), some.end(), leaves.begin() + static_cast<ptrdiff_t>(first)));
    EXPECT_EQ(some.size(), std::min<uint64_t>(300, leaves.size() - first));
  }
}

TEST(MerkleLog, WhatTheLogNeverHeldHasNoProof) {
  MemoryStore store;
  ASSERT_THAT(Append(*store, Leaves(0, 5)), IsOk());
  const auto snapshot = store->NewSnapshot();
  constexpr auto kOutOfRange = absl::StatusCode::kOutOfRange;

  EXPECT_THAT(kLog.Root(*snapshot, 6), StatusIs(kOutOfRange));
  EXPECT_THAT(kLog.InclusionProof(*snapshot, 5, 5), StatusIs(kOutOfRange));
  EXPECT_THAT(kLog.InclusionProof(*snapshot, 0, 6), StatusIs(kOutOfRange));
  EXPECT_THAT(kLog.ConsistencyProof(*snapshot, 4, 3), StatusIs(kOutOfRange));
  EXPECT_THAT(kLog.ConsistencyProof(*snapshot, 4, 6), StatusIs(kOutOfRange));
}

TEST(MerkleLog, DamagedRowsAreSaidToBeDamaged) {
  MemoryStore store;
  ASSERT_THAT(Append(*store, Leaves(0, 300)), IsOk());
  const auto put = [&](const std::string& hex, const std::string& value) {
    ASSERT_THAT(testing::Transact(*store,
                                  [&](Transaction& transaction) {
                                    return transaction.Put(absl::HexStringToBytes(hex), value);
                                  }),
                IsOk());
  };
  constexpr auto kDataLoss = absl::StatusCode::kDataLoss;

  put("7f40080000000000000000", "short");
  EXPECT_THAT(kLog.Root(*store->NewSnapshot(), 299), StatusIs(kDataLoss));
  put("7f40000000000000000000", "not a row of hashes");
  EXPECT_THAT(kLog.Leaves(*store->NewSnapshot(), 0, 10), StatusIs(kDataLoss));
  put("7f40ff0000000000000000", "0123456789");
  EXPECT_THAT(kLog.ReadEdge(*store->NewSnapshot()), StatusIs(kDataLoss));
  EXPECT_THAT(Append(*store, Leaves(0, 1)), StatusIs(kDataLoss));
}

TEST(MerkleLog, ABodyThatFailsLeavesNoLeaf) {
  MemoryStore store;
  ASSERT_THAT(Append(*store, Leaves(0, 300)), IsOk());
  const absl::Status failed =
      testing::Transact(*store, [&](Transaction& transaction) -> absl::Status {
        auto writer = MerkleLogWriter::Begin(transaction, kLog);
        EXPECT_THAT(writer->Append(LeafNumber(300)), IsOk());
        EXPECT_THAT(writer->End(), IsOk());
        return absl::AbortedError("no");
      });

  EXPECT_THAT(failed, StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(kLog.ReadEdge(*store->NewSnapshot())->size(), 300u);
  EXPECT_EQ(kLog.CountRows(*store->NewSnapshot())->leaves, 300u);
}

TEST(MerkleProof, AProofOfSomethingElseFails) {
  const std::vector<MerkleHash> leaves = Leaves(0, 20);
  MemoryStore store;
  ASSERT_THAT(Append(*store, leaves), IsOk());
  const auto snapshot = store->NewSnapshot();
  const MerkleHash root = kLog.Root(*snapshot, 20).value();
  const auto inclusion = kLog.InclusionProof(*snapshot, 7, 20).value();
  const auto consistency = kLog.ConsistencyProof(*snapshot, 13, 20).value();
  const MerkleHash old_root = kLog.Root(*snapshot, 13).value();

  EXPECT_FALSE(proof::IsIncluded(6, 20, leaves[7], inclusion, root));
  EXPECT_FALSE(proof::IsIncluded(7, 20, leaves[6], inclusion, root));
  EXPECT_FALSE(proof::IsIncluded(27, 20, leaves[7], inclusion, root));
  for (size_t left_out = 0; left_out < inclusion.size(); ++left_out) {
    auto shorter = inclusion;
    shorter.erase(shorter.begin() + static_cast<ptrdiff_t>(left_out));
    EXPECT_FALSE(proof::IsIncluded(7, 20, leaves[7], shorter, root));
  }
  auto longer = inclusion;
  longer.push_back(root);
  EXPECT_FALSE(proof::IsIncluded(7, 20, leaves[7], longer, root));
  EXPECT_FALSE(proof::IsConsistent(12, old_root, 20, root, consistency));
  EXPECT_FALSE(proof::IsConsistent(13, root, 20, root, consistency));
  EXPECT_FALSE(proof::IsConsistent(13, old_root, 20, old_root, consistency));
  EXPECT_FALSE(proof::IsConsistent(13, old_root, 12, root, consistency));
  EXPECT_FALSE(proof::IsConsistent(13, old_root, 20, root, {}));
  EXPECT_FALSE(proof::IsConsistent(0, old_root, 20, root, {}));
}

}  // namespace
}  // namespace milkway::storage
