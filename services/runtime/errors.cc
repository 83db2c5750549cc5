#include "services/runtime/errors.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "services/runtime/check.h"
#include "services/runtime/serialize.h"

namespace milkway::runtime {

namespace {

constexpr char kDomain[] = "milkway";
constexpr char kErrorInfoUrl[] = "type.googleapis.com/google.rpc.ErrorInfo";
constexpr char kBadRequestUrl[] = "type.googleapis.com/google.rpc.BadRequest";

// A client gives up on more than 8 KiB of trailers, and the refusal is lost. On
// the wire a byte of the message takes up to 3 (percent-encoding) and 4/3 more
// within the details (base64): 3 · 1000 + 4/3 · 3000 leaves room for the rest.
constexpr size_t kMessageBytesMax = 1000;
constexpr size_t kDetailsBytesMax = 3000;

// nullopt if there is no such payload or it is not a Detail.
template <typename Detail>
std::optional<Detail> FindDetail(const absl::Status& status, absl::string_view type_url) {
  const auto payload = status.GetPayload(type_url);
  Detail detail;
  if (!payload.has_value() || !detail.ParseFromString(std::string(*payload))) return std::nullopt;
  return detail;
}

std::optional<google::rpc::BadRequest::FieldViolation> FindViolation(const absl::Status& status) {
  const auto bad = FindDetail<google::rpc::BadRequest>(status, kBadRequestUrl);
  if (!bad.has_value() || bad->field_violations().empty()) return std::nullopt;
  return bad->field_violations(0);
}

std::string JoinPath(absl::string_view prefix, absl::string_view field) {
  if (prefix.empty()) return std::string(field);
  if (field.empty() || absl::StartsWith(field, "[")) return absl::StrCat(prefix, field);
  return absl::StrCat(prefix, ".", field);
}

// At most kMessageBytesMax of `message`, ending between two characters of UTF-8.
std::string Shortened(absl::string_view message) {
  if (message.size() <= kMessageBytesMax) return std::string(message);
  constexpr absl::string_view kEllipsis = "…";
  size_t size = kMessageBytesMax - kEllipsis.size();
  while (size > 0 && (message[size] & 0xC0) == 0x80) --size;
  return absl::StrCat(message.substr(0, size), kEllipsis);
}

void AddDetail(absl::string_view type_url, std::string bytes, google::rpc::Status* details) {
  google::protobuf::Any* detail = details->add_details();
  detail->set_type_url(std::string(type_url));
  detail->set_value(std::move(bytes));
}

// The payloads of `status` as a google.rpc.Status; of too much, the name only.
// Empty if there are none.
std::string DetailsOf(const absl::Status& status, const std::string& message) {
  google::rpc::Status details;
  details.set_code(static_cast<int>(status.code()));
  details.set_message(message);
  status.ForEachPayload([&details](absl::string_view type_url, const absl::Cord& payload) {
    AddDetail(type_url, std::string(payload), &details);
  });
  if (details.details().empty()) return "";
  if (details.ByteSizeLong() > kDetailsBytesMax) {
    google::rpc::ErrorInfo name;
    name.set_reason(PartsOf(status).reason);
    name.set_domain(kDomain);
    details.clear_details();
    AddDetail(kErrorInfoUrl, name.SerializeAsString(), &details);
  }
  return details.SerializeAsString();
}

}  // namespace

absl::Status Refuse(absl::StatusCode code, absl::string_view reason, absl::string_view message,
                    Metadata metadata) {
  MILKWAY_CHECK(code != absl::StatusCode::kOk);
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(reason));
  info.set_domain(kDomain);
  for (auto& entry : metadata) {
    (*info.mutable_metadata())[entry.first] = std::move(entry.second);
  }

  absl::Status status(code, message);
  status.SetPayload(kErrorInfoUrl, absl::Cord(SerializeInOrder(info)));
  return status;
}

absl::Status InvalidField(absl::string_view field, absl::string_view rule) {
  google::rpc::BadRequest bad;
  google::rpc::BadRequest::FieldViolation* violation = bad.add_field_violations();
  violation->set_field(std::string(field));
  violation->set_description(std::string(rule));

  absl::Status status = Refuse(absl::StatusCode::kInvalidArgument, "INVALID_FIELD",
                               absl::StrCat(field, " ", rule), {{"field", std::string(field)}});
  status.SetPayload(kBadRequestUrl, absl::Cord(bad.SerializeAsString()));
  return status;
}

absl::Status InField(absl::string_view prefix, const absl::Status& status) {
  const auto violation = FindViolation(status);
  if (!violation.has_value()) return status;
  return InvalidField(JoinPath(prefix, violation->field()), violation->description());
}

RefusalParts PartsOf(const absl::Status& status) {
  RefusalParts parts;
  if (const auto info = FindDetail<google::rpc::ErrorInfo>(status, kErrorInfoUrl)) {
    parts.reason = info->reason();
    parts.metadata = Metadata(info->metadata().begin(), info->metadata().end());
  }
  if (const auto violation = FindViolation(status)) parts.field = violation->field();
  return parts;
}

bool IsTransient(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kInternal:
      return true;
    default:
      return false;
  }
}

bool IsFailure(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kUnknown:
      return true;
    default:
      return false;
  }
}

grpc::Status ToGrpcStatus(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return grpc::Status();
    case absl::StatusCode::kInternal:
      return grpc::Status(grpc::StatusCode::INTERNAL,
                          "the server made a mistake; try again, and if it happens again tell the "
                          "operator when");
    case absl::StatusCode::kDataLoss:
      return grpc::Status(grpc::StatusCode::DATA_LOSS,
                          "the server cannot read a part of its records; tell the operator, who "
                          "finds the details in the server's log");
    default:
      break;
  }
  const std::string message = Shortened(status.message());
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), message,
                      DetailsOf(status, message));
}

}  // namespace milkway::runtime
