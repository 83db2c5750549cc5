// Bytes are a posting in one way only, or refused.

#include "services/inventory/posting_codec.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes = milkway::fuzz::BytesOf(data, size);
  const auto posting = milkway::inventory::DecodePosting(bytes);
  if (posting.ok()) {
    milkway::fuzz::Require(milkway::inventory::EncodePosting(*posting) == bytes,
                           "a posting has one encoding");
  } else {
    milkway::fuzz::Require(absl::IsDataLoss(posting.status()), "damaged bytes are DATA_LOSS");
  }
  return 0;
}
