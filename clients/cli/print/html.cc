#include "clients/cli/print/html.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace milkway::print {

namespace {

constexpr absl::string_view kReplacement = "\uFFFD";

// Bytes of the control character that `text` starts with: C0 and DEL are one, C1 are two.
size_t ControlLength(absl::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x20 || first == 0x7F) return 1;
  if (first != 0xC2 || text.size() < 2) return 0;
  return static_cast<unsigned char>(text[1]) < 0xA0 ? 2 : 0;
}

// Embeddings, overrides and isolates.
std::string WithoutEmbeddings(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"\u202A", ""},
                                    {"\u202B", ""},
                                    {"\u202C", ""},
                                    {"\u202D", ""},
                                    {"\u202E", ""},
                                    {"\u2066", ""},
                                    {"\u2067", ""},
                                    {"\u2068", ""},
                                    {"\u2069", ""}});
}

}  // namespace

std::string Escaped(absl::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const size_t control = ControlLength(text);
    if (control > 0) {
      absl::StrAppend(&shown, kReplacement);
    } else {
      shown.push_back(text[0]);
    }
    text.remove_prefix(control > 0 ? control : 1);
  }
  return absl::StrReplaceAll(
      shown, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}});
}

std::string UserText(absl::string_view text) {
  return absl::StrCat("<bdi translate=\"no\">", Escaped(WithoutEmbeddings(text)), "</bdi>");
}

std::string PlainUserText(absl::string_view text) {
  return Escaped(absl::StrReplaceAll(WithoutEmbeddings(text),
                                     {{"\u061C", ""}, {"\u200E", ""}, {"\u200F", ""}}));
}

}  // namespace milkway::print
