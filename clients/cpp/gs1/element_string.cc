#include "clients/cpp/gs1/element_string.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cpp/status_macros.h"

namespace milkway::gs1 {

namespace {

constexpr absl::string_view kSymbologies[] = {"]C1", "]e0", "]d2", "]Q3", "]J1"};
constexpr size_t kSymbologyBytes = 3;

absl::StatusOr<absl::string_view> WithoutSymbology(absl::string_view text) {
  if (!absl::StartsWith(text, "]")) return text;
  const absl::string_view symbology = text.substr(0, kSymbologyBytes);
  const bool is_gs1 = std::any_of(std::begin(kSymbologies), std::end(kSymbologies),
                                  [&](absl::string_view known) { return known == symbology; });
  if (is_gs1) return text.substr(kSymbologyBytes);
  return absl::InvalidArgumentError(
      absl::StrCat("\"", absl::CHexEscape(symbology),
                   "\" is no symbology of a GS1 bar code (]C1, ]e0, ]d2, ]Q3, ]J1); scan the code "
                   "with (01) or (00) printed below it"));
}

// The value at the start of `text`.
absl::string_view ValueAt(const Identifier& identifier, absl::string_view text) {
  const absl::string_view to_separator = text.substr(0, text.find(kGroupSeparator));
  return identifier.has_fixed_length ? to_separator.substr(0, identifier.length) : to_separator;
}

absl::Status Append(Element element, std::vector<Element>* elements) {
  for (const Element& earlier : *elements) {
    if (earlier.ai != element.ai) continue;
    if (earlier.value == element.value) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat("(", element.ai, ") is there twice, with \"",
                                                   earlier.value, "\" and \"", element.value,
                                                   "\""));
  }
  elements->push_back(std::move(element));
  return absl::OkStatus();
}

// Takes one element and the separator behind it off `*rest`.
absl::Status TakeElement(int this_year, absl::string_view* rest, std::vector<Element>* elements) {
  ASSIGN_OR_RETURN(const Identifier identifier, IdentifierAt(*rest));
  rest->remove_prefix(identifier.ai.size());
  const absl::string_view value = ValueAt(identifier, *rest);
  ASSIGN_OR_RETURN(Element element, MakeElement(identifier, value, this_year));
  RETURN_IF_ERROR(Append(std::move(element), elements));
  rest->remove_prefix(value.size());
  absl::ConsumePrefix(rest, absl::string_view(&kGroupSeparator, 1));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<Element>> ParseElementString(absl::string_view text, int this_year) {
  if (text.size() > kElementStringBytesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("is longer than the ", kElementStringBytesMax, " bytes of a bar code"));
  }
  if (absl::StartsWith(text, "(")) {
    return absl::InvalidArgumentError(
        "starts with a bracket: give what a scanner reads, without the brackets printed below "
        "the code");
  }
  ASSIGN_OR_RETURN(absl::string_view rest, WithoutSymbology(text));
  absl::ConsumePrefix(&rest, absl::string_view(&kGroupSeparator, 1));
  if (rest.empty()) return absl::InvalidArgumentError("says nothing; scan the code again");
  std::vector<Element> elements;
  while (!rest.empty()) {
    const size_t place = text.size() - rest.size() + 1;
    const absl::Status status = TakeElement(this_year, &rest, &elements);
    if (!status.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("at character ", place, ": ", status.message()));
    }
  }
  return elements;
}

std::string ToElementString(const std::vector<Element>& elements) {
  std::string text;
  bool needs_separator = false;
  for (const Element& element : elements) {
    if (needs_separator) text.push_back(kGroupSeparator);
    absl::StrAppend(&text, element.ai, element.value);
    const auto identifier = IdentifierAt(element.ai);
    needs_separator = !identifier.ok() || !identifier->has_fixed_length;
  }
  return text;
}

std::string ToReadable(const std::vector<Element>& elements) {
  std::string text;
  for (const Element& element : elements) {
    absl::StrAppend(&text, "(", element.ai, ")", element.value);
  }
  return text;
}

}  // namespace milkway::gs1
