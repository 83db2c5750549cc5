// Element strings: what a scanner sends for a GS1 bar code. Pure.

#ifndef MILKWAY_CLIENTS_CPP_GS1_ELEMENT_STRING_H_
#define MILKWAY_CLIENTS_CPP_GS1_ELEMENT_STRING_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clients/cpp/gs1/element.h"

namespace milkway::gs1 {

inline constexpr size_t kElementStringBytesMax = 1'000;
// FNC1 within a bar code, as scanners send it (ASCII 29).
inline constexpr char kGroupSeparator = '\x1d';

// Reads elements one after another. A symbology identifier of GS1 (]C1, ]e0, ]d2, ]Q3,
// ]J1) or an FNC1 may come first; a separator ends values whose length varies, and is
// allowed after others. An element may come twice only with the same value, and is
// given once. INVALID_ARGUMENT that says at which character what is wrong.
absl::StatusOr<std::vector<Element>> ParseElementString(absl::string_view text, int this_year);

// The same elements as a scanner would send them, without symbology identifier.
std::string ToElementString(const std::vector<Element>& elements);

// As it is printed below a bar code: "(01)09312345678907(10)L2401".
std::string ToReadable(const std::vector<Element>& elements);

}  // namespace milkway::gs1

#endif  // MILKWAY_CLIENTS_CPP_GS1_ELEMENT_STRING_H_
