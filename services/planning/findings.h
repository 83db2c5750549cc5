// What an evaluation finds wrong: from plans and facts to findings, which become alerts.
// Pure.

#ifndef MILKWAY_SERVICES_PLANNING_FINDINGS_H_
#define MILKWAY_SERVICES_PLANNING_FINDINGS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "milkway/planning/v1/alerts.pb.h"
#include "services/planning/planning_keys.h"
#include "services/planning/school_plan.h"
#include "services/runtime/dates.h"

namespace milkway::planning {

inline constexpr int32_t kExpiringDays = 60;
inline constexpr int32_t kWarnMarginDays = 7;
inline constexpr size_t kSilentDays = 3;
// Where no term is known a holiday cannot be told from silence.
inline constexpr size_t kSilentDaysUnknown = 10;

// One thing that is wrong. `kind` and `subject` say which; the rest may change.
struct Finding {
  v1::AlertKind kind = v1::ALERT_KIND_UNSPECIFIED;
  std::string subject;
  v1::AlertSeverity severity = v1::ALERT_SEVERITY_UNSPECIFIED;
  rec::AlertFactsRecord facts;
};

struct PlaceName {
  std::string location_id;
  std::string name_en;
  std::string name_zh;
};

// A lot that lies at a place.
struct LotAt {
  int64_t lot_id = 0;
  std::string lot_number;
  StockLot stock;
};

// LOW or OUT, EXPIRING, SCHOOL_SILENT. `today` is the school's; facts.today may be a day
// later. `lots` are those of facts.stock, in order. `last_record`: the last day with a
// record.
std::vector<Finding> SchoolFindings(const PlaceName& school, LocalDate today,
                                    const SchoolFacts& facts, const Plan& plan,
                                    const std::vector<LotAt>& lots,
                                    std::optional<LocalDate> last_record);

// EXPIRING: all of a lot at a place that is no school.
std::vector<Finding> WarehouseFindings(const PlaceName& place, LocalDate today,
                                       const std::vector<LotAt>& lots);

// A shipment on the way.
struct Travelling {
  std::string shipment_id;
  PlaceName destination;
  std::string origin_id;
  LocalDate left_on;
  std::optional<LocalDate> expected_on;
  int64_t in_transit_g = 0;
};
// SHIPMENT_LATE, or nothing.
std::vector<Finding> ShipmentFindings(const Travelling& shipment, LocalDate today,
                                      const LeadTime& lead_time);

// RECALL_UNACKNOWLEDGED at a place with so many grams there and children who drank.
Finding RecallFinding(const std::string& recall_id, const PlaceName& place, int64_t grams,
                      int64_t children, int64_t hours_since_order);

// SHORTAGE_UNRESOLVED.
struct OpenShortage {
  std::string shipment_id;
  std::string receipt_id;
  int64_t lot_id = 0;
  int64_t packs = 0;
  PlaceName destination;
  LocalDate missed_on;
};
Finding ShortageFinding(const OpenShortage& shortage, LocalDate today);

// INCIDENT.
Finding IncidentFinding(const PlaceName& school, int64_t distribution_id, LocalDate served_on,
                        const std::string& class_name, int64_t children);

// BOOKS_DIFFER.
Finding BooksFinding(int64_t differences, const std::string& first_difference);

}  // namespace milkway::planning

#endif  // MILKWAY_SERVICES_PLANNING_FINDINGS_H_
