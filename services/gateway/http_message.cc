#include "services/gateway/http_message.h"

#include "absl/strings/str_cat.h"

namespace milkway::gateway {

HttpAnswer PlainAnswer(int status, absl::string_view text) {
  HttpAnswer answer;
  answer.status = status;
  answer.headers = {{"content-type", "text/plain; charset=utf-8"}, {"cache-control", "no-store"}};
  answer.body = absl::StrCat(text, "\n");
  return answer;
}

absl::string_view ReasonOf(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 499:
      return "Client Closed Request";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Answer";
  }
}

}  // namespace milkway::gateway
