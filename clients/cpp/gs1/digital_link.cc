#include "clients/cpp/gs1/digital_link.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "clients/cpp/gs1/check_digit.h"
#include "clients/cpp/status_macros.h"

namespace milkway::gs1 {

namespace {

absl::Status Wrong(absl::string_view rule) { return absl::InvalidArgumentError(rule); }

bool IsUnreserved(char character) {
  return absl::ascii_isalnum(static_cast<unsigned char>(character)) ||
         absl::StrContains("-._~", character);
}

// RFC 3986: everything but unreserved characters as %XX.
std::string PercentEncode(absl::string_view text) {
  std::string encoded;
  for (const char character : text) {
    if (IsUnreserved(character)) {
      encoded.push_back(character);
    } else {
      absl::StrAppendFormat(&encoded, "%%%02X", static_cast<unsigned char>(character));
    }
  }
  return encoded;
}

absl::StatusOr<std::string> PercentDecode(absl::string_view text) {
  std::string decoded;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      decoded.push_back(text[at]);
      continue;
    }
    const absl::string_view digits = text.substr(at + 1, 2);
    const bool is_hex = digits.size() == 2 &&
                        absl::ascii_isxdigit(static_cast<unsigned char>(digits[0])) &&
                        absl::ascii_isxdigit(static_cast<unsigned char>(digits[1]));
    if (!is_hex) return Wrong("has a % that is not followed by two hexadecimal digits");
    decoded += absl::HexStringToBytes(digits);
    at += digits.size();
  }
  return decoded;
}

// "2026-12-01" as "261201".
absl::StatusOr<std::string> ShortDate(const std::string& text) {
  absl::CivilDay day;
  const bool is_day =
      text.size() == 10 && IsDigits(text.substr(0, 4)) && absl::ParseCivilTime(text, &day);
  if (!is_day) return Wrong("the day of expiry must be a day YYYY-MM-DD");
  return absl::StrFormat("%02d%02d%02d", day.year() % 100, day.month(), day.day());
}

absl::Status CheckResolver(absl::string_view resolver) {
  const bool is_plain = std::all_of(resolver.begin(), resolver.end(), [](char character) {
    return absl::ascii_isgraph(static_cast<unsigned char>(character)) &&
           !absl::StrContains("?#\"<>\\^`{|}", character);
  });
  absl::string_view host = resolver;
  const bool has_scheme =
      absl::ConsumePrefix(&host, "https://") || absl::ConsumePrefix(&host, "http://");
  if (is_plain && has_scheme && !host.empty() && host[0] != '/' && resolver.size() <= 1'000) {
    return absl::OkStatus();
  }
  return Wrong("the resolver must be a web address without query, such as https://id.gs1.org");
}

bool IsPrimaryKey(absl::string_view ai) { return ai == "00" || ai == "01" || ai == "414"; }

bool IsQualifierOf(absl::string_view key, absl::string_view ai) {
  return key == "01" && (ai == "10" || ai == "21");
}

absl::StatusOr<Element> ElementOf(absl::string_view ai, absl::string_view encoded, int this_year) {
  ASSIGN_OR_RETURN(const Identifier identifier, IdentifierAt(ai));
  ASSIGN_OR_RETURN(std::string value, PercentDecode(encoded));
  if (identifier.kind == ValueKind::kGtin && WhatIsWrongWithGtin(value).empty()) {
    value = ToGtin14(value);
  }
  return MakeElement(identifier, value, this_year);
}

bool IsKnown(absl::string_view name) {
  const auto identifier = IdentifierAt(name);
  return identifier.ok() && identifier->ai == name;
}

// Where in `parts` the primary key stands; the last one, for a resolver's own path may
// look like one.
std::optional<size_t> PlaceOfKey(const std::vector<absl::string_view>& parts) {
  for (size_t at = parts.size(); at-- > 0;) {
    if (IsPrimaryKey(parts[at]) && at + 1 < parts.size() && (parts.size() - at) % 2 == 0) return at;
  }
  return std::nullopt;
}

