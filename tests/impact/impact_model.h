// A model of gifts that is slow, short and easy to believe.
//
// It keeps what happened and nothing that could be worked out from it. Every figure
// is added up from the lists each time it is asked for, by the definitions, with
// fractions of 128-bit numbers and a long division of its own.

#ifndef MILKWAY_TESTS_IMPACT_IMPACT_MODEL_H_
#define MILKWAY_TESTS_IMPACT_IMPACT_MODEL_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "services/impact/attribution.h"
#include "services/runtime/money.h"

namespace milkway::impact {

using Wide = unsigned __int128;

// floor(dividend / divisor), bit by bit.
Wide DivideDown(Wide dividend, Wide divisor);
// The nearest whole number; of two as near, the even one.
Wide DivideHalfToEven(Wide dividend, Wide divisor);

class ImpactModel {
 public:
  struct Gift {
    Money amount;
    Decimal rate;  // to AUD
  };
  // Why it is refused, or what it is worth and buys.
  struct Verdict {
    std::string refusal;
    int64_t worth_minor = 0;
    int64_t bought_g = 0;
  };
  struct Allocation {
    size_t gift = 0;
    size_t lot = 0;
    int64_t minor = 0;
    int64_t worth_minor = 0;
    int64_t bought_g = 0;
  };
  // A class record: each child got the same.
  struct Served {
    size_t lot = 0;
    std::string school;
    std::set<int> children;
    int64_t serving_g = 0;
    bool stands = true;  // until it is corrected away
  };
  struct Lot {
    int64_t weight_g = 0;
    int64_t cost_minor = 0;
    Label label;
    // What its accounts hold; found is what it gave.
    int64_t usable_g = 0;
    int64_t in_transit_g = 0;
    int64_t returned_g = 0;
    int64_t damaged_g = 0;
    int64_t lost_g = 0;
    int64_t destroyed_g = 0;
    int64_t found_g = 0;
  };

  // What `minor` of a gift is worth in cents; more than an int64 where it is too much.
  Wide InBase(const Gift& gift, int64_t minor) const;
  int64_t AllocatedMinor(size_t gift) const;
  int64_t AllocatedWorth(size_t gift) const;
  int64_t PaidMinor(size_t lot) const;
  int64_t BoughtG(size_t lot) const;

  // Judges the allocation, and keeps it if it is not refused.
  Verdict Allocate(size_t gift, size_t lot, int64_t minor);

  int64_t ServedG(size_t lot, const std::string& school) const;
  int64_t Servings(size_t lot, const std::string& school) const;
  std::set<std::string> SchoolsOf(size_t lot) const;

  // A gift's part of a lot, in grams.
  int64_t FundedG(size_t gift, size_t lot) const;
  int64_t ShareOf(size_t gift, size_t lot, int64_t amount) const;
  int64_t NetLostG(size_t lot) const;
  // Where the gift has a share of 1 g or more of what was served.
  bool HasShare(size_t gift, size_t lot, const std::string& school) const;
  int64_t ChildrenOf(size_t gift) const;

  std::vector<Gift> gifts;
  std::vector<Lot> lots;
  std::vector<Allocation> allocations;
  std::vector<Served> served;

 private:
  int64_t SharedWeightG(size_t lot) const;
};

}  // namespace milkway::impact

#endif  // MILKWAY_TESTS_IMPACT_IMPACT_MODEL_H_
