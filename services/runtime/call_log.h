// One JSON line for each call and each event, for people who run a server.

#ifndef MILKWAY_SERVICES_RUNTIME_CALL_LOG_H_
#define MILKWAY_SERVICES_RUNTIME_CALL_LOG_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace spdlog {
class logger;
}  // namespace spdlog

namespace milkway::runtime {

// Thread-safe.
class CallLog {
 public:
  // Lines go to the standard error stream.
  CallLog();
  ~CallLog();

  // {"time":…,"level":…,"method":…,"caller":…,"code":…,"reason":…,"duration_us":…}
  // and, for what only an operator may read (INTERNAL, DATA_LOSS), "message".
  void Call(int64_t now_us, absl::string_view method, absl::string_view caller_id,
            const absl::Status& status, int64_t duration_us);

  // {"time":…,"level":"info","event":…,"message":…}: started, stopping, failed.
  void Event(int64_t now_us, absl::string_view event, absl::string_view message);

 private:
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_CALL_LOG_H_
