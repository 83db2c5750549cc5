#include "services/planning/findings.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace milkway::planning {

namespace {

constexpr int32_t kExpiringUrgentDays = 14;
constexpr int64_t kRecallCriticalHours = 24;
constexpr int32_t kShortageUrgentDays = 14;

Finding Make(v1::AlertKind kind, std::string subject, v1::AlertSeverity severity) {
  Finding finding;
  finding.kind = kind;
  finding.subject = std::move(subject);
  finding.severity = severity;
  return finding;
}

void SetPlace(const PlaceName& place, Finding* finding) {
  finding->facts.set_location_id(place.location_id);
  finding->facts.set_name_en(place.name_en);
  finding->facts.set_name_zh(place.name_zh);
}

Finding Expiring(const PlaceName& place, LocalDate today, const LotAt& lot, int64_t grams) {
  const bool is_urgent = lot.stock.expires_on.days - today.days <= kExpiringUrgentDays;
  Finding finding = Make(v1::ALERT_KIND_EXPIRING, absl::StrCat(place.location_id, "/", lot.lot_id),
                         is_urgent ? v1::ALERT_SEVERITY_URGENT : v1::ALERT_SEVERITY_WARNING);
  SetPlace(place, &finding);
  finding.facts.set_lot_id(lot.lot_id);
  finding.facts.set_detail(lot.lot_number);
  finding.facts.set_grams(grams);
  finding.facts.set_day(lot.stock.expires_on.days);
  return finding;
}

bool ExpiresSoon(const LotAt& lot, LocalDate today) {
  return lot.stock.grams > 0 && lot.stock.expires_on.days - today.days <= kExpiringDays;
}

void AddShortOfMilk(const PlaceName& school, LocalDate today, const SchoolFacts& facts,
                    const Plan& plan, std::vector<Finding>* findings) {
  if (!plan.need_is_known) return;
  const LocalDate next = facts.calendar.NextSchoolDay(facts.today);
  const bool is_out = plan.without.run_out_day == next;
  const bool is_low = plan.act_by.has_value() && plan.act_by->days <= today.days + kWarnMarginDays;
  if (!is_out && !is_low) return;
  const bool is_late = plan.act_by.has_value() && *plan.act_by < today;
  Finding finding = Make(is_out ? v1::ALERT_KIND_OUT : v1::ALERT_KIND_LOW, school.location_id,
                         is_out    ? v1::ALERT_SEVERITY_CRITICAL
                         : is_late ? v1::ALERT_SEVERITY_URGENT
                                   : v1::ALERT_SEVERITY_WARNING);
  SetPlace(school, &finding);
  finding.facts.set_grams(plan.usable_g);
  finding.facts.set_count(is_out ? plan.without.days_served : plan.with_arrivals.days_served);
  finding.facts.set_day(is_out ? next.days : plan.with_arrivals.run_out_day->days);
  if (plan.act_by.has_value()) finding.facts.set_other_day(plan.act_by->days);
  findings->push_back(std::move(finding));
}

void AddSilence(const PlaceName& school, LocalDate today, const SchoolFacts& facts,
                const Plan& plan, std::optional<LocalDate> last_record,
                std::vector<Finding>* findings) {
  if (plan.usable_g == 0) return;
  const bool is_known = facts.calendar.IsKnown(today);
  const std::vector<LocalDate> days =
      facts.calendar.SchoolDaysBefore(today, is_known ? kSilentDays : kSilentDaysUnknown);
  if (days.empty() || (last_record.has_value() && *last_record >= days.back())) return;
  Finding finding =
      Make(v1::ALERT_KIND_SCHOOL_SILENT, school.location_id, v1::ALERT_SEVERITY_WARNING);
  SetPlace(school, &finding);
  finding.facts.set_count(static_cast<int64_t>(days.size()));
  finding.facts.set_grams(plan.usable_g);
  if (last_record.has_value()) finding.facts.set_day(last_record->days);
  findings->push_back(std::move(finding));
}

}  // namespace

