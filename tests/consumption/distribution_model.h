// The records of one school as a page of arithmetic: what each request should be
// answered, and what all of them should add up to.

#ifndef MILKWAY_TESTS_CONSUMPTION_DISTRIBUTION_MODEL_H_
#define MILKWAY_TESTS_CONSUMPTION_DISTRIBUTION_MODEL_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "milkway/consumption/v1/distributions.pb.h"

namespace milkway::consumption {

// Grams and children of one lot at the school.
struct LotSums {
  int64_t usable_g = 0;
  int64_t served_g = 0;
  int64_t wasted_g = 0;
  int64_t found_g = 0;
  int64_t servings = 0;
  std::set<int32_t> children;
};

class DistributionModel {
 public:
  using Lines = google::protobuf::RepeatedPtrField<v1::DistributionLine>;
  // (day, class, session): at most one record of it stands.
  using Key = std::tuple<std::string, std::string, std::string>;
  // A record with all its versions, oldest first.
  struct Entry {
    Key key;
    std::vector<Lines> versions;
    std::vector<int64_t> positions;
    std::map<int64_t, int64_t> found;  // by lot: what the last version took from found

    const Lines& standing() const { return versions.back(); }
    bool is_withdrawn() const { return standing().empty(); }
  };
  // What a request should be answered.
  struct Verdict {
    std::string refusal;               // its name; empty: OK
    std::string repeated;              // not empty: the same bytes as the first time
    std::map<int64_t, int64_t> found;  // by lot
    int32_t served_twice = 0;

    int64_t found_g() const;
  };

  // Roster numbers of the school. Every 20th is there from kLateFrom on; every 20th
  // from the 10th on must not be given milk.
  static constexpr int32_t kChildren = 2'000;
  static constexpr char kLateFrom[] = "2025-07-01";
  static bool IsLate(int32_t child) { return child % 20 == 0; }
  static bool IsExcluded(int32_t child) { return child % 20 == 10; }

  explicit DistributionModel(std::map<int64_t, int64_t> bought_g)
      : bought_g_(std::move(bought_g)), usable_g_(bought_g_) {}

  Verdict Judge(const v1::RecordDistributionRequest& request) const;
  Verdict Judge(const v1::CorrectDistributionRequest& request) const;
  // Takes what Judge let pass, with the answer that it got.
  void Take(const v1::RecordDistributionRequest& request,
            const v1::RecordDistributionResponse& response);
  void Take(const v1::CorrectDistributionRequest& request,
            const v1::CorrectDistributionResponse& response);

  // By distribution id.
  const std::map<int64_t, Entry>& entries() const { return entries_; }
  // Those that a list shows, in its order.
  std::vector<int64_t> ListedIds() const;
  // From all that stands, anew.
  LotSums SumsOf(int64_t lot) const;
  static Key KeyOf(const v1::Distribution& distribution);

 private:
  struct Memory {
    std::string body;
    std::string answer;
  };

  // True if the request is known by its id; then the verdict stands.
  bool IsKnown(const std::string& request_id, const std::string& body, Verdict* verdict) const;
  static std::string RosterRefusal(const Lines& lines, const std::string& day);
  // Fills in what is missing of `lines` if the standing of `replaced` comes back.
  void JudgeStock(const Lines& lines, const Entry* replaced, bool may_find, Verdict* verdict) const;
  void Move(const Lines& lines, const std::map<int64_t, int64_t>& found, int64_t sign);

  const std::map<int64_t, int64_t> bought_g_;
  std::map<int64_t, int64_t> usable_g_;
  std::map<int64_t, Entry> entries_;
  std::map<Key, int64_t> standing_;
  std::map<std::string, std::set<int64_t>> by_day_;
  std::map<std::string, Memory> memories_;
};

}  // namespace milkway::consumption

#endif  // MILKWAY_TESTS_CONSUMPTION_DISTRIBUTION_MODEL_H_
