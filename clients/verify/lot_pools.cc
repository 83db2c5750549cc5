#include "clients/verify/lot_pools.h"

#include <algorithm>
#include <utility>

#include "absl/numeric/int128.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"

namespace milkway::proof {

namespace {

// Larger grams are those of no lot; so many of them still add up in 64 bits.
constexpr int64_t kGramsMax = 1'000'000'000'000'000;
constexpr size_t kPoolsMax = 100;

int64_t Take(int64_t limit, int64_t* left) {
  const int64_t taken = std::min(limit, *left);
  *left -= taken;
  return taken;
}

// Takes of several by weight, at most each one's weight: rounded down, and one more each
// for those that rounding took most from, the earlier first.
std::vector<int64_t> TakeByWeight(const std::vector<int64_t>& weights, int64_t* left) {
  int64_t sum = 0;
  for (const int64_t weight : weights) sum += weight;
  const int64_t total = Take(sum, left);
  std::vector<int64_t> shares(weights.size());
  if (total == 0) return shares;
  std::vector<std::pair<absl::uint128, size_t>> rests;
  int64_t rest = total;
  for (size_t place = 0; place < weights.size(); ++place) {
    const absl::uint128 product =
        absl::uint128(static_cast<uint64_t>(total)) * static_cast<uint64_t>(weights[place]);
    shares[place] = static_cast<int64_t>(product / static_cast<uint64_t>(sum));
    rests.emplace_back(product % static_cast<uint64_t>(sum), place);
    rest -= shares[place];
  }
  std::stable_sort(rests.begin(), rests.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  for (int64_t next = 0; next < rest; ++next) ++shares[rests[static_cast<size_t>(next)].second];
  return shares;
}

class Splitter {
 public:
  Splitter(const LotStatement& lot, const std::map<std::string, ServedStatement>& served)
      : lot_(lot), served_(served), pools_(lot.pools.size()) {}

  absl::Status Split() {
    RETURN_IF_ERROR(CheckNumbers());
    Weigh();
    if (!Return()) return Fails();
    Lose();
    for (const auto& [school_id, told] : served_) {
      if (told.served_g > 0) Serve(school_id, told);
    }
    general_.weight_g = weight_g_ + found_g_ - returned_g_;
    for (const PoolShare& pool : pools_) {
      general_.weight_g -= pool.lost_g;
      for (const auto& [school_id, drunk] : pool.schools) general_.weight_g -= drunk.served_g;
    }
    return general_.weight_g >= std::max(general_.kept_g, general_.lost_g) ? absl::OkStatus()
                                                                           : Fails();
  }

  PoolShare TakeGeneral() { return std::move(general_); }
  PoolShare TakePool(size_t place) { return std::move(pools_[place]); }

 private:
  absl::Status Fails() const {
    return absl::InvalidArgumentError(
        absl::StrCat("the statements of lot ", lot_.lot_id, " do not add up"));
  }

  absl::Status CheckNumbers() const {
    bool can_be = lot_.pools.size() <= kPoolsMax;
    const auto check = [&](int64_t grams) { can_be = can_be && grams <= kGramsMax; };
    for (const int64_t grams :
         {lot_.purchased_g, lot_.found_g, lot_.lost_g, lot_.returned_g, lot_.general_bought_g}) {
      check(grams);
    }
    for (const PoolStatement& pool : lot_.pools) {
      check(pool.set_aside_g);
      can_be = can_be && pool.bought_g <= pool.set_aside_g && pool.serving_g > 0;
    }
    for (const auto& [school_id, told] : served_) check(told.served_g);
    return can_be ? absl::OkStatus() : Fails();
  }

  // T, R, n and e.
  void Weigh() {
    int64_t gone_g = lot_.returned_g;
    for (const auto& [school_id, told] : served_) gone_g += told.served_g;
    const int64_t found_g = std::max(lot_.found_g, gone_g - lot_.purchased_g);
    const int64_t lost_g = std::min(lot_.lost_g, lot_.purchased_g + found_g - gone_g);
    found_g_ = std::max<int64_t>(0, found_g - lost_g);
    lost_g_ = std::max<int64_t>(0, lost_g - found_g);
    for (const PoolStatement& pool : lot_.pools) set_aside_g_ += pool.set_aside_g;
    weight_g_ = std::max(lot_.purchased_g, set_aside_g_ + lot_.general_bought_g);
    returned_g_ = lot_.returned_g + weight_g_ - lot_.purchased_g;
  }

  // What went back: first what nobody had bought, and what was bought last.
  bool Return() {
    std::vector<int64_t> free_g;
    std::vector<int64_t> bought_g;
    for (const PoolStatement& pool : lot_.pools) {
      free_g.push_back(pool.set_aside_g - pool.bought_g);
      bought_g.push_back(pool.bought_g);
    }
    int64_t left = returned_g_;
    Take(weight_g_ - set_aside_g_ - lot_.general_bought_g + found_g_, &left);
    const std::vector<int64_t> free_returned_g = TakeByWeight(free_g, &left);
    general_.kept_g = lot_.general_bought_g - Take(lot_.general_bought_g, &left);
    const std::vector<int64_t> bought_returned_g = TakeByWeight(bought_g, &left);
    for (size_t place = 0; place < pools_.size(); ++place) {
      pools_[place].kept_g = bought_g[place] - bought_returned_g[place];
      pools_[place].weight_g =
          lot_.pools[place].set_aside_g - free_returned_g[place] - bought_returned_g[place];
    }
    return left == 0 && weight_g_ > 0;
  }

  void Lose() {
    general_.lost_g = lost_g_;
    for (size_t place = 0; place < pools_.size(); ++place) {
      const int64_t share_g = MulDiv(lost_g_, lot_.pools[place].set_aside_g, weight_g_);
      pools_[place].lost_g = std::min(share_g, pools_[place].weight_g);
      general_.lost_g -= pools_[place].lost_g;
    }
  }

  void Serve(const std::string& school_id, const ServedStatement& told) {
    const auto own =
        std::find_if(lot_.pools.begin(), lot_.pools.end(),
                     [&](const PoolStatement& pool) { return pool.school_id == school_id; });
    if (own == lot_.pools.end()) {
      general_.schools[school_id] = {told.served_g, told.servings};
      return;
    }
    PoolShare& pool = pools_[static_cast<size_t>(own - lot_.pools.begin())];
    const int64_t since_g = std::max<int64_t>(0, told.served_g - own->earlier_served_g);
    const int64_t pool_g = std::min(since_g, pool.weight_g - pool.lost_g);
    const int64_t earlier = std::min(told.servings, own->earlier_servings);
    const int64_t since = told.servings - earlier;
    const int64_t of_pool = std::min(since, pool_g / own->serving_g);
    const int64_t beyond_g = std::max<int64_t>(0, told.served_g - own->earlier_served_g - pool_g);
    const int64_t beyond = std::min(since - of_pool, beyond_g / own->serving_g);
    pool.schools[school_id] = {pool_g, of_pool};
    general_.schools[school_id] = {told.served_g - pool_g, earlier + beyond};
  }

  const LotStatement& lot_;
  const std::map<std::string, ServedStatement>& served_;
  int64_t weight_g_ = 0;    // T
  int64_t returned_g_ = 0;  // R
  int64_t found_g_ = 0;     // e
  int64_t lost_g_ = 0;      // n
  int64_t set_aside_g_ = 0;
  PoolShare general_;
  std::vector<PoolShare> pools_;  // as in the statement
};

}  // namespace

absl::StatusOr<PoolShare> ShareOfPool(const LotStatement& lot,
                                      const std::map<std::string, ServedStatement>& served,
                                      const std::string& school_id) {
  Splitter splitter(lot, served);
  RETURN_IF_ERROR(splitter.Split());
  if (school_id.empty()) return splitter.TakeGeneral();
  for (size_t place = 0; place < lot.pools.size(); ++place) {
    if (lot.pools[place].school_id == school_id) return splitter.TakePool(place);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("no statement of lot ", lot.lot_id, " tells of milk set aside for the gift"));
}

int64_t MulDiv(int64_t a, int64_t b, int64_t c) {
  const absl::uint128 product = absl::uint128(static_cast<uint64_t>(a)) * static_cast<uint64_t>(b);
  return static_cast<int64_t>(product / static_cast<uint64_t>(c));
}

}  // namespace milkway::proof
