#include "services/runtime/call_log.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "nlohmann/json.hpp"
#include "services/runtime/errors.h"
#include "spdlog/logger.h"
#include "spdlog/sinks/stdout_sinks.h"

namespace milkway::runtime {

namespace {

std::string Quoted(absl::string_view text) {
  // What is not UTF-8 is shown as replacement characters.
  return nlohmann::json(std::string(text))
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string TimeOf(int64_t us) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", absl::FromUnixMicros(us), absl::UTCTimeZone());
}

bool IsForOperators(const absl::Status& status) {
  return status.code() == absl::StatusCode::kInternal ||
         status.code() == absl::StatusCode::kDataLoss ||
         status.code() == absl::StatusCode::kUnknown;
}

}  // namespace

CallLog::CallLog()
    : logger_(std::make_shared<spdlog::logger>("milkway",
                                               std::make_shared<spdlog::sinks::stderr_sink_mt>())) {
  logger_->set_pattern("%v");
}

CallLog::~CallLog() = default;

void CallLog::Call(int64_t now_us, absl::string_view method, absl::string_view caller_id,
                   const absl::Status& status, int64_t duration_us) {
  const bool is_error = IsForOperators(status);
  std::string line =
      absl::StrCat("{\"time\":\"", TimeOf(now_us), "\",\"level\":\"", is_error ? "error" : "info",
                   "\",\"method\":\"", method, "\",\"caller\":", Quoted(caller_id), ",\"code\":\"",
                   absl::StatusCodeToString(status.code()), "\"");
  if (!status.ok()) {
    absl::StrAppend(&line, ",\"reason\":", Quoted(PartsOf(status).reason));
    if (is_error) absl::StrAppend(&line, ",\"message\":", Quoted(status.message()));
  }
  absl::StrAppend(&line, ",\"duration_us\":", duration_us, "}");
  logger_->info(line);
}

void CallLog::Event(int64_t now_us, absl::string_view event, absl::string_view message) {
  logger_->info(absl::StrCat("{\"time\":\"", TimeOf(now_us), "\",\"level\":\"info\",\"event\":",
                             Quoted(event), ",\"message\":", Quoted(message), "}"));
}

}  // namespace milkway::runtime
