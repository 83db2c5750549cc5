#include "clients/cli/text.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"

namespace milkway::cli {

namespace {

constexpr size_t kQuotedBytesMax = 60;
constexpr char32_t kMalformed = 0xFFFFFFFF;

struct Range {
  char32_t first;
  char32_t last;
};

// East Asian wide and fullwidth characters, and emoji, in ascending order.
constexpr Range kWide[] = {
    {0x1100, 0x115F}, {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},
    {0xA000, 0xA4CF}, {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},
    {0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD},
};

// Characters that are drawn onto the one before.
constexpr Range kZeroWidth[] = {{0x0300, 0x036F}, {0x200B, 0x200F}, {0xFE00, 0xFE0F}};

template <size_t kSize>
bool In(const Range (&ranges)[kSize], char32_t character) {
  return std::any_of(std::begin(ranges), std::end(ranges), [character](const Range& range) {
    return range.first <= character && character <= range.last;
  });
}

// Length of the sequence that `lead` starts; 0 if it cannot start one.
size_t SequenceLength(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

// Takes one character off the front of `*rest`, which is not empty; kMalformed
// takes one byte.
char32_t TakeCharacter(absl::string_view* rest) {
  constexpr char32_t kLeadBits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const auto lead = static_cast<unsigned char>(rest->front());
  const size_t length = SequenceLength(lead);
  char32_t character = kMalformed;
  if (length > 0 && length <= rest->size()) {
    character = lead & kLeadBits[length];
    for (size_t i = 1; i < length; ++i) {
      const auto byte = static_cast<unsigned char>((*rest)[i]);
      if ((byte & 0xC0) != 0x80) {
        character = kMalformed;
        break;
      }
      character = character << 6 | (byte & 0x3F);
    }
    const bool surrogate = character >= 0xD800 && character <= 0xDFFF;
    if (character < kSmallest[length] || character > 0x10FFFF || surrogate) character = kMalformed;
  }
  rest->remove_prefix(character == kMalformed ? 1 : length);
  return character;
}

bool IsControl(char32_t character) {
  return character < 0x20 || (character >= 0x7F && character <= 0x9F) || character == kMalformed;
}

}  // namespace

bool IsUtf8(absl::string_view bytes) {
  // Almost every cell is plain ASCII.
  if (std::all_of(bytes.begin(), bytes.end(), [](char byte) { return (byte & 0x80) == 0; })) {
    return true;
  }
  while (!bytes.empty()) {
    if (TakeCharacter(&bytes) == kMalformed) return false;
  }
  return true;
}

std::string Printable(absl::string_view text) {
  std::string result;
  while (!text.empty()) {
    const absl::string_view before = text;
    if (IsControl(TakeCharacter(&text))) {
      result.push_back('?');
    } else {
      absl::StrAppend(&result, before.substr(0, before.size() - text.size()));
    }
  }
  return result;
}

std::string Quoted(absl::string_view text) {
  std::string shown;
  while (!text.empty() && shown.size() < kQuotedBytesMax) {
    const absl::string_view before = text;
    TakeCharacter(&text);
    absl::StrAppend(&shown, Printable(before.substr(0, before.size() - text.size())));
  }
  return absl::StrCat("\"", shown, text.empty() ? "" : "…", "\"");
}

int DisplayWidth(absl::string_view text) {
  int width = 0;
  while (!text.empty()) {
    const char32_t character = TakeCharacter(&text);
    if (In(kZeroWidth, character)) continue;
    width += In(kWide, character) ? 2 : 1;
  }
  return width;
}

std::string WithThousands(int64_t number) {
  std::string text = absl::StrCat(number);
  const size_t first_digit = number < 0 ? 1 : 0;
  for (size_t end = text.size(); end > first_digit + 3; end -= 3) text.insert(end - 3, ",");
  return text;
}

}  // namespace milkway::cli
