// The pools of a lot: the grams that are set aside for one school, a pool for each, and
// the general pool, which is all the rest. Pure.
//
// A gift buys from one pool only. What is worked out here is the part of the lot's
// books that each pool has: what it costs, what was drunk of it, lost and returned.
// The letters are those of attribution.h; with an index p they are of one school's pool,
// with 0 of the general pool.

#ifndef MILKWAY_SERVICES_IMPACT_POOLS_H_
#define MILKWAY_SERVICES_IMPACT_POOLS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/impact/attribution.h"

namespace milkway::impact {

inline constexpr int64_t kPoolsOfLotMax = 100;

// A school's pool as it is kept.
struct Pool {
  std::string school_id;
  int64_t set_aside_g = 0;  // S
  int64_t paid_minor = 0;
  int64_t bought_g = 0;  // G
  // What the school had drunk that is not of this pool (B), and its cups.
  int64_t earlier_served_g = 0;
  int64_t earlier_servings = 0;
  int64_t serving_g = 1;  // of a usual cup, 1 or more
};

// All pools of a lot. The general pool is what the sums leave over.
struct LotPools {
  int64_t paid_minor = 0;     // A, of all pools
  int64_t bought_g = 0;       // G, of all pools
  std::vector<Pool> schools;  // in order of the school, each once
};

// The place of a school's pool, if it has one.
std::optional<size_t> FindPool(const LotPools& pools, const std::string& school_id);

int64_t SetAsideG(const LotPools& pools);
int64_t GeneralBoughtG(const LotPools& pools);

// Grams of a lot of `weight_g` that are neither bought nor set aside.
int64_t FreeG(const LotPools& pools, int64_t weight_g);

// The pool as money can be spent on it: place `pool`, or the general one.
//
// L is the pool's share by weight of `cost_minor`, the lot's landed cost now (largest
// remainder, the general pool first, then in order of the school), so that the shares
// add up to it. As the grams of a pool may have been paid for when they had another
// price, A is raised where the pool still costs more than the lot does: all pools
// together are never paid more than the lot costs.
LotForSale ForSale(const LotPools& pools, std::optional<size_t> pool, int64_t weight_g,
                   int64_t cost_minor);

// What a school drank of a lot.
struct Served {
  std::string school_id;
  int64_t served_g = 0;  // C, 1 or more
};

// The books of a lot, split over its pools.
//
// Let n = lost′ and e = the net found grams of the lot, R what went back to the supplier,
// T the weight, S_p what is set aside, T_0 = T − Σ S_p, and G_p, G_0 what is bought.
//
// R is split into R_0 and R_p: first over what nobody has bought, of the general pool
// (T_0 + e − G_0) and then of the others by weight (S_p − G_p); then over what is bought,
// of the general pool and then of the others by weight. Within a pool what was bought
// last goes back first: `kept` is G less what of it went back. So
//   (1) kept_p ≤ S_p − R_p and kept_0 ≤ T_0 + e − R_0.
// For a school's pool with W_p = S_p − R_p (its T′):
//   n_p = min(floor(n · S_p / T), W_p)
//   C_p = min(max(0, C of the school − B_p), W_p − n_p)
// and for the general pool
//   n_0 = n − Σ n_p,  C_0 of a school = C − C_p (C where it has no pool),
//   W_0 = T + e − R − Σ (C_p + n_p).
// A gift that kept g of a pool gets floor(C · g / W) at each school and loses
// floor(n · g / W).
//
// Why this never overstates. Conservation says Σ C + n + R ≤ T + e. Therefore
//   C_p + n_p ≤ W_p by definition, and
//   Σ C_0 + n_0 = Σ C + n − Σ (C_p + n_p) ≤ T + e − R − Σ (C_p + n_p) = W_0,
// so that in each pool Σ floor(C · g / W) + floor(n · g / W) ≤ g: what remains of g is
// never negative, and served + lost + returned + remaining = funded. As
// W_0 ≥ T + e − R − Σ W_p = T_0 + e − R_0, (1) says that the gifts of a pool keep at most
// W together, so they get at most C of a school's grams in it; and C_p + C_0 = C.
//
// Why nothing falls while only servings are added: then n, e, R, B and with them W_p,
// n_p and kept stand still. C_p grows with C, and so does C − C_p; Σ C_p grows, so that
// W_0 gets smaller and every share of the general pool larger.
//
// W_0 counts milk that is set aside and not drunk yet. With T_0 instead, the milk of a
// school's pool that others drank would make more of the general pool than it is; and
// capping that would have to take from one school what it gives to another.
class LotSplit {
 public:
  LotSplit() = default;
  // `books` add up (AddsUp), `schools` are those of the books, in order. A T below what
  // is set aside and bought is a lot that shrank: the difference counts as returned.
  LotSplit(const LotBooks& books, const LotPools& pools, const std::vector<Served>& schools);

  // A gift's part of a pool, of which it kept so many grams.
  LotPart PartOf(std::optional<size_t> pool, int64_t kept_g) const;
  // What gifts keep of a pool.
  int64_t KeptG(std::optional<size_t> pool) const { return At(pool).kept_g; }

  // C of a pool at a school (a place in `schools`).
  int64_t ServedG(std::optional<size_t> pool, size_t school) const;

  // The cups of that, of all `servings` of the lot at the school.
  //
  // Where the school has no pool, all are the general pool's. Else, with z the grams of
  // a usual cup and v the cups since milk was set aside:
  //   of the school's pool  v_p = min(v, floor(C_p / z))
  //   of the general pool   the earlier ones + min(v − v_p, floor((C − B − C_p) / z)).
  // Together at most the servings. v_p grows with v and C_p; and it only grows until C_p
  // is all that the pool had, before which the second is nothing, so that the second
  // never falls either. (A split by the average cup would fall when larger cups come.)
  int64_t Servings(std::optional<size_t> pool, size_t school, int64_t servings) const;

 private:
  struct Part {
    int64_t weight_g = 0;  // W
    int64_t lost_g = 0;    // n
    int64_t kept_g = 0;
    // Of a school's pool.
    int64_t earlier_served_g = 0;
    int64_t earlier_servings = 0;
    int64_t serving_g = 1;
  };
  struct AtSchool {
    int64_t served_g = 0;        // C
    std::optional<size_t> pool;  // the school's own
    int64_t pool_served_g = 0;   // C_p
  };

  void SplitReturned(const LotPools& pools, int64_t returned_g, int64_t free_g);
  const Part& At(std::optional<size_t> pool) const {
    return pool.has_value() ? parts_[*pool] : general_;
  }

  Part general_;
  std::vector<Part> parts_;  // in order of the pools
  std::vector<AtSchool> schools_;
};

// Grams of a pool, and cents of the lot's cost, that a gift bought one after another.
struct BoughtRun {
  int64_t earlier_bought_g = 0;    // of the pool
  int64_t bought_g = 0;            // g
  int64_t earlier_paid_minor = 0;  // for the lot
  int64_t paid_minor = 0;          // a
};

// Adds a run to those of a gift, as a part of the last one where it follows on it.
void AddRun(const BoughtRun& run, std::vector<BoughtRun>* runs);

// What of the runs lies within the first `kept_g` grams of the pool: what was bought last
// goes back first, so that what earlier gifts were told stands.
int64_t KeptOf(const std::vector<BoughtRun>& runs, int64_t kept_g);

// What of the runs was paid beyond `cost_minor`, the lot's landed cost now. Over all
// gifts it is A − L, where that is above 0.
int64_t RefundDue(const std::vector<BoughtRun>& runs, int64_t cost_minor);

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_POOLS_H_
