#include "services/gateway/connect_request.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cpp/status_macros.h"
#include "services/gateway/envelope.h"
#include "services/gateway/gzip.h"

namespace milkway::gateway {

namespace {

constexpr absl::string_view kUnaryPrefix = "application/";
constexpr absl::string_view kStreamPrefix = "application/connect+";
constexpr size_t kTimeoutDigitsMax = 10;
constexpr absl::string_view kVersion = "1";

std::optional<Encoding> EncodingNamed(absl::string_view name) {
  if (name == "json") return Encoding::kJson;
  if (name == "proto") return Encoding::kProto;
  return std::nullopt;
}

// "application/json; charset=utf-8" for a method whose types start with `prefix`.
std::optional<Encoding> EncodingOf(absl::string_view content_type, absl::string_view prefix) {
  const auto [type, rest] = std::pair<absl::string_view, absl::string_view>(
      absl::StrSplit(content_type, absl::MaxSplits(';', 1)));
  const std::string lower = absl::AsciiStrToLower(absl::StripAsciiWhitespace(type));
  const std::string parameter = absl::AsciiStrToLower(absl::StripAsciiWhitespace(rest));
  if (!absl::StartsWith(lower, prefix)) return std::nullopt;
  if (!parameter.empty() && parameter != "charset=utf-8") return std::nullopt;
  return EncodingNamed(absl::string_view(lower).substr(prefix.size()));
}

absl::string_view PrefixOf(const Method& method) {
  return method.gives_stream ? kStreamPrefix : kUnaryPrefix;
}

bool TakesGet(const Method& method) { return method.is_safe && !method.gives_stream; }

HttpAnswer WrongVerb(const Method& method) {
  const bool takes_get = TakesGet(method);
  HttpAnswer answer = PlainAnswer(
      405, takes_get ? "call this method by POST, or by GET with its message in the query"
                     : "call this method by POST");
  answer.headers.emplace_back("allow", takes_get ? "GET, POST" : "POST");
  return answer;
}

HttpAnswer WrongType(const Method& method) {
  const std::string types = absl::StrCat(PrefixOf(method), "json, ", PrefixOf(method), "proto");
  HttpAnswer answer = PlainAnswer(415, absl::StrCat("content-type must be one of: ", types));
  answer.headers.emplace_back("accept-post", types);
  return answer;
}

absl::Status CheckVersion(absl::string_view version) {
  if (version.empty() || version == kVersion) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "connect-protocol-version must be \"1\"; send that, or leave it out");
}

absl::StatusOr<absl::Duration> ParseWait(absl::string_view text, absl::Duration longest) {
  if (text.empty()) return longest;
  int64_t milliseconds = 0;
  const bool is_number = text.size() <= kTimeoutDigitsMax &&
                         std::all_of(text.begin(), text.end(), absl::ascii_isdigit) &&
                         absl::SimpleAtoi(text, &milliseconds);
  if (!is_number) {
    return absl::InvalidArgumentError(
        "connect-timeout-ms must be a whole number of milliseconds, of 10 digits at most");
  }
  return std::min(absl::Milliseconds(milliseconds), longest);
}

bool Accepts(absl::string_view accepted, absl::string_view coding) {
  for (const absl::string_view part : absl::StrSplit(accepted, ',')) {
    const std::vector<absl::string_view> words = absl::StrSplit(part, ';');
    if (absl::StripAsciiWhitespace(words[0]) != coding) continue;
    const bool is_refused = words.size() > 1 && absl::StripAsciiWhitespace(words[1]) == "q=0";
    return !is_refused;
  }
  return false;
}

absl::StatusOr<std::string> Unpack(absl::string_view coding, std::string bytes, size_t bytes_max) {
  if (coding.empty() || coding == "identity") return bytes;
  if (coding == "gzip") return Gunzip(bytes, bytes_max);
  return absl::UnimplementedError(absl::StrCat("the compression \"", absl::CHexEscape(coding),
                                               "\" is not known; use gzip or identity"));
}

// The message of a GET, which is all in the query.
absl::Status ParseQuery(absl::string_view query, size_t bytes_max, ConnectRequest* call) {
  ASSIGN_OR_RETURN(const auto version, FindParameter(query, "connect"));
  if (version.has_value() && *version != "v1") {
    return absl::InvalidArgumentError("the parameter connect must be \"v1\"");
  }
  ASSIGN_OR_RETURN(const auto encoding, FindParameter(query, "encoding"));
  const auto known = EncodingNamed(encoding.value_or(""));
  if (!known.has_value()) {
    return absl::InvalidArgumentError("the parameter encoding must be \"json\" or \"proto\"");
  }
  call->encoding = *known;
  ASSIGN_OR_RETURN(auto message, FindParameter(query, "message"));
  if (!message.has_value()) {
    return absl::InvalidArgumentError("the parameter message is missing; it holds the request");
  }
  ASSIGN_OR_RETURN(const auto is_base64, FindParameter(query, "base64"));
  if (is_base64.value_or("0") == "1") {
    std::string bytes;
    if (!absl::WebSafeBase64Unescape(*message, &bytes)) {
      return absl::InvalidArgumentError(
          "the parameter message must be base64 for URLs, for base64=1 says so");
    }
    message = std::move(bytes);
  }
  ASSIGN_OR_RETURN(const auto compression, FindParameter(query, "compression"));
  ASSIGN_OR_RETURN(call->message, Unpack(compression.value_or(""), *std::move(message), bytes_max));
  return absl::OkStatus();
}

// The one message that is sent to a method that answers in several.
absl::Status ParseEnveloped(size_t bytes_max, HttpRequest* request, ConnectRequest* call) {
  ASSIGN_OR_RETURN(Envelope envelope, ParseEnvelope(request->body));
  const absl::string_view coding =
      envelope.is_packed ? request->Header("connect-content-encoding") : absl::string_view();
  if (envelope.is_packed && (coding.empty() || coding == "identity")) {
    return absl::InvalidArgumentError(
        "the envelope says that its message is packed; name the packing in "
        "connect-content-encoding");
  }
  ASSIGN_OR_RETURN(call->message, Unpack(coding, std::string(envelope.message), bytes_max));
  return absl::OkStatus();
}

}  // namespace

