// Bytes are a key in one way only, or refused; and what is read sorts as its bytes do.

#include <string>

#include "storage/key_codec.h"
#include "tests/fuzz/fuzz.h"

namespace {

using Key = milkway::storage::KeySchema<0x0001, std::string, int64_t, uint32_t, std::string>;

std::string Encode(const Key::Key& key) {
  return Key::Encode(std::get<0>(key), std::get<1>(key), std::get<2>(key), std::get<3>(key));
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using milkway::fuzz::Require;
  // The tag in front, so that more than one input in 65,536 is of the table.
  const std::string bytes = Key::Prefix() + std::string(milkway::fuzz::BytesOf(data, size));
  const auto key = Key::Decode(bytes);
  if (!key.ok()) {
    Require(absl::IsDataLoss(key.status()), "damaged bytes are DATA_LOSS");
    return 0;
  }
  Require(Encode(*key) == bytes, "a key has one encoding");
  // Of a neighbour in the first field.
  Key::Key neighbour = *key;
  std::get<0>(neighbour).push_back('\0');
  Require(bytes < Encode(neighbour), "a string sorts before a longer one that starts with it");
  return 0;
}
