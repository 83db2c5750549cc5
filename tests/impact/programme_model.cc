#include "tests/impact/programme_model.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "tests/impact/impact_model.h"

namespace milkway::impact {

namespace {

int64_t Floor(int64_t a, int64_t b, int64_t c) {
  if (c == 0) return 0;
  return static_cast<int64_t>(
      DivideDown(static_cast<Wide>(a) * static_cast<Wide>(b), static_cast<Wide>(c)));
}

// Hands out `total` one by one, each to whom it is most due: the largest remainder by
// definition. The first of those to whom it is due equally.
std::map<std::string, int64_t> HandOut(int64_t total,
                                       const std::map<std::string, int64_t>& weights) {
  int64_t sum = 0;
  for (const auto& [name, weight] : weights) sum += weight;
  std::map<std::string, int64_t> shares;
  int64_t left = total;
  for (const auto& [name, weight] : weights) {
    shares[name] = Floor(total, weight, sum);
    left -= shares[name];
  }
  std::map<std::string, bool> has_more;
  for (; left > 0; --left) {
    std::string most;
    int64_t most_due = -1;
    for (const auto& [name, weight] : weights) {
      const int64_t due = total * weight - Floor(total, weight, sum) * sum;
      if (!has_more[name] && due > most_due) {
        most = name;
        most_due = due;
      }
    }
    has_more[most] = true;
    ++shares[most];
  }
  return shares;
}

int64_t SumOf(const std::map<std::string, int64_t>& numbers) {
  int64_t sum = 0;
  for (const auto& [name, number] : numbers) sum += number;
  return sum;
}

int64_t CountOf(size_t gift, const ProgrammeModel::Owners& owners, int64_t first) {
  return std::count(owners.begin(), owners.begin() + first, gift);
}

}  // namespace

int64_t ProgrammeModel::InBase(size_t gift, int64_t minor) const {
  Wide divisor = 1;
  for (int digit = 0; digit < gifts[gift].rate_scale; ++digit) divisor *= 10;
  return static_cast<int64_t>(DivideHalfToEven(
      static_cast<Wide>(minor) * static_cast<Wide>(gifts[gift].rate_units), divisor));
}

int64_t ProgrammeModel::Spent(size_t gift) const {
  int64_t minor = 0;
  for (const auto& [what, spent] : gifts[gift].spent) minor += spent;
  return minor;
}

int64_t ProgrammeModel::SpentAs(size_t gift, char wanted) const {
  int64_t minor = 0;
  for (const auto& [what, spent] : gifts[gift].spent) minor += what == wanted ? spent : 0;
  return minor;
}

int64_t ProgrammeModel::WorthAs(size_t gift, char wanted) const {
  int64_t before = 0;
  int64_t worth = 0;
  for (const auto& [what, spent] : gifts[gift].spent) {
    if (what == wanted) worth += InBase(gift, before + spent) - InBase(gift, before);
    before += spent;
  }
  return worth;
}

int64_t ProgrammeModel::FreeG(size_t lot) const {
  int64_t grams = lots[lot].weight_g - static_cast<int64_t>(lots[lot].owners.size());
  for (const auto& [school, pool] : lots[lot].pools) grams -= pool.set_aside_g;
  return grams;
}

std::map<std::string, int64_t> ProgrammeModel::CostOfPools(const Lot& lot) const {
  std::map<std::string, int64_t> weights = {{"", lot.weight_g}};
  for (const auto& [school, pool] : lot.pools) {
    weights[school] = pool.set_aside_g;
    weights[""] -= pool.set_aside_g;
  }
  return HandOut(lot.cost_minor, weights);
}

int64_t ProgrammeModel::StillCosts(size_t gift, size_t lot_index) const {
  const Lot& lot = lots[lot_index];
  const std::string& school = gifts[gift].school;
  const auto pool = lot.pools.find(school);
  if (!school.empty() && pool == lot.pools.end()) return -1;
  const int64_t paid = school.empty() ? lot.general_paid_minor : pool->second.paid_minor;
  const int64_t of_pool = CostOfPools(lot).at(school) - paid;
  const int64_t of_lot = lot.cost_minor - static_cast<int64_t>(lot.cents.size());
  return std::max(int64_t{0}, std::min(of_pool, of_lot));
}

std::string ProgrammeModel::Allocate(size_t gift, size_t lot_index, int64_t minor) {
  if (minor > LeftMinor(gift)) return "GIFT_OVERSPENT";
  Lot& lot = lots[lot_index];
  const int64_t before = Spent(gift);
  const int64_t worth = InBase(gift, before + minor) - InBase(gift, before);
  const int64_t still_costs = StillCosts(gift, lot_index);
  if (still_costs < 0) return "POOL_MISSING";
  if (worth > still_costs) return "LOT_OVERPAID";
  const std::string& school = gifts[gift].school;
  int64_t free_g = FreeG(lot_index);
  Owners* owners = &lot.owners;
  int64_t* paid = &lot.general_paid_minor;
  if (!school.empty()) {
    Pool& pool = lot.pools.at(school);
    owners = &pool.owners;
    paid = &pool.paid_minor;
    free_g = pool.set_aside_g - static_cast<int64_t>(pool.owners.size());
  }
  const int64_t grams = worth == 0 ? 0 : Floor(free_g, worth, still_costs);
  owners->insert(owners->end(), static_cast<size_t>(grams), gift);
  lot.cents.insert(lot.cents.end(), static_cast<size_t>(worth), gift);
  *paid += worth;
  gifts[gift].spent.emplace_back('A', minor);
  return "";
}

std::string ProgrammeModel::Deduct(size_t gift, char what, int64_t minor) {
  if (minor > LeftMinor(gift)) return "GIFT_OVERSPENT";
  gifts[gift].spent.emplace_back(what, minor);
  return "";
}

std::string ProgrammeModel::Bring(size_t gift, size_t lot, int64_t grams) {
  if (grams > FreeG(lot)) return "LOT_GRAMS_TAKEN";
  Owners& owners = lots[lot].owners;
  owners.insert(owners.end(), static_cast<size_t>(grams), gift);
  return "";
}

std::string ProgrammeModel::SetAside(size_t lot_index, const std::string& school, int64_t grams) {
  if (grams > FreeG(lot_index)) return "LOT_GRAMS_TAKEN";
  Lot& lot = lots[lot_index];
  const auto cups = lot.cups.find(school);
  const bool has_drunk = cups != lot.cups.end() && !cups->second.empty();
  std::pair<int64_t, int64_t> of_pool = {0, 0};
  if (has_drunk && lot.pools.count(school) > 0) {
    of_pool = DrunkOf(lot, SplitOf(lot), school, school);
    if (of_pool.first > 0 && !lot.pools[school].owners.empty()) return "POOL_IN_USE";
  }
  if (!lot.owners.empty() && has_drunk) {
    // Somebody was told of what the school drank: it is not taken from them.
    lot.pools[school].earlier_g = Grams(cups->second) - of_pool.first;
    lot.pools[school].earlier_cups = static_cast<int64_t>(cups->second.size()) - of_pool.second;
  }
  lot.pools[school].set_aside_g += grams;
  return "";
}

int64_t ProgrammeModel::Grams(const std::vector<int64_t>& cups) {
  return std::accumulate(cups.begin(), cups.end(), int64_t{0});
}

int64_t ProgrammeModel::ServedG(size_t lot) const {
  int64_t grams = 0;
  for (const auto& [school, cups] : lots[lot].cups) grams += Grams(cups);
  return grams;
}

// Takes the grams that went back off what is free, and then off the ends of the lists.
void ProgrammeModel::CountReturned(const Lot& lot, Split* split) const {
  std::map<std::string, int64_t> free_g;
  std::map<std::string, int64_t> bought_g;
  split->kept_g[""] = static_cast<int64_t>(lot.owners.size());
  int64_t general_free_g =
      lot.weight_g + std::max(int64_t{0}, lot.found_g - lot.lost_g) - split->kept_g[""];
  for (const auto& [school, pool] : lot.pools) {
    general_free_g -= pool.set_aside_g;
    bought_g[school] = static_cast<int64_t>(pool.owners.size());
    free_g[school] = pool.set_aside_g - bought_g[school];
    split->kept_g[school] = bought_g[school];
    split->weight_g[school] = pool.set_aside_g;
  }
  int64_t left = lot.returned_g;
  left -= std::min(left, general_free_g);
  const int64_t of_free_pools = std::min(left, SumOf(free_g));
  for (const auto& [school, grams] : HandOut(of_free_pools, free_g)) {
    split->weight_g[school] -= grams;
  }
  left -= of_free_pools;
  while (left > 0 && split->kept_g[""] > 0) {
    --split->kept_g[""];
    --left;
  }
  for (const auto& [school, grams] : HandOut(left, bought_g)) {
    split->weight_g[school] -= grams;
    split->kept_g[school] -= grams;
  }
}

ProgrammeModel::Split ProgrammeModel::SplitOf(const Lot& lot) const {
  Split split;
  CountReturned(lot, &split);
  const int64_t lost = std::max(int64_t{0}, lot.lost_g - lot.found_g);
  split.lost_g[""] = lost;
  split.weight_g[""] =
      lot.weight_g + std::max(int64_t{0}, lot.found_g - lot.lost_g) - lot.returned_g;
  for (const auto& [school, pool] : lot.pools) {
    int64_t& lost_of_pool = split.lost_g[school];
    // The most that is not above the pool's part by weight.
    while ((lost_of_pool + 1) * lot.weight_g <= lost * pool.set_aside_g &&
           lost_of_pool < split.weight_g[school]) {
      ++lost_of_pool;
    }
    const auto cups = lot.cups.find(school);
    const int64_t served = cups == lot.cups.end() ? 0 : Grams(cups->second);
    split.drunk_g[school] = std::min(std::max(int64_t{0}, served - pool.earlier_g),
                                     split.weight_g[school] - lost_of_pool);
    split.lost_g[""] -= lost_of_pool;
    split.weight_g[""] -= lost_of_pool + split.drunk_g[school];
  }
  return split;
}

std::pair<int64_t, int64_t> ProgrammeModel::DrunkOf(const Lot& lot, const Split& split,
                                                    const std::string& pool,
                                                    const std::string& school) const {
  const std::vector<int64_t>& cups = lot.cups.at(school);
  const int64_t count = static_cast<int64_t>(cups.size());
  const auto own = lot.pools.find(school);
  if (own == lot.pools.end()) {
    return pool.empty() ? std::pair(Grams(cups), count) : std::pair(int64_t{0}, int64_t{0});
  }
  if (!pool.empty() && pool != school) return {0, 0};
  const int64_t drunk = split.drunk_g.at(school);
  const int64_t earlier = std::min(count, own->second.earlier_cups);
  const int64_t of_pool = std::min(count - earlier, drunk / kCupG);
  if (!pool.empty()) return {drunk, of_pool};
  const int64_t beyond = std::max(int64_t{0}, Grams(cups) - own->second.earlier_g - drunk);
  return {Grams(cups) - drunk, earlier + std::min(count - earlier - of_pool, beyond / kCupG)};
}

ProgrammeModel::Share ProgrammeModel::ShareOf(size_t gift, size_t lot_index) const {
  const Lot& lot = lots[lot_index];
  const std::string& pool = gifts[gift].school;
  Share share;
  for (size_t cent = 0; cent < lot.cents.size(); ++cent) {
    const bool is_owed = lot.cents[cent] == gift && static_cast<int64_t>(cent) >= lot.cost_minor;
    if (is_owed) ++share.refund_due_minor;
  }
  if (!pool.empty() && lot.pools.count(pool) == 0) return share;
  const Owners& owners = pool.empty() ? lot.owners : lot.pools.at(pool).owners;
  const Split split = SplitOf(lot);
  share.funded_g = CountOf(gift, owners, static_cast<int64_t>(owners.size()));
  const int64_t kept = CountOf(gift, owners, split.kept_g.at(pool));
  share.returned_g = share.funded_g - kept;
  share.lost_g = Floor(split.lost_g.at(pool), kept, split.weight_g.at(pool));
  for (const auto& [school, cups] : lot.cups) {
    if (cups.empty() || (!pool.empty() && pool != school)) continue;
    const auto [grams, count] = DrunkOf(lot, split, pool, school);
    auto& [served, servings] = share.schools[school];
    served = Floor(grams, kept, split.weight_g.at(pool));
    servings = served == 0 ? 0 : Floor(count, kept, split.weight_g.at(pool));
    share.served_g += served;
    share.servings += servings;
  }
  return share;
}

}  // namespace milkway::impact
