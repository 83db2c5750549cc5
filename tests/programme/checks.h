// What the services show against the story, and against what can be recomputed from the
// postings.

#ifndef MILKWAY_TESTS_PROGRAMME_CHECKS_H_
#define MILKWAY_TESTS_PROGRAMME_CHECKS_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "milkway/impact/v1/gifts.pb.h"
#include "milkway/trace/v1/recalls.pb.h"
#include "tests/programme/books.h"
#include "tests/programme/running_system.h"
#include "tests/programme/story.h"

namespace milkway::programme {

class Checks {
 public:
  Checks(RunningSystem* system, const Story* story, Books* books)
      : system_(*system), story_(*story), books_(*books) {}

  // What was posted since the last time: no account below zero at any moment, and each
  // posting told of by one answer.
  void AfterBurst();
  // Everything that costs little.
  void Sums();
  // Everything.
  void All();

 private:
  using Balances = std::map<AccountId, int64_t>;
  using ServedAt = std::map<LotPlace, Served>;

  // check_books.cc
  void CheckClaims();
  void CheckClaim(const inv::Posting& posting);
  void CheckAccounts();
  Balances ExpectedBalances(const ServedAt& served) const;
  void AddShipments(Balances* balances, std::map<LotPlace, int64_t>* held_g,
                    std::map<LotPlace, int64_t>* over_g) const;
  void CheckHeld(const std::map<LotPlace, int64_t>& held_g) const;
  void CheckOver(const std::map<LotPlace, int64_t>& over_g) const;
  void CheckQuarantined() const;
  void CheckCounts() const;
  void CheckRecalledStock() const;
  void CompareWithLedger();
  void VerifyBooks();

  // check_purchases.cc
  void CheckPurchases();
  void CheckOpenPacks();

  // check_shipments.cc
  void CheckShipments();
  void CheckShipmentStories();

  // check_schools.cc
  void CheckServings(const ServedAt& served);
  void CheckServedDays();
  void CheckClassDays();
  void CheckRecords();
  void CheckRosters();

  // check_gifts.cc
  void CheckGifts(const ServedAt& served);
  struct Shares {
    int64_t served_g = 0;
    int64_t servings = 0;
  };
  void CheckGift(const std::string& gift_id, const Gift& gift, const ServedAt& served,
                 std::map<LotPlace, Shares>* sums, std::map<int64_t, int64_t>* returned_g);
  // Of a lot: lost' and T' of the attribution.
  struct Part {
    int64_t lost_g = 0;
    int64_t weight_g = 0;
    int64_t returned_g = 0;  // of what gifts had bought
    int64_t Of(int64_t amount, int64_t kept_g) const;
  };
  Part PartOf(int64_t lot) const;

  // check_recalls.cc
  void CheckRecallLists(const ServedAt& served);
  void CheckPlace(const Recall& recall, const trace::v1::RecallPlace& place,
                  const ServedAt& served) const;
  void CheckRecallClassDays(const std::string& recall_id, const Recall& recall);

  RunningSystem& system_;
  const Story& story_;
  Books& books_;
  int64_t claims_checked_ = 0;
};

}  // namespace milkway::programme

#endif  // MILKWAY_TESTS_PROGRAMME_CHECKS_H_
