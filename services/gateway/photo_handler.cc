#include "services/gateway/photo_handler.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cpp/status_macros.h"
#include "milkway/shipments/v1/photos.pb.h"
#include "services/gateway/connect_error.h"
#include "services/gateway/connect_request.h"
#include "services/gateway/request_ids.h"

namespace milkway::gateway {

namespace {

namespace v1 = shipments::v1;

constexpr absl::string_view kPath = "/photos";
constexpr char kAddMethod[] = "/milkway.shipments.v1.PhotoService/AddReceiptPhoto";
constexpr char kGetMethod[] = "/milkway.shipments.v1.PhotoService/GetReceiptPhoto";
constexpr size_t kHexDigits = 64;

bool IsOfOnePhoto(absl::string_view path) { return path.size() > kPath.size(); }

absl::StatusOr<std::string> Needed(const HttpRequest& request, absl::string_view name,
                                   absl::string_view what) {
  ASSIGN_OR_RETURN(std::optional<std::string> value, FindParameter(request.query, name));
  if (value.has_value() && !value->empty()) return *std::move(value);
  return absl::InvalidArgumentError(absl::StrCat("the parameter ", name, " is missing: ", what,
                                                 "; ask for ", kPath, "?receipt=…&place=…"));
}

// The receipt of either request.
template <typename Message>
absl::Status ParseReceipt(const HttpRequest& request, Message* message) {
  ASSIGN_OR_RETURN(*message->mutable_receipt_id(), Needed(request, "receipt", "which receipt"));
  ASSIGN_OR_RETURN(*message->mutable_destination_id(),
                   Needed(request, "place", "where it arrived"));
  return absl::OkStatus();
}

absl::StatusOr<std::string> ParseHash(absl::string_view path) {
  const absl::string_view digits = absl::StripPrefix(path.substr(kPath.size()), "/");
  const bool is_hash = digits.size() == kHexDigits &&
                       std::all_of(digits.begin(), digits.end(), absl::ascii_isxdigit);
  if (is_hash) return absl::HexStringToBytes(digits);
  return absl::InvalidArgumentError(
      "the name of a photo is the SHA-256 of its bytes: 64 hexadecimal digits");
}

absl::string_view ContentTypeOf(v1::ImageType type) {
  switch (type) {
    case v1::IMAGE_TYPE_PNG:
      return "image/png";
    case v1::IMAGE_TYPE_WEBP:
      return "image/webp";
    default:
      return "image/jpeg";
  }
}

absl::StatusOr<HttpAnswer> PictureOf(const grpc::ByteBuffer& bytes) {
  v1::GetReceiptPhotoResponse response;
  if (!response.ParseFromString(ToString(bytes))) {
    return absl::DataLossError("the answer of the shipments is no photo");
  }
  HttpAnswer answer;
  // Whoever signs out leaves no picture behind.
  answer.headers = {{"content-type", std::string(ContentTypeOf(response.photo().type()))},
                    {"content-disposition", "inline"},
                    {"cache-control", "no-store"}};
  answer.body = std::move(*response.mutable_image());
  return answer;
}

HttpAnswer Missing() { return PlainAnswer(404, "the shipments are not served here"); }

}  // namespace

bool PhotoHandler::IsFor(absl::string_view path) {
  return path == kPath || absl::StartsWith(path, absl::StrCat(kPath, "/"));
}

std::optional<HttpAnswer> PhotoHandler::RefuseUnread(const HttpRequest& request) {
  const bool shows = IsOfOnePhoto(request.path);
  if (shows ? request.verb == Verb::kGet : request.verb == Verb::kPost) return std::nullopt;
  HttpAnswer answer =
      PlainAnswer(405, shows ? "a photo can be looked at by GET" : "send a photo by POST");
  answer.headers.emplace_back("allow", shows ? "GET" : "POST");
  return answer;
}

void PhotoHandler::Handle(std::shared_ptr<Exchange> exchange) const {
  if (IsOfOnePhoto(exchange->request().path)) return Show(std::move(exchange));
  Add(std::move(exchange));
}

void PhotoHandler::Add(std::shared_ptr<Exchange> exchange) const {
  const Method* const method = methods_.Find(kAddMethod);
  if (method == nullptr) return exchange->Answer(Missing());
  v1::AddReceiptPhotoRequest request;
  if (absl::Status parsed = ParseReceipt(exchange->request(), &request); !parsed.ok()) {
    return exchange->Answer(ErrorAnswer(codec_, parsed));
  }
  request.set_request_id(NewRequestId());
  request.set_image(std::move(exchange->request().body));
  const auto render = [this, method](const grpc::ByteBuffer& bytes) -> absl::StatusOr<HttpAnswer> {
    HttpAnswer answer;
    ASSIGN_OR_RETURN(answer.body, codec_.ToJson(method->response_url, ToString(bytes)));
    answer.headers = {{"content-type", "application/json"}, {"cache-control", "no-store"}};
    return answer;
  };
  calls_.CallFor(*method, request.SerializeAsString(), std::move(exchange), render);
}

void PhotoHandler::Show(std::shared_ptr<Exchange> exchange) const {
  const Method* const method = methods_.Find(kGetMethod);
  if (method == nullptr) return exchange->Answer(Missing());
  v1::GetReceiptPhotoRequest request;
  const absl::StatusOr<std::string> hash = ParseHash(exchange->request().path);
  absl::Status parsed = hash.status();
  if (parsed.ok()) parsed = ParseReceipt(exchange->request(), &request);
  if (!parsed.ok()) return exchange->Answer(ErrorAnswer(codec_, parsed));
  request.set_sha256(*hash);
  calls_.CallFor(*method, request.SerializeAsString(), std::move(exchange), PictureOf);
}

}  // namespace milkway::gateway
