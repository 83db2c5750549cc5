// Gifts on the real services, published and proven: words for tests of statements.

#ifndef MILKWAY_TESTS_IMPACT_STATEMENTS_WORLD_H_
#define MILKWAY_TESTS_IMPACT_STATEMENTS_WORLD_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/log_proofs.h"
#include "clients/verify/proof_file.h"
#include "milkway/impact/v1/gifts.grpc.pb.h"
#include "milkway/impact/v1/pools.grpc.pb.h"
#include "milkway/impact/v1/statements.grpc.pb.h"
#include "tests/trace/programme.h"

namespace milkway::impact {

// Money is in cents of AUD.
class StatementsWorld {
 public:
  trace::Programme& programme() { return programme_; }

  absl::Status GiveMoney(const std::string& gift_id, int64_t minor,
                         const std::string& school_id = "");
  absl::Status GiveMilk(const std::string& gift_id, int64_t lot, int64_t grams);
  absl::Status Allocate(const std::string& gift_id, int64_t lot, int64_t minor);
  absl::Status SetAside(int64_t lot, const std::string& school_id, int64_t grams);
  absl::Status ChargeFee(const std::string& gift_id, int64_t minor);
  absl::Status Refund(const std::string& gift_id, int64_t minor);
  // To who sold it, from where it lies.
  absl::Status SendBack(int64_t lot, const std::string& place, int64_t grams, int day);
  // A cost, or a credit note, of the purchase that the lot came with.
  absl::Status AddCost(int64_t lot, inventory::v1::CostKind kind, int64_t minor);

  absl::StatusOr<v1::Publication> Publish(std::string request_id = "");
  void AWeekPasses();

  // As the gift's donor.
  v1::GiftStatement Statement(const std::string& gift_id, int64_t publication = 0);
  proof::ProofFile Proof(const std::string& gift_id);
  // As staff.
  v1::GiftImpact Live(const std::string& gift_id);
  cli::Audit Audit();

 private:
  std::string NextId(const char* prefix);

  trace::Programme programme_;
  int last_id_ = 0;
};

}  // namespace milkway::impact

#endif  // MILKWAY_TESTS_IMPACT_STATEMENTS_WORLD_H_
