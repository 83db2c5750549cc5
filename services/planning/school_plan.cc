#include "services/planning/school_plan.h"

#include <algorithm>
#include <limits>

#include "absl/numeric/int128.h"

namespace milkway::planning {

namespace {

// 1.645 in thousandths: 19 of 20 cases of a normal distribution lie below.
constexpr int64_t kSafetyThousandths = 1645;
constexpr int64_t kGramsMax = int64_t{1} << 50;

int64_t CeilDiv(absl::int128 a, absl::int128 b) {
  const absl::int128 result = (a + b - 1) / b;
  return result > kGramsMax ? kGramsMax : static_cast<int64_t>(result);
}

// The need of the days from `from` up to, without, `to`.
int64_t NeedBetween(const Need& need, LocalDate from, LocalDate to, int64_t* school_days) {
  int64_t grams = 0;
  for (LocalDate day = from; day < to; ++day.days) {
    const int64_t of_day = need.Of(day);
    if (of_day > 0) ++*school_days;
    grams += of_day;
  }
  return grams;
}

// What of the stock is still good and there at `day`, if it is used until then.
int64_t LeftOn(const std::vector<StockLot>& lots, LocalDate from, LocalDate day, const Need& need) {
  const StockWalk walk =
      WalkStock(lots, from, [&](LocalDate on) { return on < day ? need.Of(on) : int64_t{0}; });
  int64_t grams = 0;
  for (size_t index = 0; index < lots.size(); ++index) {
    const StockLot& lot = lots[index];
    if (lot.expires_on >= day) grams += walk.left_g[index] + walk.expired_g[index];
  }
  return walk.run_out_day.has_value() && *walk.run_out_day < day ? 0 : grams;
}

void AddOrder(const SchoolFacts& facts, const Need& need, const std::vector<StockLot>& there,
              Plan* plan) {
  if (!facts.lead_time.has_value()) return;
  const int32_t lead_days = kHandlingDays + facts.lead_time->p95_days;
  if (plan->with_arrivals.run_out_day.has_value()) {
    plan->act_by = LocalDate{plan->with_arrivals.run_out_day->days - lead_days};
  }
  if (!plan->covered.run_out_day.has_value()) return;
  plan->order_by = LocalDate{plan->covered.run_out_day->days - lead_days};
  const LocalDate ordered_on = std::max(*plan->order_by, facts.today);
  plan->order_there_by = LocalDate{ordered_on.days + lead_days};
  plan->order_lasts_until = LocalDate{plan->order_there_by.days + kReviewDays + lead_days};
  int64_t school_days = 0;
  plan->order_need_g =
      NeedBetween(need, plan->order_there_by, plan->order_lasts_until, &school_days);
  plan->safety_g = CeilDiv(
      absl::int128(kSafetyThousandths) * need.deviation_g() * SquareRoot(school_days * kPpm),
      absl::int128(1000) * 1000);
  const int64_t left_g = LeftOn(there, facts.today, plan->order_there_by, need);
  plan->order_g = std::max<int64_t>(plan->order_need_g + plan->safety_g - left_g, 0);
}

}  // namespace

int64_t SquareRoot(int64_t number) {
  if (number <= 0) return 0;
  int64_t root = 0;
  for (int64_t bit = int64_t{1} << 31; bit > 0; bit >>= 1) {
    const int64_t candidate = root + bit;
    if (candidate <= number / candidate) root = candidate;
  }
  return root;
}

Need::Need(const SchoolFacts& facts)
    : calendar_(facts.calendar), policies_(facts.policies), children_(facts.drinking_children) {
  LearnUse(facts.used);
  is_known_ = policies_.empty() ? flat_g_ > 0 : OfSchoolDay(facts.today) > 0;
  if (is_known_) LearnDeviation(facts.used);
}

void Need::LearnUse(const std::vector<UsedDay>& used) {
  int64_t used_g = 0;
  int64_t meant_g = 0;
  for (const UsedDay& day : used) {
    used_g += day.used_g;
    meant_g += MeantOn(day.day);
  }
  if (policies_.empty() && !used.empty()) {
    flat_g_ = CeilDiv(used_g, static_cast<int64_t>(used.size()));
  }
  if (meant_g > 0 && used_g > 0) {
    use_ppm_ = std::min(CeilDiv(absl::int128(used_g) * kPpm, meant_g), kUsePpmMax);
  }
}

void Need::LearnDeviation(const std::vector<UsedDay>& used) {
  if (used.size() < 2) {
    deviation_g_ = OfSchoolDay(used.empty() ? LocalDate{} : used.back().day) / 10;
    return;
  }
  absl::int128 squares = 0;
  for (const UsedDay& day : used) {
    const int64_t expected =
        policies_.empty() ? flat_g_ : CeilDiv(absl::int128(MeantOn(day.day)) * use_ppm_, kPpm);
    const int64_t difference = day.used_g - expected;
    squares += absl::int128(difference) * difference;
  }
  const absl::int128 variance = squares / static_cast<int64_t>(used.size() - 1);
  deviation_g_ = SquareRoot(
      static_cast<int64_t>(std::min<absl::int128>(variance, std::numeric_limits<int64_t>::max())));
}

const Policy* Need::PolicyOn(LocalDate day) const {
  const Policy* found = nullptr;
  for (const Policy& policy : policies_) {
    if (policy.from_day <= day) found = &policy;
  }
  // Before the first one: the first one is the best guess.
  return found == nullptr && !policies_.empty() ? &policies_.front() : found;
}

bool Need::IsFirstOfWeek(LocalDate day) const {
  for (LocalDate earlier = WeekOf(day); earlier < day; ++earlier.days) {
    if (calendar_.IsSchoolDay(earlier)) return false;
  }
  return true;
}

int64_t Need::MeantOn(LocalDate day) const {
  const Policy* policy = PolicyOn(day);
  if (policy == nullptr) return 0;
  const int64_t on_site = children_ * policy->serving_g * policy->sessions;
  return IsFirstOfWeek(day) ? on_site + children_ * policy->take_home_g : on_site;
}

int64_t Need::Scaled(int64_t grams_each) const {
  return CeilDiv(absl::int128(children_) * grams_each * use_ppm_, kPpm);
}

int64_t Need::OfSchoolDay(LocalDate day) const {
  const Policy* policy = PolicyOn(day);
  return policy == nullptr ? flat_g_ : Scaled(policy->serving_g * policy->sessions);
}

int64_t Need::Of(LocalDate day) const {
  if (!is_known_ || !calendar_.IsSchoolDay(day)) return 0;
  const Policy* policy = PolicyOn(day);
  const bool takes_home = policy != nullptr && policy->take_home_g > 0 && IsFirstOfWeek(day);
  return OfSchoolDay(day) + (takes_home ? Scaled(policy->take_home_g) : 0);
}

Plan MakePlan(const SchoolFacts& facts) {
  const Need need(facts);
  Plan plan;
  plan.need_is_known = need.is_known();
  plan.has_policy = need.has_policy();
  plan.use_ppm = need.use_ppm();
  plan.deviation_g = need.deviation_g();
  for (const StockLot& lot : facts.stock) {
    if (lot.expires_on >= facts.today) plan.usable_g += lot.grams;
  }
  if (!need.is_known()) return plan;
  plan.daily_need_g = need.OfSchoolDay(facts.today);
  const auto of_day = [&need](LocalDate day) { return need.Of(day); };
  plan.without = WalkStock(facts.stock, facts.today, of_day);
  std::vector<StockLot> all = facts.stock;
  all.insert(all.end(), facts.arrivals.begin(), facts.arrivals.end());
  plan.with_arrivals = WalkStock(all, facts.today, of_day);
  for (StockLot& lot : all) lot.there_from = facts.today;
  plan.covered = WalkStock(all, facts.today, of_day);
  AddOrder(facts, need, all, &plan);
  return plan;
}

}  // namespace milkway::planning
