// Ordered keys: the bytes of two keys compare as their fields do.
//
//   key       = table tag (2 bytes, big-endian), then the fields in row order
//   uint8/32/64 = 1/4/8 bytes, big-endian
//   int64     = 8 bytes, big-endian, sign bit flipped
//   string    = its bytes, 0x00 written as 00 FF, ended by 00 01
//
// The terminator of a string sorts below every escaped byte, so "a" < "ab" holds
// even when more fields follow. These bytes are on disk (docs/formats.md, pinned
// by a golden test): kinds of field are added, never changed.

#ifndef MILKWAY_STORAGE_KEY_CODEC_H_
#define MILKWAY_STORAGE_KEY_CODEC_H_

#include <cstdint>
#include <string>
#include <tuple>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "storage/store.h"

namespace milkway::storage {

namespace key_internal {

void Append(uint8_t field, std::string* key);
void Append(uint32_t field, std::string* key);
void Append(uint64_t field, std::string* key);
void Append(int64_t field, std::string* key);
void Append(absl::string_view field, std::string* key);
void AppendTag(uint16_t tag, std::string* key);

// Each takes its field off the front of `*bytes`; false if it is malformed.
bool Consume(absl::string_view* bytes, uint8_t* field);
bool Consume(absl::string_view* bytes, uint32_t* field);
bool Consume(absl::string_view* bytes, uint64_t* field);
bool Consume(absl::string_view* bytes, int64_t* field);
bool Consume(absl::string_view* bytes, std::string* field);
bool ConsumeTag(absl::string_view* bytes, uint16_t tag);

// DATA_LOSS with the bytes in hexadecimal.
absl::Status MalformedKey(uint16_t tag, absl::string_view bytes);

// How a field of type T is handed in.
template <typename T>
struct Argument {
  using Type = T;
};
template <>
struct Argument<std::string> {
  using Type = absl::string_view;
};

}  // namespace key_internal

// The key of one table. No two tables may share a tag, and a tag is never used
// again. Fields are uint8_t, uint32_t, uint64_t, int64_t or std::string.
template <uint16_t kTag, typename... Fields>
class KeySchema {
 public:
  using Key = std::tuple<Fields...>;
  static constexpr uint16_t kTableTag = kTag;

  static std::string Encode(typename key_internal::Argument<Fields>::Type... fields) {
    std::string key;
    key_internal::AppendTag(kTag, &key);
    (key_internal::Append(fields, &key), ...);
    return key;
  }

  // The common start of every key whose first fields are `leading`. Their types
  // must be those of the key's first fields.
  template <typename... Leading>
  static std::string Prefix(const Leading&... leading) {
    static_assert(sizeof...(Leading) <= sizeof...(Fields),
                  "a prefix has no more fields than the key");
    return PrefixOf(std::make_index_sequence<sizeof...(Leading)>(), leading...);
  }

  // All rows whose first fields are `leading`.
  template <typename... Leading>
  static KeyRange Range(const Leading&... leading) {
    return PrefixRange(Prefix(leading...));
  }

  // DATA_LOSS if `bytes` is not a whole key of this table.
  static absl::StatusOr<Key> Decode(absl::string_view bytes) {
    absl::string_view rest = bytes;
    Key key;
    const bool whole =
        key_internal::ConsumeTag(&rest, kTag) &&
        std::apply(
            [&rest](Fields&... field) { return (key_internal::Consume(&rest, &field) && ...); },
            key) &&
        rest.empty();
    if (!whole) return key_internal::MalformedKey(kTag, bytes);
    return key;
  }

 private:
  template <size_t... kIndex, typename... Leading>
  static std::string PrefixOf(std::index_sequence<kIndex...>, const Leading&... leading) {
    std::string key;
    key_internal::AppendTag(kTag, &key);
    (key_internal::Append(
         typename key_internal::Argument<std::tuple_element_t<kIndex, Key>>::Type(leading), &key),
     ...);
    return key;
  }
};

}  // namespace milkway::storage

#endif  // MILKWAY_STORAGE_KEY_CODEC_H_
