// A model of small programmes that is slow and easy to believe: every gram and every
// cent is a thing of its own that remembers whose it is.
//
// It shares no arithmetic with the program: whole numbers are divided bit by bit
// (impact_model.h), what went back is counted off the end of a list of grams, and what is
// owed off the end of a list of cents.

#ifndef MILKWAY_TESTS_IMPACT_PROGRAMME_MODEL_H_
#define MILKWAY_TESTS_IMPACT_PROGRAMME_MODEL_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace milkway::impact {

class ProgrammeModel {
 public:
  struct Gift {
    int64_t amount_minor = 0;
    int64_t rate_units = 1;  // 1 unit of it is units / 10^scale of the base currency
    int rate_scale = 0;
    std::string school;  // whom it is for
    // What was spent, in order: 'A'llocated, 'F'ees, 'R'efunded.
    std::vector<std::pair<char, int64_t>> spent;
  };
  // Grams of a pool that are bought: for each the gift.
  using Owners = std::vector<size_t>;
  struct Pool {
    int64_t set_aside_g = 0;
    int64_t paid_minor = 0;
    Owners owners;
    int64_t earlier_g = 0;
    int64_t earlier_cups = 0;
  };
  struct Lot {
    int64_t weight_g = 0;
    int64_t cost_minor = 0;
    Owners owners;  // of the general pool
    int64_t general_paid_minor = 0;
    std::map<std::string, Pool> pools;
    Owners cents;  // of the whole lot, as they were paid
    // What happened to it.
    int64_t usable_g = 0;
    int64_t lost_g = 0;
    int64_t found_g = 0;
    int64_t returned_g = 0;
    std::map<std::string, std::vector<int64_t>> cups;  // by school: the grams of each
  };
  // What a gift has of a lot.
  struct Share {
    int64_t funded_g = 0;
    int64_t served_g = 0;
    int64_t servings = 0;
    int64_t lost_g = 0;
    int64_t returned_g = 0;
    int64_t refund_due_minor = 0;
    std::map<std::string, std::pair<int64_t, int64_t>> schools;  // grams and cups
  };

  static constexpr int64_t kCupG = 3;  // on the label

  int64_t InBase(size_t gift, int64_t minor) const;
  int64_t Spent(size_t gift) const;
  int64_t SpentAs(size_t gift, char what) const;
  // What all that was spent as `what` was worth, one after another.
  int64_t WorthAs(size_t gift, char what) const;
  int64_t LeftMinor(size_t gift) const { return gifts[gift].amount_minor - Spent(gift); }

  int64_t FreeG(size_t lot) const;
  // What the gift's pool of the lot still costs; below 0 if it has none.
  int64_t StillCosts(size_t gift, size_t lot) const;

  // Each judges, and keeps what it does not refuse; the name of the refusal, or empty.
  std::string Allocate(size_t gift, size_t lot, int64_t minor);
  std::string Deduct(size_t gift, char what, int64_t minor);
  std::string SetAside(size_t lot, const std::string& school, int64_t grams);
  std::string Bring(size_t gift, size_t lot, int64_t grams);

  static int64_t Grams(const std::vector<int64_t>& cups);
  int64_t ServedG(size_t lot) const;
  Share ShareOf(size_t gift, size_t lot) const;

  std::vector<Gift> gifts;
  std::vector<Lot> lots;

 private:
  // The books of a lot, split over its pools; "" is the general one.
  struct Split {
    std::map<std::string, int64_t> kept_g;
    std::map<std::string, int64_t> weight_g;
    std::map<std::string, int64_t> lost_g;
    std::map<std::string, int64_t> drunk_g;  // of the pool of a school, by that school
  };
  Split SplitOf(const Lot& lot) const;
  void CountReturned(const Lot& lot, Split* split) const;
  // Grams and cups of a pool at a school.
  std::pair<int64_t, int64_t> DrunkOf(const Lot& lot, const Split& split, const std::string& pool,
                                      const std::string& school) const;
  std::map<std::string, int64_t> CostOfPools(const Lot& lot) const;
};

}  // namespace milkway::impact

#endif  // MILKWAY_TESTS_IMPACT_PROGRAMME_MODEL_H_
