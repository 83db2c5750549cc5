// Checks of plain fields that every converter needs. Each gives INVALID_ARGUMENT
// naming `field` if the rule is broken.

#ifndef MILKWAY_SERVICES_RUNTIME_FIELDS_H_
#define MILKWAY_SERVICES_RUNTIME_FIELDS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace milkway::runtime {

inline constexpr size_t kIdBytesMax = 64;

// An id chosen by a caller: 1 to 64 bytes of letters, digits, "-", "_" and ".".
absl::StatusOr<std::string> ParseId(absl::string_view field, const std::string& text);

// UTF-8 without control characters (but line ends and tabs where `bytes_max` is
// above 200), `bytes_min` to `bytes_max` bytes.
absl::StatusOr<std::string> ParseText(absl::string_view field, const std::string& text,
                                      size_t bytes_min, size_t bytes_max);

// Empty, or where a file is kept: https://, file:// or s3://, up to 500 bytes.
absl::StatusOr<std::string> ParseUri(absl::string_view field, const std::string& text);

// The 32 bytes of a SHA-256.
absl::StatusOr<std::string> ParseSha256(absl::string_view field, const std::string& bytes);

// A whole number from `min` to `max`.
absl::StatusOr<int64_t> ParseNumber(absl::string_view field, int64_t number, int64_t min,
                                    int64_t max);

// The number of things in a list, `min` to `max`.
absl::Status CheckCount(absl::string_view field, int count, int min, int max);

// "lines[2]"
inline std::string Item(absl::string_view field, int index) {
  return absl::StrCat(field, "[", index, "]");
}

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_FIELDS_H_
