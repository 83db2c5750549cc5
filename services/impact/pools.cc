#include "services/impact/pools.h"

#include <algorithm>

#include "services/runtime/check.h"
#include "services/runtime/money.h"

namespace milkway::impact {

namespace {

// Takes as much of `*left` as there is of `limit`.
int64_t TakeUpTo(int64_t limit, int64_t* left) {
  const int64_t taken = std::min(limit, *left);
  *left -= taken;
  return taken;
}

// The same of several: by weight, at most each one's weight.
std::vector<int64_t> TakeByWeight(const std::vector<int64_t>& weights, int64_t* left) {
  int64_t sum = 0;
  for (const int64_t weight : weights) sum += weight;
  const int64_t taken = TakeUpTo(sum, left);
  if (taken == 0) return std::vector<int64_t>(weights.size());
  return ShareByWeight(taken, weights);
}

}  // namespace

std::optional<size_t> FindPool(const LotPools& pools, const std::string& school_id) {
  const auto found = std::lower_bound(
      pools.schools.begin(), pools.schools.end(), school_id,
      [](const Pool& pool, const std::string& wanted) { return pool.school_id < wanted; });
  if (found == pools.schools.end() || found->school_id != school_id) return std::nullopt;
  return static_cast<size_t>(found - pools.schools.begin());
}

int64_t SetAsideG(const LotPools& pools) {
  int64_t grams = 0;
  for (const Pool& pool : pools.schools) grams += pool.set_aside_g;
  return grams;
}

int64_t GeneralBoughtG(const LotPools& pools) {
  int64_t grams = pools.bought_g;
  for (const Pool& pool : pools.schools) grams -= pool.bought_g;
  return grams;
}

int64_t FreeG(const LotPools& pools, int64_t weight_g) {
  return std::max(int64_t{0}, weight_g - SetAsideG(pools) - GeneralBoughtG(pools));
}

LotForSale ForSale(const LotPools& pools, std::optional<size_t> pool, int64_t weight_g,
                   int64_t cost_minor) {
  const int64_t general_g = std::max(GeneralBoughtG(pools), weight_g - SetAsideG(pools));
  std::vector<int64_t> weights = {general_g};
  int64_t general_paid_minor = pools.paid_minor;
  for (const Pool& school : pools.schools) {
    weights.push_back(school.set_aside_g);
    general_paid_minor -= school.paid_minor;
  }
  LotForSale sale;
  const size_t place = pool.has_value() ? *pool + 1 : 0;
  sale.weight_g = weights[place];
  sale.bought_g = pool.has_value() ? pools.schools[*pool].bought_g : GeneralBoughtG(pools);
  sale.paid_minor = pool.has_value() ? pools.schools[*pool].paid_minor : general_paid_minor;
  sale.cost_minor = ShareByWeight(cost_minor, weights)[place];
  const int64_t lot_still_costs = std::max(int64_t{0}, cost_minor - pools.paid_minor);
  sale.paid_minor = std::max(sale.paid_minor, sale.cost_minor - lot_still_costs);
  return sale;
}

LotSplit::LotSplit(const LotBooks& books, const LotPools& pools,
                   const std::vector<Served>& schools) {
  const int64_t set_aside_g = SetAsideG(pools);
  const int64_t general_bought_g = GeneralBoughtG(pools);
  const int64_t weight_g = std::max(books.purchased_g, set_aside_g + general_bought_g);
  const int64_t returned_g = books.returned_g + weight_g - books.purchased_g;
  const int64_t lost_g = NetLostG(books);
  const int64_t found_g = NetFoundG(books);
  SplitReturned(pools, returned_g, weight_g - set_aside_g - general_bought_g + found_g);

  general_.lost_g = lost_g;
  general_.weight_g = weight_g + found_g - returned_g;
  for (size_t pool = 0; pool < pools.schools.size(); ++pool) {
    const Pool& school = pools.schools[pool];
    Part& part = parts_[pool];
    part.lost_g = std::min(MulDivFloor(lost_g, school.set_aside_g, weight_g), part.weight_g);
    part.earlier_served_g = school.earlier_served_g;
    part.earlier_servings = school.earlier_servings;
    part.serving_g = school.serving_g;
    general_.lost_g -= part.lost_g;
    general_.weight_g -= part.lost_g;
  }
  schools_.reserve(schools.size());
  for (const Served& served : schools) {
    AtSchool at_school = {served.served_g, FindPool(pools, served.school_id), 0};
    if (at_school.pool.has_value()) {
      const Part& part = parts_[*at_school.pool];
      const int64_t since_g = std::max(int64_t{0}, served.served_g - part.earlier_served_g);
      at_school.pool_served_g = std::min(since_g, part.weight_g - part.lost_g);
      general_.weight_g -= at_school.pool_served_g;
    }
    schools_.push_back(at_school);
  }
}

// Sets the weights of the schools' pools, and what is kept of every pool. `free_g` is what
// nobody bought of the general pool.
void LotSplit::SplitReturned(const LotPools& pools, int64_t returned_g, int64_t free_g) {
  std::vector<int64_t> free_of_pool;
  std::vector<int64_t> bought_of_pool;
  for (const Pool& pool : pools.schools) {
    free_of_pool.push_back(pool.set_aside_g - pool.bought_g);
    bought_of_pool.push_back(pool.bought_g);
  }
  int64_t left = returned_g;
  TakeUpTo(free_g, &left);
  const std::vector<int64_t> free_returned = TakeByWeight(free_of_pool, &left);
  general_.kept_g = GeneralBoughtG(pools);
  general_.kept_g -= TakeUpTo(general_.kept_g, &left);
  const std::vector<int64_t> bought_returned = TakeByWeight(bought_of_pool, &left);
  // Books that add up do not return more than there is.
  MILKWAY_CHECK(left == 0);
  parts_.resize(pools.schools.size());
  for (size_t pool = 0; pool < parts_.size(); ++pool) {
    parts_[pool].kept_g = bought_of_pool[pool] - bought_returned[pool];
    parts_[pool].weight_g =
        pools.schools[pool].set_aside_g - free_returned[pool] - bought_returned[pool];
  }
}

LotPart LotSplit::PartOf(std::optional<size_t> pool, int64_t kept_g) const {
  const Part& part = At(pool);
  return LotPart(kept_g, part.weight_g, part.lost_g);
}

int64_t LotSplit::ServedG(std::optional<size_t> pool, size_t school) const {
  const AtSchool& at_school = schools_[school];
  if (!pool.has_value()) return at_school.served_g - at_school.pool_served_g;
  return pool == at_school.pool ? at_school.pool_served_g : 0;
}

int64_t LotSplit::Servings(std::optional<size_t> pool, size_t school, int64_t servings) const {
  const AtSchool& at_school = schools_[school];
  if (!at_school.pool.has_value()) return pool.has_value() ? 0 : servings;
  if (pool.has_value() && pool != at_school.pool) return 0;
  const Part& part = parts_[*at_school.pool];
  const int64_t earlier = std::min(servings, part.earlier_servings);
  const int64_t since = servings - earlier;
  const int64_t of_pool = std::min(since, at_school.pool_served_g / part.serving_g);
  if (pool.has_value()) return of_pool;
  const int64_t beyond_g =
      std::max(int64_t{0}, at_school.served_g - part.earlier_served_g - at_school.pool_served_g);
  return earlier + std::min(since - of_pool, beyond_g / part.serving_g);
}

void AddRun(const BoughtRun& run, std::vector<BoughtRun>* runs) {
  if (run.bought_g == 0 && run.paid_minor == 0) return;
  if (!runs->empty()) {
    BoughtRun& last = runs->back();
    const bool follows = last.earlier_bought_g + last.bought_g == run.earlier_bought_g &&
                         last.earlier_paid_minor + last.paid_minor == run.earlier_paid_minor;
    if (follows) {
      last.bought_g += run.bought_g;
      last.paid_minor += run.paid_minor;
      return;
    }
  }
  runs->push_back(run);
}

int64_t KeptOf(const std::vector<BoughtRun>& runs, int64_t kept_g) {
  int64_t grams = 0;
  for (const BoughtRun& run : runs) {
    grams += std::clamp(kept_g - run.earlier_bought_g, int64_t{0}, run.bought_g);
  }
  return grams;
}

int64_t RefundDue(const std::vector<BoughtRun>& runs, int64_t cost_minor) {
  int64_t minor = 0;
  for (const BoughtRun& run : runs) {
    minor += std::clamp(run.earlier_paid_minor + run.paid_minor - cost_minor, int64_t{0},
                        run.paid_minor);
  }
  return minor;
}

}  // namespace milkway::impact
