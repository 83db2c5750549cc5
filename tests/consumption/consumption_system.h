// Inventory and consumption running, with two schools and their children, as their
// callers see them.

#ifndef MILKWAY_TESTS_CONSUMPTION_CONSUMPTION_SYSTEM_H_
#define MILKWAY_TESTS_CONSUMPTION_CONSUMPTION_SYSTEM_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "clients/cpp/unary_call.h"
#include "milkway/consumption/v1/consents.grpc.pb.h"
#include "milkway/consumption/v1/distributions.grpc.pb.h"
#include "milkway/consumption/v1/schools.grpc.pb.h"
#include "milkway/inventory/v1/catalog.grpc.pb.h"
#include "milkway/inventory/v1/purchases.grpc.pb.h"
#include "milkway/inventory/v1/stock.grpc.pb.h"
#include "tests/consumption/consumption_messages.h"
#include "tests/support/in_process_system.h"

namespace milkway::consumption {

namespace inv = inventory::v1;

// Calls are made as the administration unless a test says otherwise; each is a new
// request unless a request id is given. Thread-safe; calls fail while the system is
// stopped.
class ConsumptionSystem {
 public:
  using Stores = testing::InProcessSystem::Stores;

  using Keys = testing::InProcessSystem::Keys;

  explicit ConsumptionSystem(Stores stores = Stores::kOneForAll, Keys keys = Keys::kNone);

  testing::InProcessSystem& system() { return system_; }
  // Stops and starts again, with a power cut to come. False if the power went before
  // all was up.
  bool Restart(const testing::PowerCut& cut = {});
  // Ends what is under way. Calls fail until Restart.
  void Stop();
  std::string NextRequestId();

  // A lot of `packs` of 1000 g at a school from 2025-06-01 on.
  int64_t Buy(int64_t packs, const std::string& expires_on = "2026-06-01",
              const std::string& school_id = kSchool);
  // Makes a location of kind school, and the school known.
  void MakeSchool(const std::string& school_id);
  absl::StatusOr<v1::EnrolStudentsResponse> Enrol(const std::string& school_id,
                                                  const std::vector<v1::Student>& students);
  // The mothers of these children agreed to `purpose` on paper, on 2025-05-01.
  void Consent(v1::ConsentPurpose purpose, const std::vector<int32_t>& students,
               const std::string& school_id = kSchool);
  // Usable grams of a lot at the school become quarantined.
  void Quarantine(int64_t lot, int64_t quantity_g);

  v1::RecordDistributionRequest MakeRequest(const v1::Distribution& distribution,
                                            const std::string& request_id = "");
  absl::StatusOr<v1::RecordDistributionResponse> Record(
      const v1::RecordDistributionRequest& request, const std::string& caller = kAdmin);
  absl::StatusOr<v1::RecordDistributionResponse> Record(const v1::Distribution& distribution);
  // Many unary calls, sent before any answer is awaited.
  std::vector<absl::StatusOr<v1::RecordDistributionResponse>> RecordAtOnce(
      const std::vector<v1::RecordDistributionRequest>& requests);
  absl::StatusOr<v1::BatchRecordDistributionsResponse> Batch(
      const std::vector<v1::RecordDistributionRequest>& requests,
      const std::string& caller = kAdmin);

  // `lines` none: it never happened.
  v1::CorrectDistributionRequest MakeCorrection(int64_t distribution_id,
                                                const std::vector<Cups>& cups,
                                                const std::string& request_id = "");
  absl::StatusOr<v1::CorrectDistributionResponse> Correct(
      const v1::CorrectDistributionRequest& request, const std::string& caller = kAdmin);
  absl::StatusOr<v1::CorrectDistributionResponse> Correct(int64_t distribution_id,
                                                          const std::vector<Cups>& cups);

  absl::StatusOr<v1::RecordedDistribution> Get(int64_t distribution_id,
                                               const std::string& school_id = kSchool);
  absl::StatusOr<v1::ListDistributionsResponse> List(const v1::ListDistributionsRequest& request,
                                                     const std::string& caller = kAdmin);
  // Every page.
  std::vector<v1::RecordedDistribution> ListAll(const std::string& school_id = kSchool);
  absl::StatusOr<v1::GetServingsResponse> Servings(const std::vector<int64_t>& lots,
                                                   const std::string& school_id = kSchool);

  // What the ledger holds at a school; 0 where there is no such account.
  int64_t Balance(int64_t lot, inv::AccountKind kind, const std::string& school_id = kSchool);
  // Everything that the ledger holds of a lot.
  std::vector<inv::Balance> Balances(int64_t lot);
  absl::StatusOr<inv::Posting> Posting(int64_t position);
  int64_t PostingCount();
  // What VerifyBooks finds.
  std::vector<std::string> Differences();

  // Goes into consumption; good over stops, but not for calls after them.
  std::shared_ptr<grpc::Channel> channel() const {
    absl::ReaderMutexLock lock(&gate_);
    return consumption_;
  }

  static constexpr char kAdmin[] = "admin:lin";

 private:
  template <typename Service, typename Async, typename Request, typename Response>
  absl::StatusOr<Response> Call(clients::UnaryMethod<Async, Request, Response> method,
                                const Request& request, const std::string& caller = kAdmin);
  void MakeProduct();
  void MakeLocation(const std::string& location_id, inv::LocationKind kind);
  void Connect();

  testing::InProcessSystem system_;
  // Calls begin behind it, and no more once the system stops.
  mutable absl::Mutex gate_;
  bool is_stopped_ ABSL_GUARDED_BY(gate_) = false;
  // Kept, so that calls may end while the system stops.
  std::shared_ptr<grpc::Channel> inventory_ ABSL_GUARDED_BY(gate_);
  std::shared_ptr<grpc::Channel> consumption_ ABSL_GUARDED_BY(gate_);
  std::atomic<uint32_t> last_request_{0};
  std::atomic<int> last_purchase_{0};
};

}  // namespace milkway::consumption

#endif  // MILKWAY_TESTS_CONSUMPTION_CONSUMPTION_SYSTEM_H_
