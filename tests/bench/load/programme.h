// A programme of many schools to measure with, and its endless school days.
//
// Schools of ten classes of 60 children each. Ten schools share a container: two
// lots, bought for them and shipped to them. On odd days the first lot is drunk, on
// even days the second. Each gift has paid a part of both lots of a container; the first
// gift of the first.

#ifndef MILKWAY_TESTS_BENCH_LOAD_PROGRAMME_H_
#define MILKWAY_TESTS_BENCH_LOAD_PROGRAMME_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "grpcpp/channel.h"
#include "milkway/consumption/v1/distributions.pb.h"

namespace milkway::bench {

inline constexpr int kClassesPerSchool = 10;
inline constexpr int kChildrenPerClass = 60;
inline constexpr int kSchoolsPerContainer = 10;

class Programme {
 public:
  // `schools` is a multiple of kSchoolsPerContainer. `run` makes request ids differ
  // from those of other runs.
  Programme(int schools, int gifts, uint64_t run) : schools_(schools), gifts_(gifts), run_(run) {}

  // Records products, places, purchases, shipments, receipts, rosters and the gifts.
  absl::Status SetUp(const std::shared_ptr<grpc::Channel>& channel);

  // Recalls the lots with a number ("A0": of the first container), or, if it is empty,
  // everything that was ever bought. No class record can be made of them any more.
  absl::Status PlaceRecall(const std::shared_ptr<grpc::Channel>& channel,
                           const std::string& recall_id, const std::string& lot_number);

  // The next class record; each is new. Thread-safe.
  consumption::v1::RecordDistributionRequest Next();

  int64_t records_made() const { return next_record_.load(); }
  int schools() const { return schools_; }
  int gifts() const { return gifts_; }
  static std::string GiftId(int gift);
  // Makes what donors are told; the published gifts can be asked for then.
  absl::Status Publish(const std::shared_ptr<grpc::Channel>& channel);
  std::string SchoolId(int school) const;
  // The lots of a school's container.
  int64_t LotOf(int school, int64_t day) const;

 private:
  std::string NextRequestId();
  absl::Status SetUpCatalogue(const std::shared_ptr<grpc::Channel>& channel);
  absl::Status SetUpContainer(const std::shared_ptr<grpc::Channel>& channel, int container);
  absl::Status SetUpSchool(const std::shared_ptr<grpc::Channel>& channel, int school);
  absl::Status SetUpGift(const std::shared_ptr<grpc::Channel>& channel, int gift);

  const int schools_;
  const int gifts_;
  const uint64_t run_;
  std::vector<int64_t> first_lots_;  // by container; the second lot follows the first
  std::atomic<uint64_t> next_request_{1};
  std::atomic<int64_t> next_record_{0};
};

}  // namespace milkway::bench

#endif  // MILKWAY_TESTS_BENCH_LOAD_PROGRAMME_H_
