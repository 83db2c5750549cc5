#include "clients/cli/print/page.h"

#include "absl/strings/str_cat.h"
#include "clients/cli/print/style.h"

namespace milkway::print {

namespace {

constexpr absl::string_view kEmblem =
    "<svg class=\"emblem\" viewBox=\"0 0 48 48\" aria-hidden=\"true\">"
    "<path class=\"milk\" d=\"M13.9 19c4-3 7 2 10.4 0s6.2-3 9.8-.6L32.2 42H15.8z\"/>"
    "<path class=\"glass\" d=\"M12.5 7h23L32.6 43H15.4z\"/></svg>\n";

}  // namespace

std::string Document(Language language, absl::string_view title, absl::string_view main) {
  return absl::StrCat(
      "<!DOCTYPE html>\n<html lang=\"", In(language, Text::kLanguageTag),
      "\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'\">\n<title>",
      title, "</title>\n<style>\n", Style(), "</style>\n</head>\n<body>\n<main>\n", main,
      "</main>\n</body>\n</html>\n");
}

absl::string_view Emblem() { return kEmblem; }

std::string Headline(absl::string_view figure, absl::string_view label) {
  return absl::StrCat("<p class=\"headline\"><strong>", figure, "</strong> <span>", label,
                      "</span></p>\n");
}

std::string SideFigure(absl::string_view figure, absl::string_view label) {
  return absl::StrCat("<li><strong>", figure, "</strong> <span>", label, "</span></li>\n");
}

std::string TitleRow(absl::Span<const std::string> titles) {
  std::string html = "<thead>\n<tr>";
  for (const std::string& title : titles) {
    absl::StrAppend(&html, "<th scope=\"col\">", title, "</th>");
  }
  return absl::StrCat(html, "</tr>\n</thead>\n");
}

std::string Row(absl::string_view title, absl::Span<const std::string> cells) {
  std::string html = absl::StrCat("<tr><th scope=\"row\">", title, "</th>");
  for (const std::string& cell : cells) absl::StrAppend(&html, "<td>", cell, "</td>");
  return absl::StrCat(html, "</tr>\n");
}

std::string Step(absl::string_view what, absl::string_view command) {
  return absl::StrCat("<li>", what, " <code translate=\"no\">", command, "</code></li>\n");
}

std::string Paragraph(absl::string_view html) { return absl::StrCat("<p>", html, "</p>\n"); }

}  // namespace milkway::print
