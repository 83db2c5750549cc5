#include "clients/verify/leaf.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace milkway::proof {

namespace {

constexpr std::array<absl::string_view, 6> kLeafWords = {"",           "posting",   "cost",
                                                         "allocation", "statement", "audit"};

}  // namespace

std::string Printable(absl::string_view text) {
  std::string printable(text);
  std::replace_if(
      printable.begin(), printable.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  return printable;
}

absl::StatusOr<Hash> LeafHashOf(const Opening& opening) {
  if (opening.salt.size() != kSaltBytes) {
    return absl::InvalidArgumentError("a salt does not have 16 bytes");
  }
  const auto kind = static_cast<size_t>(opening.canonical.empty() ? 0 : opening.canonical[0]);
  if (kind < 1 || kind >= kLeafWords.size()) {
    return absl::InvalidArgumentError("a leaf is of no known kind");
  }
  const Hash commitment = Sha256(absl::StrCat(opening.salt, opening.canonical));
  return HashLeaf(absl::StrCat(opening.canonical.substr(0, 1), BytesOf(commitment)));
}

absl::string_view WordOf(LeafKind kind) { return kLeafWords[static_cast<size_t>(kind)]; }

LeafKind KindOf(const Opening& opening) { return static_cast<LeafKind>(opening.canonical.at(0)); }

}  // namespace milkway::proof
