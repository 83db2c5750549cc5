#include "services/consumption/period_sums.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>

#include "clients/cpp/status_macros.h"
#include "services/consumption/terms.h"

namespace milkway::consumption {

namespace {

constexpr int64_t kTolerancePercent = 15;

void AddDay(const DaySums& day, PeriodSums* period) {
  DaySums& sums = period->sums;
  ++period->days;
  sums.students = UnionOf(sums.students, day.students);
  sums.class_records += day.class_records;
  sums.servings += day.servings;
  sums.served_g += day.served_g;
  sums.wasted_g += day.wasted_g;
}

// The period that a day belongs to, without its sums and not cut to the range.
PeriodSums PeriodOf(LocalDate day, Period period, const std::vector<Term>& terms,
                    const DaysAsked& asked) {
  PeriodSums of_day;
  of_day.first_day = of_day.last_day = day;
  if (period == Period::kWeek) {
    of_day.first_day = MondayOf(day);
    of_day.last_day = LocalDate{of_day.first_day.days + 6};
  } else if (period == Period::kTerm) {
    const Term* term = TermOn(terms, day);
    of_day.first_day = term == nullptr ? asked.from : term->first_day;
    of_day.last_day = term == nullptr ? asked.to : term->last_day();
    if (term != nullptr) of_day.term_id = term->record.term_id();
  }
  of_day.first_day = std::max(of_day.first_day, asked.from);
  of_day.last_day = std::min(of_day.last_day, asked.to);
  return of_day;
}

// Days with a record, in order, as the class or the school sees them.
absl::Status ForEachServedDay(const storage::Reader& reader, uint32_t school_number,
                              const std::string& class_name, const DaysAsked& asked,
                              absl::FunctionRef<void(LocalDate day, const DaySums& sums)> visit) {
  absl::Status status;
  RETURN_IF_ERROR(DayTable::Scan(reader, DaysBetween(school_number, asked.from, asked.to),
                                 [&](const DayTable::Key& key, const rec::DayRecord& record) {
                                   const LocalDate day{static_cast<int32_t>(std::get<1>(key))};
                                   const auto sums =
                                       SumsFor(reader, school_number, day, record, class_name);
                                   status = sums.status();
                                   if (sums.ok() && sums->class_records > 0) visit(day, *sums);
                                   return status.ok();
                                 }));
  return status;
}

}  // namespace

absl::StatusOr<std::vector<PeriodSums>> SumUpPeriods(const storage::Reader& reader,
                                                     uint32_t school_number,
                                                     const std::string& class_name,
                                                     const DaysAsked& asked, Period period) {
  ASSIGN_OR_RETURN(const std::vector<Term> terms, ReadTerms(reader, school_number));
  std::vector<PeriodSums> periods;
  std::optional<PeriodSums> outside;
  RETURN_IF_ERROR(ForEachServedDay(
      reader, school_number, class_name, asked, [&](LocalDate day, const DaySums& sums) {
        PeriodSums of_day = PeriodOf(day, period, terms, asked);
        if (period == Period::kTerm && of_day.term_id.empty()) {
          if (!outside.has_value()) outside = of_day;
          return AddDay(sums, &*outside);
        }
        const bool is_new = periods.empty() || periods.back().first_day != of_day.first_day;
        if (is_new) periods.push_back(std::move(of_day));
        AddDay(sums, &periods.back());
      }));
  if (outside.has_value()) periods.push_back(*std::move(outside));
  return periods;
}

bool CupsAndBags::IsFlagged() const {
  const int64_t difference = std::abs(difference_g());
  return 100 * difference > kTolerancePercent * opened_g && difference > pack_g;
}

absl::StatusOr<std::vector<CupsAndBags>> CompareCupsAndBags(const storage::Reader& reader,
                                                            uint32_t school_number,
                                                            const std::string& class_name,
                                                            const DaysAsked& asked) {
  std::map<int64_t, CupsAndBags> by_lot;
  const auto add_record = [&](int64_t, const rec::DistributionRecord& record) {
    const auto lines = LinesOf(StandingOf(record));
    if (!lines.ok()) return lines.status();
    for (const DistributionLine& line : *lines) {
      if (line.take_home_packs > 0) continue;  // these go home closed
      CupsAndBags& lot = by_lot[line.lot.value];
      lot.lot = line.lot;
      lot.servings += static_cast<int64_t>(line.students.size());
      lot.served_g += line.served_g();
      lot.wasted_g += line.wasted_g;
      lot.opened_packs += line.opened_packs;
      lot.opened_g += line.opened_packs * line.pack_g;
      lot.pack_g = std::max(lot.pack_g, line.pack_g);
    }
    return absl::OkStatus();
  };
  absl::Status status;
  RETURN_IF_ERROR(DayTable::Scan(reader, DaysBetween(school_number, asked.from, asked.to),
                                 [&](const DayTable::Key& key, const rec::DayRecord&) {
                                   const LocalDate day{static_cast<int32_t>(std::get<1>(key))};
                                   status = ForEachStanding(reader, school_number, day, class_name,
                                                            add_record);
                                   return status.ok();
                                 }));
  RETURN_IF_ERROR(status);
  std::vector<CupsAndBags> lots;
  for (const auto& [id, lot] : by_lot) {
    if (lot.opened_packs > 0) lots.push_back(lot);
  }
  return lots;
}

}  // namespace milkway::consumption
