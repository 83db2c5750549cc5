// One look at everything: plans of all schools, and findings that open and close alerts.

#ifndef MILKWAY_SERVICES_PLANNING_EVALUATION_H_
#define MILKWAY_SERVICES_PLANNING_EVALUATION_H_

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "services/planning/alerts.h"
#include "services/planning/planning_questions.h"
#include "services/planning/school_survey_questions.h"
#include "services/runtime/clock.h"
#include "storage/store.h"

namespace milkway::planning {

// What an evaluation did.
struct Evaluated {
  int64_t schools = 0;
  int64_t open = 0;
  AlertCounts counts;
  std::vector<std::string> problems;  // up to kProblemsMax
};

// Reads schools page by page and stores what it finds in small transactions, so that
// neither memory nor a transaction grows with the programme. Kinds of which not
// everything could be asked close nothing.
class Evaluator {
 public:
  static constexpr size_t kProblemsMax = 20;
  static constexpr size_t kBatch = 100;

  // All must outlive the evaluator. `changed` is called after alerts may have changed.
  Evaluator(storage::Store* store, Questions* questions, const runtime::Clock* clock,
            absl::AnyInvocable<void()> changed)
      : store_(*store), questions_(*questions), clock_(*clock), changed_(std::move(changed)) {}

  // One at a time; others wait. Only on a thread that may wait. `verify_books`: whether
  // or not it is due.
  absl::StatusOr<Evaluated> Run(bool verify_books);

 private:
  // What one run carries along.
  struct Pass {
    int64_t number = 0;
    int64_t now_us = 0;
    Evaluated result;
    std::set<v1::AlertKind> unknown;  // not everything was asked
    std::vector<Finding> findings;    // not stored yet
    std::vector<std::pair<std::string, rec::SchoolPlanRecord>> plans;
  };

  absl::StatusOr<rec::PassRecord> Begin();
  absl::Status LookAtSchools(SchoolSurvey* survey, Pass* pass);
  absl::Status LookAtWarehouses(SchoolSurvey* survey, Pass* pass);
  absl::Status LookAtShipments(SchoolSurvey* survey, Pass* pass);
  absl::Status LookAtRecalls(Pass* pass);
  absl::Status LookAtShortages(Pass* pass);
  absl::Status LookAtIncidents(Pass* pass);
  absl::Status LookAtBooks(Pass* pass);
  absl::Status Flush(Pass* pass);
  absl::Status CloseWhatIsOver(Pass* pass);
  absl::Status End(bool verified, Pass* pass);
  // Notes why `kinds` are not known, and goes on; the error if the store failed.
  absl::Status Tolerate(const absl::Status& status, const std::string& what,
                        const std::vector<v1::AlertKind>& kinds, Pass* pass);
  absl::StatusOr<PlaceName> NameOf(const std::string& location_id);

  storage::Store& store_;
  Questions& questions_;
  const runtime::Clock& clock_;
  absl::AnyInvocable<void()> changed_;
  absl::Mutex running_;
};

}  // namespace milkway::planning

#endif  // MILKWAY_SERVICES_PLANNING_EVALUATION_H_
