#include "clients/cli/photos.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace milkway::cli {

namespace {

constexpr size_t kHexDigits = 64;

}  // namespace

std::string FormatPhotos(const Photos& photos) {
  std::string lines;
  for (const shipments::v1::PhotoReference& photo : photos) {
    absl::StrAppend(&lines, lines.empty() ? "" : "\n", absl::BytesToHexString(photo.sha256()),
                    photo.uri().empty() ? "" : "@", photo.uri());
  }
  return lines;
}

std::optional<Photos> ParsePhotos(absl::string_view lines) {
  Photos photos;
  if (lines.empty()) return photos;
  for (const absl::string_view line : absl::StrSplit(lines, '\n')) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(line, absl::MaxSplits('@', 1));
    if (parts.first.size() != kHexDigits ||
        !std::all_of(parts.first.begin(), parts.first.end(), absl::ascii_isxdigit)) {
      return std::nullopt;
    }
    shipments::v1::PhotoReference& photo = *photos.Add();
    photo.set_sha256(absl::HexStringToBytes(parts.first));
    photo.set_uri(std::string(parts.second));
  }
  return photos;
}

}  // namespace milkway::cli
