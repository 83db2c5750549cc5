// The canonical bytes of a posting: what its leaf in the log commits to.
//
// One posting has exactly one encoding, and anything else is refused when read:
//
//   byte     1: the kind of leaf and its version
//   varint   recorded_us
//   varint   occurred_us
//   zigzag   utc offset in minutes
//   byte     posting kind
//   16 bytes request id
//   string   reference
//   varint   linked position
//   string   discrepancy reason
//   string   FEFO override reason
//   varint   number of movements, then each:
//     byte   from kind,  byte to kind
//     string from place, string to place (empty: the same as the from place)
//     varint lot,        varint grams
//
//   varint = 7 bits a byte, least first, high bit set on all but the last, no
//   longer than needed; zigzag = varint of (n << 1) ^ (n >> 63);
//   string = varint length, then its bytes.
//
// docs/formats.md says the same for people who write a verifier.

#ifndef MILKWAY_SERVICES_INVENTORY_POSTING_CODEC_H_
#define MILKWAY_SERVICES_INVENTORY_POSTING_CODEC_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/inventory/account.h"

namespace milkway::inventory {

std::string EncodePosting(const Posting& posting);

// DATA_LOSS if the bytes are not the canonical encoding of a posting.
absl::StatusOr<Posting> DecodePosting(absl::string_view bytes);

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_POSTING_CODEC_H_