std::optional<HttpAnswer> RefuseUnread(const Method& method, const HttpRequest& request) {
  const bool is_get = IsSafe(request.verb);
  if (is_get && TakesGet(method)) return std::nullopt;
  if (request.verb != Verb::kPost) return WrongVerb(method);
  if (!EncodingOf(request.Header("content-type"), PrefixOf(method)).has_value()) {
    return WrongType(method);
  }
  return std::nullopt;
}

absl::StatusOr<ConnectRequest> ParseConnect(const Method& method, size_t bytes_max,
                                            HttpRequest* request) {
  RETURN_IF_ERROR(CheckVersion(request->Header("connect-protocol-version")));
  ConnectRequest call;
  ASSIGN_OR_RETURN(call.wait, ParseWait(request->Header("connect-timeout-ms"),
                                        method.gives_stream ? kStreamWaitMax : kUnaryWaitMax));
  call.may_pack = Accepts(
      request->Header(method.gives_stream ? "connect-accept-encoding" : "accept-encoding"), "gzip");
  if (request->verb != Verb::kPost) {
    RETURN_IF_ERROR(ParseQuery(request->query, bytes_max, &call));
  } else {
    call.encoding = *EncodingOf(request->Header("content-type"), PrefixOf(method));
    if (method.gives_stream) {
      RETURN_IF_ERROR(ParseEnveloped(bytes_max, request, &call));
    } else {
      ASSIGN_OR_RETURN(call.message, Unpack(request->Header("content-encoding"),
                                            std::move(request->body), bytes_max));
    }
  }
  if (call.message.size() > bytes_max) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the message has more than ", bytes_max, " bytes; send it in smaller parts"));
  }
  return call;
}

std::string ContentTypeOf(Encoding encoding, bool is_stream) {
  return absl::StrCat(is_stream ? kStreamPrefix : kUnaryPrefix,
                      encoding == Encoding::kJson ? "json" : "proto");
}

absl::StatusOr<std::optional<std::string>> FindParameter(absl::string_view query,
                                                         absl::string_view name) {
  std::optional<std::string> found;
  for (const absl::string_view pair : absl::StrSplit(query, '&')) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(pair, absl::MaxSplits('=', 1));
    if (parts.first != name) continue;
    if (found.has_value()) {
      return absl::InvalidArgumentError(
          absl::StrCat("the parameter ", name, " is there twice; send it once"));
    }
    std::string value;
    for (size_t i = 0; i < parts.second.size(); ++i) {
      const char c = parts.second[i];
      if (c != '%') {
        value.push_back(c == '+' ? ' ' : c);
        continue;
      }
      const absl::string_view digits = parts.second.substr(i + 1, 2);
      if (digits.size() != 2 || !absl::ascii_isxdigit(digits[0]) ||
          !absl::ascii_isxdigit(digits[1])) {
        return absl::InvalidArgumentError(
            absl::StrCat("the parameter ", name, " has a \"%\" without two digits behind it"));
      }
      value.append(absl::HexStringToBytes(digits));
      i += 2;
    }
    found = std::move(value);
  }
  return found;
}

}  // namespace milkway::gateway
