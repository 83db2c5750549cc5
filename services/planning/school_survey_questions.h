// Asking everything that a school's plan needs.

#ifndef MILKWAY_SERVICES_PLANNING_SCHOOL_SURVEY_QUESTIONS_H_
#define MILKWAY_SERVICES_PLANNING_SCHOOL_SURVEY_QUESTIONS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "milkway/consumption/v1/schools.pb.h"
#include "services/planning/findings.h"
#include "services/planning/planning_questions.h"
#include "services/planning/school_plan.h"

namespace milkway::planning {

// A shipment on its way to a school.
struct Arrival {
  std::string shipment_id;
  int64_t grams = 0;
  LocalDate arrives_by;
};

// A school with its plan and what the plan was made of.
struct PlannedSchool {
  PlaceName name;
  LocalDate today;  // the school's
  int64_t planned_us = 0;
  SchoolFacts facts;
  Plan plan;
  std::vector<LotAt> lots;  // those of facts.stock, in order
  std::vector<Arrival> arrivals;
  std::string origin_id;   // where it was supplied from last; empty: not known
  std::string product_id;  // what it drinks; empty: not known
  std::optional<LocalDate> last_record;
};

// Asks about schools one after another and remembers what they share (lead times,
// warehouses) for as long as it lives: one answer, or one evaluation. Not thread-safe.
class SchoolSurvey {
 public:
  SchoolSurvey(const Questions& questions, int64_t now_us)
      : questions_(questions), now_us_(now_us) {}

  absl::StatusOr<PlannedSchool> Plan(const consumption::v1::School& school);

  // Of a lane, with the prior of its destination's kind.
  absl::StatusOr<LeadTime> LaneOf(const std::string& origin_id, const std::string& destination_id);

  // Good stock at a place with lots and days; `there_from` is `today`.
  absl::StatusOr<std::vector<LotAt>> StockAt(const std::string& location_id, LocalDate today,
                                             std::string* product_id);

 private:
  absl::Status AskCalendar(const std::string& school_id, PlannedSchool* planned);
  absl::Status AskUse(const std::string& school_id, PlannedSchool* planned);
  absl::Status AskShipments(const std::string& school_id, PlannedSchool* planned);
  absl::Status AddArrival(const shipments::v1::Shipment& shipment, PlannedSchool* planned);
  // Where nothing ever came from: the first warehouse there is.
  absl::StatusOr<std::string> FirstWarehouse();

  const Questions& questions_;
  const int64_t now_us_;
  std::map<std::pair<std::string, std::string>, LeadTime> lanes_;
  std::optional<std::string> first_warehouse_;
};

}  // namespace milkway::planning

#endif  // MILKWAY_SERVICES_PLANNING_SCHOOL_SURVEY_QUESTIONS_H_
