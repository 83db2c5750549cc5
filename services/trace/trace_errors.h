// The named refusals of trace.

#ifndef MILKWAY_SERVICES_TRACE_TRACE_ERRORS_H_
#define MILKWAY_SERVICES_TRACE_TRACE_ERRORS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace milkway::trace {

// FAILED_PRECONDITION TRACE_TOO_LARGE: `what` ("shipments") would be more than `max`.
absl::Status TraceTooLarge(absl::string_view what, size_t max);

// NOT_FOUND PLACE_NOT_CONCERNED: it never had stock of the recalled lots.
absl::Status PlaceNotConcerned(const std::string& recall_id, const std::string& location_id);

// FAILED_PRECONDITION LOT_NOT_RECALLED.
absl::Status LotNotRecalled(const std::string& recall_id, int64_t lot_id);

// INTERNAL: what another service answered cannot be.
absl::Status AnswerIsWrong(absl::string_view service, absl::string_view what);

}  // namespace milkway::trace

#endif  // MILKWAY_SERVICES_TRACE_TRACE_ERRORS_H_
