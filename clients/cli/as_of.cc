#include "clients/cli/as_of.h"

#include <optional>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/days.h"
#include "clients/cli/failure.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"
#include "milkway/inventory/v1/log.grpc.pb.h"

namespace milkway::cli {

absl::StatusOr<impact::v1::AsOf> ParseAsOf(const std::string& option, const std::string& text) {
  impact::v1::AsOf as_of;
  if (text.empty()) return as_of;
  const std::vector<std::string> places = absl::StrSplit(text, ':');
  int64_t position = 0;
  int64_t sequence = 0;
  const bool is_places = places.size() == 2 && absl::SimpleAtoi(places[0], &position) &&
                         absl::SimpleAtoi(places[1], &sequence) && position > 0 && sequence >= 0;
  if (is_places) {
    as_of.set_position(position);
    as_of.set_sequence(sequence);
    return as_of;
  }
  const std::optional<Instant> time = ParseTime(text);
  if (!time.has_value()) {
    return UsageError(absl::StrCat(option,
                                   " must be POSITION:SEQUENCE as a report prints it, or "
                                   "a time such as 2026-03-31T23:59:59+08:00; is ",
                                   Quoted(text)));
  }
  as_of.set_recorded_us(time->us);
  return as_of;
}

absl::StatusOr<int64_t> AsOfPosition(Connection& connection, const std::string& option,
                                     const std::string& text) {
  ASSIGN_OR_RETURN(const impact::v1::AsOf as_of, ParseAsOf(option, text));
  if (as_of.recorded_us() == 0) return as_of.position();
  inventory::v1::FindPositionRequest request;
  request.set_recorded_us(as_of.recorded_us());
  ASSIGN_OR_RETURN(const auto response,
                   connection.Call(&inventory::v1::LogService::Stub::FindPosition, request));
  return response.position();
}

std::string AsOfText(int64_t position, int64_t sequence) {
  return absl::StrCat(position, ":", sequence);
}

}  // namespace milkway::cli
