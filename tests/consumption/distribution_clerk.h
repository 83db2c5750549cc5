// Records and corrects what one school drank, at random, and compares every answer
// with the model.

#ifndef MILKWAY_TESTS_CONSUMPTION_DISTRIBUTION_CLERK_H_
#define MILKWAY_TESTS_CONSUMPTION_DISTRIBUTION_CLERK_H_

#include <atomic>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "tests/consumption/consumption_system.h"
#include "tests/consumption/distribution_model.h"

namespace milkway::consumption {

// Everything that differs from the model is a failure of the test. Each clerk has a
// school of its own, so what others do changes no answer.
class DistributionClerk {
 public:
  // Several clerks' batches fit into one group of the recorder, so that each group
  // holds whole batches and takes their records in order.
  static constexpr int64_t kBatchMax = 125;

  // Makes the school, its roster and its stock.
  DistributionClerk(ConsumptionSystem* milkway, const std::string& school_id, uint32_t seed);

  // Takes steps while there are some `left`, until one is not answered: that one is
  // asked again first the next time.
  void Work(std::atomic<int>* left);

  // What the services show against what the model holds.
  void CompareAll();

  // Postings that were made, purchases included.
  int64_t PostingCount() const;
  int corrections() const { return corrections_; }
  int refusals() const { return refusals_; }

 private:
  struct Batch {
    std::vector<v1::RecordDistributionRequest> requests;
    std::map<size_t, std::string> heard;  // OK answers of an attempt that was cut short
  };
  using Step = std::variant<Batch, v1::CorrectDistributionRequest>;

  // So many lots and children that a correction often takes a child's only serving of
  // a lot.
  static constexpr size_t kPlentifulLots = 12;

  int64_t Below(int64_t limit);
  // Some children that may be served on the day, each of them once.
  std::vector<v1::DistributionLine> SomeLines(const std::string& day, bool is_scarce);
  v1::RecordDistributionRequest SomeRecord(bool is_scarce);
  v1::RecordDistributionRequest RecordedBefore();
  static v1::RecordDistributionRequest WithOtherBody(v1::RecordDistributionRequest request);
  v1::RecordDistributionRequest NextRecord();
  v1::RecordDistributionRequest TwinOf(v1::RecordDistributionRequest request);
  Batch NextBatch();
  v1::CorrectDistributionRequest NextCorrection();

  // False if it is not known what became of the step.
  bool Take(Batch& batch);
  bool Take(v1::CorrectDistributionRequest& request);
  absl::StatusOr<v1::BatchRecordDistributionsResponse> Send(const Batch& batch);
  void Hear(const v1::RecordDistributionRequest& request, const v1::DistributionResult& result,
            std::set<DistributionModel::Key>* keys_of_batch);
  void CompareList();
  void CompareSums();
  void CompareSummaries();
  void CompareDays();
  void CompareRecall(const std::set<int64_t>& lots);

  ConsumptionSystem& milkway_;
  const std::string school_id_;
  std::mt19937 random_;
  std::vector<int64_t> lots_;  // plentiful ones, then one that is scarce
  DistributionModel model_;
  std::vector<v1::RecordDistributionRequest> recorded_;
  std::vector<v1::CorrectDistributionRequest> corrected_;
  std::optional<Step> pending_;
  int corrections_ = 0;
  int refusals_ = 0;
};

}  // namespace milkway::consumption

#endif  // MILKWAY_TESTS_CONSUMPTION_DISTRIBUTION_CLERK_H_
