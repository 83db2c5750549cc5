#include "clients/cpp/identity_metadata.h"

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace milkway::clients {

namespace {

constexpr char kMark = '%';

bool IsHexAt(absl::string_view value, size_t at) {
  return at < value.size() && absl::ascii_isxdigit(static_cast<unsigned char>(value[at]));
}

}  // namespace

std::string ToMetadata(absl::string_view text) {
  std::string value;
  for (const char character : text) {
    const bool is_visible = character > ' ' && character <= '~';
    if (is_visible && character != kMark) {
      value.push_back(character);
    } else {
      absl::StrAppend(&value, "%", absl::BytesToHexString(absl::string_view(&character, 1)));
    }
  }
  return value;
}

std::string FromMetadata(absl::string_view value) {
  std::string text;
  for (size_t at = 0; at < value.size(); ++at) {
    if (value[at] == kMark && IsHexAt(value, at + 1) && IsHexAt(value, at + 2)) {
      text += absl::HexStringToBytes(value.substr(at + 1, 2));
      at += 2;
    } else {
      text.push_back(value[at]);
    }
  }
  return text;
}

}  // namespace milkway::clients
