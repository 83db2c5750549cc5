// The Merkle tree over the log: what a leaf is, building the tree, checking it.
//
//   commitment = SHA-256(salt || canonical bytes)
//   leaf data  = first of the canonical bytes (the kind of leaf) || commitment
//   leaf hash  = SHA-256(00 || leaf data)
//
// The posting at position p is leaf p - 1. docs/formats.md says the same.

#ifndef MILKWAY_SERVICES_INVENTORY_LOG_TREE_H_
#define MILKWAY_SERVICES_INVENTORY_LOG_TREE_H_

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "storage/merkle_hash.h"
#include "storage/store.h"

namespace milkway::inventory {

// `canonical` has at least one byte.
storage::MerkleHash LeafHashOf(absl::string_view canonical, absl::string_view salt);

// DATA_LOSS: the tree and the log do not end at one position.
absl::Status LogTreeDiffers(uint64_t leaves, int64_t position);

// Adds what the tree lacks of the log, as in a store that was written before there was a
// tree, in transactions of bounded size. Nobody else may write meanwhile. DATA_LOSS if
// the tree is longer than the log.
absl::Status BuildLogTree(storage::Store& store);

// Computes the tree from the postings and compares; a sentence for each difference goes
// to `differ`. `go_on` is asked now and then; false ends with CANCELLED.
absl::Status CheckLogTree(const storage::Reader& reader,
                          absl::FunctionRef<void(absl::string_view)> differ,
                          absl::FunctionRef<bool()> go_on);

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_LOG_TREE_H_
