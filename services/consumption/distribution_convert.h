// Between the messages of distributions and their domain types. INVALID_ARGUMENT
// names the field from the message given on.

#ifndef MILKWAY_SERVICES_CONSUMPTION_DISTRIBUTION_CONVERT_H_
#define MILKWAY_SERVICES_CONSUMPTION_DISTRIBUTION_CONVERT_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "milkway/consumption/v1/distributions.pb.h"
#include "milkway/inventory/v1/stock.pb.h"
#include "services/consumption/corrections.h"
#include "services/consumption/distribution.h"
#include "services/consumption/recording.h"

namespace milkway::consumption {

// `hash` and `recorded_by` are left empty.
absl::StatusOr<Recording> ParseRecording(const v1::RecordDistributionRequest& message);

// `recorded_by` is left empty.
absl::StatusOr<Correction> ParseCorrection(const v1::CorrectDistributionRequest& message);

// DATA_LOSS if a set of students cannot be read.
absl::StatusOr<v1::RecordedDistribution> ToMessage(const std::string& school_id,
                                                   int64_t distribution_id,
                                                   const rec::DistributionRecord& record);

// What a batch or a stream says of one record.
v1::DistributionResult ToResult(absl::StatusOr<v1::RecordDistributionResponse> recorded);
v1::Refusal ToRefusal(const absl::Status& status);
v1::Refusal ToRefusal(const inventory::v1::PostingRefusal& refusal);
// The status that the unary call says for a refusal.
absl::Status ToStatus(const v1::Refusal& refusal);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_DISTRIBUTION_CONVERT_H_
