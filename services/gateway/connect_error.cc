#include "services/gateway/connect_error.h"

#include <array>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "google/protobuf/descriptor.h"
#include "google/rpc/status.pb.h"
#include "nlohmann/json.hpp"

namespace milkway::gateway {

namespace {

using Json = nlohmann::ordered_json;

struct CodeText {
  const char* name;
  int http_status;
};

// By number.
constexpr std::array<CodeText, 17> kCodes = {{{"ok", 200},
                                              {"canceled", 499},
                                              {"unknown", 500},
                                              {"invalid_argument", 400},
                                              {"deadline_exceeded", 504},
                                              {"not_found", 404},
                                              {"already_exists", 409},
                                              {"permission_denied", 403},
                                              {"resource_exhausted", 429},
                                              {"failed_precondition", 400},
                                              {"aborted", 409},
                                              {"out_of_range", 400},
                                              {"unimplemented", 501},
                                              {"internal", 500},
                                              {"unavailable", 503},
                                              {"data_loss", 500},
                                              {"unauthenticated", 401}}};

const CodeText& TextOf(grpc::StatusCode code) {
  const auto number = static_cast<size_t>(code);
  return kCodes[number < kCodes.size() ? number : size_t{grpc::StatusCode::UNKNOWN}];
}

Json DetailJson(const JsonCodec& codec, const google::protobuf::Any& detail) {
  const std::string name = detail.type_url().substr(detail.type_url().rfind('/') + 1);
  std::string value = absl::Base64Escape(detail.value());
  while (absl::EndsWith(value, "=")) value.pop_back();
  Json json = {{"type", name}, {"value", value}};
  const auto readable = codec.ToJson(detail.type_url(), absl::string_view(detail.value()));
  if (readable.ok()) json["debug"] = Json::parse(*readable, nullptr, false);
  return json;
}

}  // namespace

int HttpStatusOf(grpc::StatusCode code) { return TextOf(code).http_status; }

std::string ErrorJson(const JsonCodec& codec, const grpc::Status& status) {
  Json json = {{"code", TextOf(status.error_code()).name}};
  if (!status.error_message().empty()) json["message"] = status.error_message();
  google::rpc::Status stated;
  if (stated.ParseFromString(status.error_details())) {
    for (const auto& detail : stated.details()) {
      json["details"].push_back(DetailJson(codec, detail));
    }
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

HttpAnswer ErrorAnswer(const JsonCodec& codec, const grpc::Status& status) {
  HttpAnswer answer;
  answer.status = HttpStatusOf(status.error_code());
  answer.headers = {{"content-type", "application/json"}, {"cache-control", "no-store"}};
  answer.body = ErrorJson(codec, status);
  return answer;
}

HttpAnswer ErrorAnswer(const JsonCodec& codec, const absl::Status& status) {
  return ErrorAnswer(codec, ToGrpc(status));
}

grpc::Status ToGrpc(const absl::Status& status) {
  return {static_cast<grpc::StatusCode>(status.code()), std::string(status.message())};
}

}  // namespace milkway::gateway
