#include "services/impact/impact_query.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace milkway::impact {

namespace {

// One query under way: a question at a time, each asked from the answer of the one
// before, so that no lock is needed.
class ImpactQuery : public std::enable_shared_from_this<ImpactQuery> {
 public:
  ImpactQuery(const Questions& questions, GiftImpact start, int64_t as_of_position,
              Questions::Done<GiftImpact> done)
      : questions_(questions),
        as_of_position_(as_of_position),
        impact_(std::move(start)),
        done_(std::move(done)) {}

  // Asks for the grams of the lots from `begin` on.
  void AskPositions(size_t begin) {
    const size_t end = std::min(begin + Questions::kLotsAskedMax, impact_.lots.size());
    if (begin == end) return AskServingsOfAll();
    std::vector<LotId> lots;
    for (size_t lot = begin; lot < end; ++lot) lots.push_back(impact_.lots[lot].lot);
    questions_.AskPositions(
        lots, as_of_position_,
        [self = shared_from_this(), begin](absl::StatusOr<Questions::Positions> answer) {
          absl::Status status = answer.status();
          if (answer.ok()) status = self->AddPositions(begin, *answer);
          if (!status.ok()) return std::move(self->done_)(status);
          self->AskPositions(begin + answer->lots.size());
        });
  }

 private:
  absl::Status AddPositions(size_t begin, const Questions::Positions& positions) {
    if (begin == 0 || positions.as_of_position < impact_.as_of_position) {
      impact_.as_of_position = positions.as_of_position;
      impact_.as_of_recorded_us = positions.as_of_recorded_us;
    }
    for (size_t index = 0; index < positions.lots.size(); ++index) {
      LotShare& lot = impact_.lots[begin + index];
      // Then it was not bought yet.
      if (as_of_position_ > 0 && lot.funded_g == 0 &&
          positions.lots[index].books.purchased_g == 0) {
        continue;
      }
      absl::Status status = AddGrams(positions.lots[index], &lot);
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  void AskServingsOfAll() {
    std::erase_if(impact_.lots, [this](const LotShare& lot) {
      return as_of_position_ > 0 && lot.funded_g == 0 && lot.books.purchased_g == 0;
    });
    pairs_ = PairsWithServings(impact_);
    ends_ = CutBetweenSchools(impact_, pairs_, Questions::kPairsAskedMax);
    AskServings(0, 0);
  }

  // Asks for the servings of one piece of the pairs, which begins at `begin`.
  void AskServings(size_t piece, size_t begin) {
    if (piece == ends_.size()) return std::move(done_)(std::move(impact_));
    std::vector<Questions::Pair> pairs;
    for (size_t index = begin; index < ends_[piece]; ++index) {
      const LotShare& lot = impact_.lots[pairs_[index].lot];
      pairs.push_back({lot.lot, lot.schools[pairs_[index].school].school_id});
    }
    questions_.AskServings(
        pairs, as_of_position_,
        [self = shared_from_this(), piece, begin](absl::StatusOr<Questions::Servings> answer) {
          if (!answer.ok()) return std::move(self->done_)(answer.status());
          for (size_t index = 0; index < answer->servings.size(); ++index) {
            impact::AddServings(self->pairs_[begin + index], answer->servings[index],
                                &self->impact_);
          }
          self->impact_.children += answer->children;
          self->AskServings(piece + 1, self->ends_[piece]);
        });
  }

  const Questions& questions_;
  const int64_t as_of_position_;
  GiftImpact impact_;
  Questions::Done<GiftImpact> done_;
  std::vector<LotAtSchool> pairs_;
  std::vector<size_t> ends_;  // of the pieces in which they are asked for
};

}  // namespace

void QueryImpact(const Questions& questions, GiftImpact start, int64_t as_of_position,
                 Questions::Done<GiftImpact> done) {
  std::make_shared<ImpactQuery>(questions, std::move(start), as_of_position, std::move(done))
      ->AskPositions(0);
}

}  // namespace milkway::impact
