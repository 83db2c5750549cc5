// GS1 Digital Link URIs: a lot as a web address, which is also the text of its QR code.
// Pure.

#ifndef MILKWAY_CLIENTS_CPP_GS1_DIGITAL_LINK_H_
#define MILKWAY_CLIENTS_CPP_GS1_DIGITAL_LINK_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clients/cpp/gs1/element.h"

namespace milkway::gs1 {

inline constexpr size_t kLinkBytesMax = 2'000;
// GS1's own resolver: works for every product that its brand owner has registered.
inline constexpr char kDefaultResolver[] = "https://id.gs1.org";

// What a pack of one lot says.
struct LotOnPack {
  std::string gtin;        // 8, 12, 13 or 14 digits with a check digit
  std::string lot;         // 1 to 20 characters
  std::string expires_on;  // "YYYY-MM-DD"; empty: not printed
};

// "https://id.gs1.org/01/09312345678907/10/L2401?17=261201". `resolver` is an http or
// https address without query; a path in it is kept. INVALID_ARGUMENT that names what
// is wrong.
absl::StatusOr<std::string> LinkOf(const LotOnPack& pack, absl::string_view resolver);

// True if `text` starts as a web address does.
bool LooksLikeLink(absl::string_view text);

// The elements of a link: its primary key (01, 00 or 414) with its qualifiers, then those of
// the query; other names in the query are left out, as other parties may add them. A
// GTIN comes as 14 digits. INVALID_ARGUMENT if it is no such link.
absl::StatusOr<std::vector<Element>> ParseLink(absl::string_view link, int this_year);

}  // namespace milkway::gs1

#endif  // MILKWAY_CLIENTS_CPP_GS1_DIGITAL_LINK_H_
