#include "tests/cli/page_reader.h"

#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"

namespace milkway::cli::testing {

namespace {

// What stands between `from` and `to`, taken off `*rest` with all before it; false if they
// are not there.
bool TakeBetween(absl::string_view from, absl::string_view to, absl::string_view* rest,
                 std::string* text) {
  const size_t start = rest->find(from);
  if (start == absl::string_view::npos) return false;
  const size_t end = rest->find(to, start + from.size());
  if (end == absl::string_view::npos) return false;
  *text = std::string(rest->substr(start + from.size(), end - start - from.size()));
  rest->remove_prefix(end + to.size());
  return true;
}

// `html` without every element of that name.
std::string Without(const std::string& name, std::string html) {
  size_t start = 0;
  while ((start = html.find("<" + name, start)) != std::string::npos) {
    const char next = html[start + 1 + name.size()];
    if (next != ' ' && next != '>') {
      ++start;
      continue;
    }
    const std::string end_tag = "</" + name + ">";
    const size_t end = html.find(end_tag, start);
    html.erase(start, end == std::string::npos ? end : end + end_tag.size() - start);
  }
  return html;
}

int64_t FloorOfThousandth(int64_t value) { return value / 1'000 - (value % 1'000 < 0 ? 1 : 0); }

}  // namespace

std::vector<Figure> FiguresOf(const std::string& html) {
  std::vector<Figure> figures;
  absl::string_view rest = html;
  std::string value;
  while (TakeBetween("<data value=\"", "\" data-field=\"", &rest, &value)) {
    Figure figure;
    const size_t quote = rest.find("\">");
    figure.field = std::string(rest.substr(0, quote));
    rest.remove_prefix(quote + 2);
    figure.shown = std::string(rest.substr(0, rest.find("</data>")));
    if (!absl::SimpleAtoi(value, &figure.value)) figure.field = "not a number: " + value;
    figures.push_back(figure);
  }
  return figures;
}

std::vector<int64_t> ValuesOf(const std::string& html, const std::string& field) {
  std::vector<int64_t> values;
  for (const Figure& figure : FiguresOf(html)) {
    if (figure.field == field) values.push_back(figure.value);
  }
  return values;
}

bool ShowsItsValue(const Figure& figure) {
  std::string text = absl::StrReplaceAll(figure.shown, {{",", ""}, {"\u2212", "-"}});
  const size_t point = text.find('.');
  const size_t decimals = point == std::string::npos ? 0 : text.size() - point - 1;
  int64_t digits = 0;
  if (!absl::SimpleAtoi(absl::StrReplaceAll(text, {{".", ""}}), &digits)) return false;
  if (digits == figure.value) return true;
  if (absl::EndsWith(figure.field, "_mg")) return digits == FloorOfThousandth(figure.value);
  if (!absl::EndsWith(figure.field, "_g") || decimals > 3) return false;
  constexpr std::array<int64_t, 4> kScale = {1'000, 100, 10, 1};
  return digits * kScale[decimals] == figure.value;
}

std::string LooseDigitsOf(const std::string& html) {
  std::string text = html;
  for (const char* name : {"head", "data", "time", "code", "svg", "bdi"}) {
    text = Without(name, text);
  }
  std::string digits;
  bool is_in_tag = false;
  for (const char character : text) {
    is_in_tag = character == '<' || (is_in_tag && character != '>');
    if (!is_in_tag && absl::ascii_isdigit(static_cast<unsigned char>(character))) {
      digits.push_back(character);
    }
  }
  return digits;
}

std::string UnbalancedTagOf(const std::string& html) {
  std::vector<std::string> open;
  absl::string_view rest = html;
  std::string tag;
  while (TakeBetween("<", ">", &rest, &tag)) {
    const std::string name = tag.substr(0, tag.find_first_of(" \n"));
    if (name == "!DOCTYPE" || name == "meta" || absl::EndsWith(tag, "/")) continue;
    if (name[0] != '/') {
      open.push_back(name);
    } else if (open.empty() || open.back() != name.substr(1)) {
      return name;
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : open.back();
}

}  // namespace milkway::cli::testing