std::vector<Finding> SchoolFindings(const PlaceName& school, LocalDate today,
                                    const SchoolFacts& facts, const Plan& plan,
                                    const std::vector<LotAt>& lots,
                                    std::optional<LocalDate> last_record) {
  std::vector<Finding> findings;
  AddShortOfMilk(school, today, facts, plan, &findings);
  AddSilence(school, today, facts, plan, last_record, &findings);
  for (size_t index = 0; index < lots.size(); ++index) {
    if (!ExpiresSoon(lots[index], today)) continue;
    // Without a known need nothing will be used; otherwise only what is left counts.
    const bool is_walked = index < plan.without.expired_g.size();
    const int64_t unused = is_walked ? plan.without.expired_g[index] : lots[index].stock.grams;
    if (unused > 0) findings.push_back(Expiring(school, today, lots[index], unused));
  }
  return findings;
}

std::vector<Finding> WarehouseFindings(const PlaceName& place, LocalDate today,
                                       const std::vector<LotAt>& lots) {
  std::vector<Finding> findings;
  for (const LotAt& lot : lots) {
    if (ExpiresSoon(lot, today)) findings.push_back(Expiring(place, today, lot, lot.stock.grams));
  }
  return findings;
}

std::vector<Finding> ShipmentFindings(const Travelling& shipment, LocalDate today,
                                      const LeadTime& lead_time) {
  const int32_t days = today.days - shipment.left_on.days;
  const bool is_past_its_day = shipment.expected_on.has_value() && *shipment.expected_on < today;
  if (!is_past_its_day && days <= lead_time.p95_days) return {};
  Finding finding =
      Make(v1::ALERT_KIND_SHIPMENT_LATE, shipment.shipment_id,
           days > 2 * lead_time.p95_days ? v1::ALERT_SEVERITY_URGENT : v1::ALERT_SEVERITY_WARNING);
  SetPlace(shipment.destination, &finding);
  finding.facts.set_shipment_id(shipment.shipment_id);
  finding.facts.set_detail(shipment.origin_id);
  finding.facts.set_grams(shipment.in_transit_g);
  finding.facts.set_count(days);
  finding.facts.set_day(shipment.left_on.days + lead_time.p95_days);
  if (shipment.expected_on.has_value()) finding.facts.set_other_day(shipment.expected_on->days);
  return {finding};
}

Finding RecallFinding(const std::string& recall_id, const PlaceName& place, int64_t grams,
                      int64_t children, int64_t hours_since_order) {
  Finding finding =
      Make(v1::ALERT_KIND_RECALL_UNACKNOWLEDGED, absl::StrCat(recall_id, "/", place.location_id),
           hours_since_order >= kRecallCriticalHours ? v1::ALERT_SEVERITY_CRITICAL
                                                     : v1::ALERT_SEVERITY_URGENT);
  SetPlace(place, &finding);
  finding.facts.set_recall_id(recall_id);
  finding.facts.set_grams(grams);
  finding.facts.set_count(children);
  return finding;
}

Finding ShortageFinding(const OpenShortage& shortage, LocalDate today) {
  const bool is_urgent = today.days - shortage.missed_on.days > kShortageUrgentDays;
  Finding finding =
      Make(v1::ALERT_KIND_SHORTAGE_UNRESOLVED,
           absl::StrCat(shortage.shipment_id, "/", shortage.receipt_id, "/", shortage.lot_id),
           is_urgent ? v1::ALERT_SEVERITY_URGENT : v1::ALERT_SEVERITY_WARNING);
  SetPlace(shortage.destination, &finding);
  finding.facts.set_shipment_id(shortage.shipment_id);
  finding.facts.set_lot_id(shortage.lot_id);
  finding.facts.set_detail(shortage.receipt_id);
  finding.facts.set_count(shortage.packs);
  finding.facts.set_day(shortage.missed_on.days);
  return finding;
}

Finding IncidentFinding(const PlaceName& school, int64_t distribution_id, LocalDate served_on,
                        const std::string& class_name, int64_t children) {
  Finding finding =
      Make(v1::ALERT_KIND_INCIDENT, absl::StrCat(school.location_id, "/", distribution_id),
           v1::ALERT_SEVERITY_CRITICAL);
  SetPlace(school, &finding);
  finding.facts.set_detail(class_name);
  finding.facts.set_count(children);
  finding.facts.set_day(served_on.days);
  return finding;
}

Finding BooksFinding(int64_t differences, const std::string& first_difference) {
  Finding finding = Make(v1::ALERT_KIND_BOOKS_DIFFER, "books", v1::ALERT_SEVERITY_CRITICAL);
  finding.facts.set_count(differences);
  finding.facts.set_detail(first_difference);
  return finding;
}

}  // namespace milkway::planning
