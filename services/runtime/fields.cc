#include "services/runtime/fields.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "services/runtime/errors.h"

namespace milkway::runtime {

namespace {

constexpr size_t kUriBytesMax = 500;
constexpr size_t kSha256Bytes = 32;

// Texts longer than a name may have several lines.
constexpr size_t kOneLineBytesMax = 200;

bool IsIdCharacter(char character) {
  return absl::ascii_isalnum(static_cast<unsigned char>(character)) || character == '-' ||
         character == '_' || character == '.';
}

bool IsForbiddenControl(char character, bool may_have_lines) {
  if (may_have_lines && (character == '\n' || character == '\r' || character == '\t')) return false;
  return absl::ascii_iscntrl(static_cast<unsigned char>(character));
}

// "10,000,000"
std::string WithCommas(int64_t number) {
  const std::string plain = absl::StrCat(number);
  std::string text;
  for (size_t index = 0; index < plain.size(); ++index) {
    const size_t left = plain.size() - index;
    const bool starts_group = left % 3 == 0 && index > 0 && plain[index - 1] != '-';
    if (starts_group) text.push_back(',');
    text.push_back(plain[index]);
  }
  return text;
}

}  // namespace

absl::StatusOr<std::string> ParseId(absl::string_view field, const std::string& text) {
  const bool is_id = !text.empty() && text.size() <= kIdBytesMax &&
                     std::all_of(text.begin(), text.end(), IsIdCharacter);
  if (is_id) return text;
  return InvalidField(field,
                      "must be 1 to 64 characters: letters of the Latin alphabet, digits, \"-\", "
                      "\"_\" or \".\"");
}

absl::StatusOr<std::string> ParseText(absl::string_view field, const std::string& text,
                                      size_t bytes_min, size_t bytes_max) {
  if (text.size() < bytes_min || text.size() > bytes_max) {
    return InvalidField(field, absl::StrCat("must be ", bytes_min, " to ", bytes_max,
                                            " bytes long, and is ", text.size()));
  }
  const bool may_have_lines = bytes_max > kOneLineBytesMax;
  const bool has_controls = std::any_of(text.begin(), text.end(), [&](char character) {
    return IsForbiddenControl(character, may_have_lines);
  });
  if (has_controls) return InvalidField(field, "must not have control characters");
  return text;
}

absl::StatusOr<std::string> ParseUri(absl::string_view field, const std::string& text) {
  absl::StatusOr<std::string> uri = ParseText(field, text, 0, kUriBytesMax);
  if (!uri.ok() || uri->empty()) return uri;
  for (const absl::string_view scheme : {"https://", "file://", "s3://"}) {
    if (absl::StartsWith(*uri, scheme) && uri->size() > scheme.size()) return uri;
  }
  return InvalidField(field, "must begin with https://, file:// or s3://");
}

absl::StatusOr<std::string> ParseSha256(absl::string_view field, const std::string& bytes) {
  if (bytes.size() == kSha256Bytes) return bytes;
  return InvalidField(field, "must be the 32 bytes of a SHA-256");
}

absl::StatusOr<int64_t> ParseNumber(absl::string_view field, int64_t number, int64_t min,
                                    int64_t max) {
  if (min <= number && number <= max) return number;
  return InvalidField(field, absl::StrCat("must be between ", WithCommas(min), " and ",
                                          WithCommas(max), ", and is ", WithCommas(number)));
}

absl::Status CheckCount(absl::string_view field, int count, int min, int max) {
  if (min <= count && count <= max) return absl::OkStatus();
  return InvalidField(field, absl::StrCat("must have ", min, " to ", WithCommas(max),
                                          " entries, and has ", WithCommas(count)));
}

}  // namespace milkway::runtime
