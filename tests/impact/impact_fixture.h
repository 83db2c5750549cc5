// A store with a few gifts, for tests of impact's use cases.

#ifndef MILKWAY_TESTS_IMPACT_IMPACT_FIXTURE_H_
#define MILKWAY_TESTS_IMPACT_IMPACT_FIXTURE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/impact/allocations.h"
#include "services/impact/deductions.h"
#include "services/impact/gifts.h"
#include "services/impact/set_asides.h"
#include "tests/support/refusal_matchers.h"
#include "tests/support/stores.h"

namespace milkway::impact {

inline constexpr int64_t kNowUs = 1'740'000'000'000'000;

LocalDate Date(const std::string& text);

// A rate to AUD.
Conversion ToAud(const std::string& rate);

// A lot of purchase "P-1", with a label, that costs so many cents.
LotFacts Lot(int64_t weight_g, int64_t cost_cents);

// What is known of a lot of which schools drank, before milk is set aside for one that
// drank so many servings.
SetAsideFacts FactsOf(LotId lot, const LotFacts& facts, const std::vector<Served>& schools = {},
                      int64_t servings = 0);

class ImpactTest : public ::testing::Test {
 protected:
  const storage::Reader& reader() {
    snapshot_ = store_->NewSnapshot();
    return *snapshot_;
  }

  template <typename Body>
  auto Transact(Body body) {
    decltype(body(std::declval<storage::Transaction&>())) result =
        absl::UnknownError("the body did not run");
    const absl::Status status =
        store_->TransactAndWait([&](storage::Transaction& transaction) -> absl::Status {
          result = body(transaction);
          return testing::StatusOf(result);
        });
    if (testing::StatusOf(result).ok() && !status.ok()) result = status;
    return result;
  }

  // Records a gift of donor "D-1", received on 2025-02-03.
  absl::StatusOr<rec::GiftRecord> Give(const std::string& gift_id, const Money& amount,
                                       const std::string& rate_to_aud = "1");

  // Allocates on 2025-02-04, in the currency of the gift if it is there, else AUD.
  absl::StatusOr<rec::AllocationRecord> Spend(const std::string& allocation_id,
                                              const std::string& gift_id, int64_t minor, LotId lot,
                                              const LotFacts& facts);

  Gift GiftOf(const std::string& gift_id, const Money& amount);
  absl::StatusOr<rec::GiftRecord> Record(const Gift& gift,
                                         const std::optional<Conversion>& conversion,
                                         const std::optional<LotFacts>& lot = std::nullopt);
  // A gift for one school, and one of milk; both of donor "D-1", received on 2025-02-03.
  absl::StatusOr<rec::GiftRecord> GiveToSchool(const std::string& gift_id,
                                               const std::string& school_id, int64_t cents);
  absl::StatusOr<rec::GiftRecord> GiveInKind(const std::string& gift_id, LotId lot, int64_t grams,
                                             const LotFacts& facts);
  absl::StatusOr<rec::SetAsideRecord> PutAside(const std::string& id, LotId lot,
                                               const std::string& school_id, int64_t grams,
                                               const SetAsideFacts& facts);
  absl::StatusOr<rec::DeductionRecord> Charge(const std::string& fee_id, const std::string& gift_id,
                                              const Money& amount);
  absl::StatusOr<rec::DeductionRecord> Refund(const std::string& refund_id,
                                              const std::string& gift_id, const Money& amount);
  absl::StatusOr<rec::AllocationRecord> Allocate(const Allocation& allocation,
                                                 const std::optional<LotFacts>& facts);

  testing::MemoryStore store_;

 private:
  std::shared_ptr<const storage::Snapshot> snapshot_;
};

}  // namespace milkway::impact

#endif  // MILKWAY_TESTS_IMPACT_IMPACT_FIXTURE_H_
