// Bar codes and links end on any bytes, and what was read is what is written again.

#include "clients/cpp/gs1/digital_link.h"
#include "clients/cpp/gs1/element_string.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace gs1 = milkway::gs1;
  using milkway::fuzz::Require;
  constexpr int kYear = 2026;
  const absl::string_view text = milkway::fuzz::BytesOf(data, size);
  const auto elements =
      gs1::LooksLikeLink(text) ? gs1::ParseLink(text, kYear) : gs1::ParseElementString(text, kYear);
  if (!elements.ok()) {
    Require(absl::IsInvalidArgument(elements.status()), "what cannot be read is INVALID_ARGUMENT");
    return 0;
  }
  Require(!elements->empty(), "a code that was read says something");
  const auto again = gs1::ParseElementString(gs1::ToElementString(*elements), kYear);
  Require(again.ok() && *again == *elements, "what was read is what is written again");
  gs1::LotOnPack pack;
  for (const gs1::Element& element : *elements) {
    if (element.ai == "01") pack.gtin = element.value;
    if (element.ai == "10") pack.lot = element.value;
    if (element.ai == "17") pack.expires_on = element.day;
  }
  if (pack.gtin.empty() || pack.lot.empty()) return 0;
  const auto link = gs1::LinkOf(pack, gs1::kDefaultResolver);
  Require(link.ok(), "a lot that was read has a link");
  const auto linked = gs1::ParseLink(*link, kYear);
  Require(linked.ok() && (*linked)[0].value == pack.gtin && (*linked)[1].value == pack.lot,
          "a link names its product and lot");
  return 0;
}