absl::Status AppendPath(absl::string_view path, int this_year, std::vector<Element>* elements) {
  const std::vector<absl::string_view> parts = absl::StrSplit(path, '/', absl::SkipEmpty());
  const std::optional<size_t> key = PlaceOfKey(parts);
  if (!key.has_value()) {
    return Wrong("is no GS1 Digital Link: its path has no /01/ (or /00/, /414/) with a number");
  }
  for (size_t at = *key; at + 1 < parts.size(); at += 2) {
    const absl::string_view ai = parts[at];
    if (at > *key && !IsQualifierOf(parts[*key], ai)) {
      return Wrong(absl::StrCat("\"", absl::CHexEscape(ai.substr(0, 40)), "\" cannot follow /",
                                parts[*key], "/ in the path of a link"));
    }
    ASSIGN_OR_RETURN(Element element, ElementOf(ai, parts[at + 1], this_year));
    elements->push_back(std::move(element));
  }
  return absl::OkStatus();
}

absl::Status AppendQuery(absl::string_view query, int this_year, std::vector<Element>* elements) {
  for (const absl::string_view pair : absl::StrSplit(query, absl::ByAnyChar("&;"))) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(pair, absl::MaxSplits('=', 1));
    if (!IsKnown(parts.first)) continue;
    ASSIGN_OR_RETURN(Element element, ElementOf(parts.first, parts.second, this_year));
    elements->push_back(std::move(element));
  }
  return absl::OkStatus();
}

absl::Status CheckNoneTwice(const std::vector<Element>& elements) {
  for (size_t at = 0; at < elements.size(); ++at) {
    for (size_t later = at + 1; later < elements.size(); ++later) {
      if (elements[at].ai == elements[later].ai) {
        return Wrong(absl::StrCat("(", elements[at].ai, ") is there twice"));
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> LinkOf(const LotOnPack& pack, absl::string_view resolver) {
  if (const std::string wrong = WhatIsWrongWithGtin(pack.gtin); !wrong.empty()) {
    return Wrong(absl::StrCat("the GTIN \"", absl::CHexEscape(pack.gtin), "\" ", wrong));
  }
  if (const absl::Status status = CheckText(pack.lot); !status.ok()) {
    return Wrong(absl::StrCat("the lot \"", absl::CHexEscape(pack.lot), "\" ", status.message()));
  }
  RETURN_IF_ERROR(CheckResolver(resolver));
  std::string link = absl::StrCat(absl::StripSuffix(resolver, "/"), "/01/", ToGtin14(pack.gtin),
                                  "/10/", PercentEncode(pack.lot));
  if (!pack.expires_on.empty()) {
    ASSIGN_OR_RETURN(const std::string expires_on, ShortDate(pack.expires_on));
    absl::StrAppend(&link, "?17=", expires_on);
  }
  return link;
}

bool LooksLikeLink(absl::string_view text) {
  return absl::StartsWithIgnoreCase(text, "http://") ||
         absl::StartsWithIgnoreCase(text, "https://");
}

absl::StatusOr<std::vector<Element>> ParseLink(absl::string_view link, int this_year) {
  if (!LooksLikeLink(link)) return Wrong("must start with http:// or https://");
  if (link.size() > kLinkBytesMax) {
    return Wrong(absl::StrCat("is longer than the ", kLinkBytesMax, " bytes of a link"));
  }
  const absl::string_view without_fragment = link.substr(0, link.find('#'));
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(without_fragment, absl::MaxSplits('?', 1));
  const size_t host = parts.first.find("//") + 2;
  const size_t path = parts.first.find('/', host);
  std::vector<Element> elements;
  RETURN_IF_ERROR(AppendPath(path == absl::string_view::npos ? "" : parts.first.substr(path),
                             this_year, &elements));
  RETURN_IF_ERROR(AppendQuery(parts.second, this_year, &elements));
  RETURN_IF_ERROR(CheckNoneTwice(elements));
  return elements;
}

}  // namespace milkway::gs1
