#include "tests/planning/simulation.h"

#include <algorithm>
#include <deque>
#include <random>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/planning/findings.h"
#include "services/planning/lead_time.h"
#include "services/planning/school_calendar.h"
#include "services/planning/school_plan.h"

namespace milkway::planning {

namespace {

constexpr int64_t kPackG = 1000;
constexpr int32_t kShelfLifeDays = 540;
constexpr int64_t kServingG = 25;

using Random = std::mt19937_64;

LocalDate Date(const char* text) { return *ParseDate("date", text); }

int64_t Between(Random& random, int64_t low, int64_t high) {
  return low + static_cast<int64_t>(random() % static_cast<uint64_t>(high - low + 1));
}

// Two years of a Chinese school: spring and autumn terms, the great holidays, and the
// weekends that are worked instead.
SchoolCalendar MakeCalendar() {
  std::vector<Term> terms;
  for (const char* year : {"2024", "2025", "2026", "2027"}) {
    const auto day = [year](const char* rest) { return Date(absl::StrCat(year, rest).c_str()); };
    Term spring;
    spring.first_day = day("-02-20");
    spring.last_day = day("-07-05");
    spring.holidays = {{day("-04-04"), day("-04-06")}, {day("-05-01"), day("-05-05")}};
    spring.extra_days = {day("-04-27"), day("-05-11")};
    Term autumn;
    autumn.first_day = day("-09-01");
    autumn.last_day = day("-12-31");
    autumn.holidays = {{day("-10-01"), day("-10-07")}};
    autumn.extra_days = {day("-09-28"), day("-10-12")};
    terms.push_back(spring);
    terms.push_back(autumn);
  }
  return SchoolCalendar(std::move(terms));
}

// What a lane really is like; planning does not know it.
struct Lane {
  int64_t least_days = 2;
  int64_t usual_more = 4;       // up to so many days more, always
  int64_t trouble_percent = 8;  // of shipments meet trouble
  int64_t trouble_more = 10;    // and take up to so many days more
};

int32_t DrawLeadDays(Random& random, const Lane& lane) {
  int64_t days = lane.least_days + Between(random, 0, lane.usual_more);
  if (Between(random, 1, 100) <= lane.trouble_percent) {
    days += Between(random, 1, lane.trouble_more);
  }
  return static_cast<int32_t>(days);
}

// A school as it really is.
class World {
 public:
  World(uint64_t seed, const SchoolCalendar& calendar, LocalDate start)
      : random_(seed), calendar_(calendar), today_(start) {
    children_ = Between(random_, 40, 600);
    attendance_percent_ = Between(random_, 82, 98);
    lane_ = {Between(random_, 1, 4), Between(random_, 1, 6), Between(random_, 3, 12),
             Between(random_, 4, 14)};
    policies_ = {{{0}, kServingG, Between(random_, 1, 8) == 1 ? 2 : 1, 0}};
    Receive(children_ * kServingG * policies_[0].sessions * Between(random_, 15, 60));
  }

  LocalDate today() const { return today_; }
  bool IsSchoolDay() const { return calendar_.IsSchoolDay(today_); }
  int32_t DrawLead() { return DrawLeadDays(random_, lane_); }
  int64_t DrawStock() {
    return children_ * kServingG * policies_[0].sessions * Between(random_, 20, 70);
  }

  void Receive(int64_t grams) { stock_.push_back({grams, {today_.days + kShelfLifeDays}, today_}); }
  void Measured(int32_t days) {
    lead_days_.push_back(days);
    if (lead_days_.size() > kLeadSamplesMax) lead_days_.pop_front();
  }

  // What the school would use today; drawn once a day.
  int64_t DrawUse() {
    if (Between(random_, 1, 250) == 1) ill_days_ = Between(random_, 3, 6);
    int64_t coming = children_ * (attendance_percent_ + Between(random_, -5, 3)) / 100;
    if (ill_days_ > 0) {
      --ill_days_;
      coming = coming * 7 / 10;
    }
    coming = std::clamp<int64_t>(coming, 1, children_);
    return coming * kServingG * policies_[0].sessions;
  }

  // Serves as much as there is. True if that was enough.
  bool Serve(int64_t wanted) {
    int64_t missing = wanted;
    for (StockLot& lot : stock_) {
      const int64_t taken = std::min(missing, lot.grams);
      lot.grams -= taken;
      missing -= taken;
    }
    if (wanted > missing) used_.push_back({today_, wanted - missing});
    if (missing == 0 && used_.size() > kUseDays) used_.pop_front();
    while (used_.size() > kUseDays) used_.pop_front();
    return missing == 0;
  }

  int64_t Expire() {
    int64_t grams = 0;
    for (StockLot& lot : stock_) {
      if (lot.expires_on < today_) grams += std::exchange(lot.grams, 0);
    }
    stock_.erase(std::remove_if(stock_.begin(), stock_.end(),
                                [](const StockLot& lot) { return lot.grams == 0; }),
                 stock_.end());
    return grams;
  }

  SchoolFacts Facts(const std::vector<StockLot>& arrivals) const {
    SchoolFacts facts;
    facts.today = today_;
    facts.drinking_children = children_;
    facts.calendar = calendar_;
    facts.policies = policies_;
    facts.used.assign(used_.begin(), used_.end());
    facts.stock = stock_;
    for (StockLot& lot : facts.stock) lot.there_from = today_;
    facts.arrivals = arrivals;
    facts.lead_time = EstimateLeadTime({lead_days_.begin(), lead_days_.end()}, kDomesticPrior);
    return facts;
  }

  void NextDay() { ++today_.days; }

