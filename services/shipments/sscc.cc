#include "services/shipments/sscc.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace milkway::shipments {

namespace {

constexpr size_t kDigits = 18;

}  // namespace

bool IsSscc(absl::string_view code) {
  if (code.size() != kDigits || !std::all_of(code.begin(), code.end(), absl::ascii_isdigit)) {
    return false;
  }
  int sum = 0;
  for (size_t index = 0; index < kDigits; ++index) {
    sum += (code[index] - '0') * (index % 2 == 0 ? 3 : 1);
  }
  return sum % 10 == 0;
}

}  // namespace milkway::shipments
