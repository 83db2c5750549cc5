// What entering a sheet of paper would do, day by day.

#ifndef MILKWAY_SERVICES_CONSUMPTION_PAPER_PLAN_H_
#define MILKWAY_SERVICES_CONSUMPTION_PAPER_PLAN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "milkway/consumption/v1/distributions.pb.h"
#include "milkway/consumption/v1/paper.pb.h"
#include "services/consumption/paper_sheet.h"
#include "services/consumption/schools.h"
#include "storage/store.h"

namespace milkway::consumption {

// The sheet of a class and month, from roster and calendar. FAILED_PRECONDITION
// (CLASS_TOO_LARGE) above kPaperRowsMax.
absl::StatusOr<Sheet> FindSheet(const storage::Reader& reader,
                                const v1::GetPaperSheetRequest& request);

// A day of a sheet, and the request that enters it: that of `result.outcome()`.
struct PlannedDay {
  v1::PaperDayResult result;
  v1::RecordDistributionRequest record;
  v1::CorrectDistributionRequest correction;
};
// Checks what was ticked and compares it with the records that stand. The request ids
// follow from what the sheet says and from what stands, so that the same plan is the same
// requests. INVALID_ARGUMENT names a field; NOT_FOUND (SCHOOL_UNKNOWN). A day that the
// roster refuses is planned as refused.
absl::StatusOr<std::vector<PlannedDay>> PlanSheet(const storage::Reader& reader,
                                                  SchoolCache& schools,
                                                  const v1::EnterPaperSheetRequest& request);

// Sets the outcome of a refused day.
void SetRefused(const absl::Status& refusal, v1::PaperDayResult* result);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_PAPER_PLAN_H_