 private:
  Random random_;
  const SchoolCalendar& calendar_;
  LocalDate today_;
  int64_t children_ = 0;
  int64_t attendance_percent_ = 0;
  int64_t ill_days_ = 0;
  Lane lane_;
  std::vector<Policy> policies_;
  std::vector<StockLot> stock_;
  std::deque<UsedDay> used_;
  std::deque<int32_t> lead_days_;
};

bool IsWarned(const World& world, const SchoolFacts& facts, const Plan& plan) {
  for (const Finding& finding :
       SchoolFindings({"school", "", ""}, world.today(), facts, plan, {}, world.today())) {
    if (finding.kind == v1::ALERT_KIND_LOW || finding.kind == v1::ALERT_KIND_OUT) return true;
  }
  return false;
}

// Nobody orders: the milk runs out again and again.
void SimulateWarnings(World world, LocalDate end, SimulationResult* result) {
  bool was_warned = false;
  LocalDate warned_on = end;  // meaningless without a warning
  for (; world.today() < end; world.NextDay()) {
    world.Expire();
    const SchoolFacts facts = world.Facts({});
    const bool is_warned = IsWarned(world, facts, MakePlan(facts));
    if (is_warned && !was_warned) warned_on = world.today();
    if (!is_warned && was_warned) ++result->false_warnings;
    was_warned = is_warned;
    if (!world.IsSchoolDay() || world.Serve(world.DrawUse())) continue;
    ++result->run_outs;
    const int32_t lead_days = world.DrawLead();
    if (!was_warned) ++result->never_warned;
    const int32_t ahead = was_warned ? world.today().days - warned_on.days : 0;
    result->warning_days_sum += ahead;
    if (ahead >= kHandlingDays + lead_days) ++result->warned_in_time;
    world.Measured(lead_days);
    world.Receive(world.DrawStock());
    was_warned = false;
  }
}

// Orders are placed on the last day suggested.
void SimulateOrders(World world, LocalDate end, SimulationResult* result) {
  struct Order {
    StockLot lot;
    LocalDate comes_on;
    int32_t lead_days = 0;
    bool was_short = false;
  };
  std::vector<Order> orders;
  for (; world.today() < end; world.NextDay()) {
    result->expired_g += world.Expire();
    for (auto order = orders.begin(); order != orders.end();) {
      if (world.today() < order->comes_on) {
        ++order;
        continue;
      }
      ++result->deliveries;
      if (order->was_short) ++result->deliveries_too_late;
      result->stock_days_sum += MakePlan(world.Facts({})).without.days_served;
      world.Receive(order->lot.grams);
      world.Measured(order->lead_days);
      order = orders.erase(order);
    }
    std::vector<StockLot> arrivals;
    for (const Order& order : orders) arrivals.push_back(order.lot);
    const Plan plan = MakePlan(world.Facts(arrivals));
    if (plan.order_by.has_value() && *plan.order_by <= world.today() && plan.order_g > 0) {
      const int64_t grams = (plan.order_g + kPackG - 1) / kPackG * kPackG;
      const int32_t lead_days = world.DrawLead();
      const LocalDate comes_on = {world.today().days + kHandlingDays + lead_days};
      orders.push_back({{grams,
                         {world.today().days + kShelfLifeDays},
                         {std::max(plan.order_there_by.days, comes_on.days)}},
                        comes_on,
                        lead_days,
                        false});
    }
    if (!world.IsSchoolDay()) continue;
    ++result->school_days;
    const int64_t wanted = world.DrawUse();
    result->served_g += wanted;
    if (world.Serve(wanted)) continue;
    ++result->school_days_short;
    for (Order& order : orders) order.was_short = true;
  }
}

}  // namespace

SimulationResult Simulate(const SimulationOptions& options) {
  const SchoolCalendar calendar = MakeCalendar();
  const LocalDate start = Date("2024-03-01");
  const LocalDate end = {start.days + 365 * options.years};
  SimulationResult result;
  for (int school = 0; school < options.schools; ++school) {
    const uint64_t seed = options.seed * 1'000'003 + static_cast<uint64_t>(school);
    SimulateWarnings(World(seed, calendar, start), end, &result);
    SimulateOrders(World(seed, calendar, start), end, &result);
  }
  return result;
}

std::string Describe(const SimulationOptions& options, const SimulationResult& result) {
  const auto percent = [](int64_t part, int64_t whole) {
    return whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  };
  return absl::StrCat(
      options.schools, " schools, ", options.years, " years, seed ", options.seed, "\n",
      absl::StrFormat(
          "warnings: milk ran out %d times; warned at least one lead time ahead in "
          "%.1f%%, never in %.1f%%; on average %.1f days ahead; %d warnings went away\n",
          result.run_outs, percent(result.warned_in_time, result.run_outs),
          percent(result.never_warned, result.run_outs),
          result.run_outs == 0
              ? 0.0
              : static_cast<double>(result.warning_days_sum) / static_cast<double>(result.run_outs),
          result.false_warnings),
      absl::StrFormat("orders: %d deliveries, %.2f%% came after the milk had run out; %.3f%% of %d "
                      "school days were short; %.1f school days of milk left at a delivery; %.3f%% "
                      "of the milk expired\n",
                      result.deliveries, percent(result.deliveries_too_late, result.deliveries),
                      percent(result.school_days_short, result.school_days), result.school_days,
                      result.deliveries == 0 ? 0.0
                                             : static_cast<double>(result.stock_days_sum) /
                                                   static_cast<double>(result.deliveries),
                      percent(result.expired_g, result.served_g)));
}

}  // namespace milkway::planning
