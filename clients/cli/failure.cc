#include "clients/cli/failure.h"

#include <optional>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"

namespace milkway::cli {

namespace {

constexpr char kUsagePayload[] = "milkway.cli/usage";

template <typename Detail>
std::optional<Detail> DetailOf(const absl::Status& status) {
  const auto bytes =
      status.GetPayload(absl::StrCat("type.googleapis.com/", Detail::descriptor()->full_name()));
  Detail detail;
  if (!bytes.has_value() || !detail.ParseFromString(std::string(*bytes))) return std::nullopt;
  return detail;
}

}  // namespace

absl::Status UsageError(absl::string_view message) {
  absl::Status status = absl::InvalidArgumentError(message);
  status.SetPayload(kUsagePayload, absl::Cord());
  return status;
}

ExitCode ExitCodeOf(const absl::Status& status) {
  if (status.ok()) return kDone;
  if (status.GetPayload(kUsagePayload).has_value()) return kWrongUsage;
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      return kUnreachable;
    case absl::StatusCode::kCancelled:
      return kInterrupted;
    default:
      return kRefused;
  }
}

Refusal RefusalOf(const absl::Status& status) {
  Refusal refusal;
  refusal.code = status.code();
  refusal.message = std::string(status.message());
  if (const auto info = DetailOf<google::rpc::ErrorInfo>(status); info.has_value()) {
    refusal.reason = info->reason();
    refusal.metadata.insert(info->metadata().begin(), info->metadata().end());
  }
  if (const auto request = DetailOf<google::rpc::BadRequest>(status); request.has_value()) {
    for (const auto& violation : request->field_violations()) {
      refusal.fields.push_back({violation.field(), violation.description()});
    }
  }
  return refusal;
}

std::string Explain(const absl::Status& status) {
  const Refusal refusal = RefusalOf(status);
  std::string text =
      refusal.message.empty() ? absl::StatusCodeToString(refusal.code) : refusal.message;
  for (const FieldViolation& violation : refusal.fields) {
    // The message of a refused field usually names it already.
    if (absl::StrContains(text, violation.field)) continue;
    absl::StrAppend(&text, "; ", violation.field, " ", violation.description);
  }
  if (!refusal.reason.empty()) absl::StrAppend(&text, " (", refusal.reason, ")");
  return text;
}

}  // namespace milkway::cli
