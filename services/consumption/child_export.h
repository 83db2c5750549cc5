// All that is kept of one child, for its guardian.

#ifndef MILKWAY_SERVICES_CONSUMPTION_CHILD_EXPORT_H_
#define MILKWAY_SERVICES_CONSUMPTION_CHILD_EXPORT_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "milkway/consumption/v1/personal.pb.h"
#include "services/consumption/child_keys.h"
#include "storage/store.h"

namespace milkway::consumption {

// INVALID_ARGUMENT (student_number); NOT_FOUND (SCHOOL_UNKNOWN, STUDENT_UNKNOWN).
absl::StatusOr<v1::ExportStudentDataResponse> ExportChild(
    const storage::Reader& reader, const ChildKeys::View& keys,
    const v1::ExportStudentDataRequest& request, int64_t now_us);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_CHILD_EXPORT_H_
