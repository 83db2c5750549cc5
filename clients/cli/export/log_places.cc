#include "clients/cli/export/log_places.h"

#include "absl/strings/str_cat.h"
#include "milkway/inventory/v1/log.grpc.pb.h"

namespace milkway::cli {

absl::StatusOr<std::string> PlaceInLog(Connection& connection, int64_t recorded_us) {
  inventory::v1::FindPositionRequest request;
  request.set_recorded_us(recorded_us);
  const auto answer = connection.Call(&inventory::v1::LogService::Stub::FindPosition, request);
  if (absl::IsOutOfRange(answer.status())) return absl::StrCat("0+", recorded_us);
  if (!answer.ok()) return answer.status();
  return absl::StrCat(answer->position(), "+", recorded_us - answer->recorded_us());
}

}  // namespace milkway::cli
