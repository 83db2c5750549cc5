// What donors and the public may be told of servings: figures of a lot at a school that
// do not tell what a few children drank.
//
// Beside how often each child was served, the pages of counts keep how that differs from
// what was published (`unpublished`), and the sums keep for how many children it does
// (`changed_children`). A correction that takes a class record back and puts it again
// with one child less changes one child, and is not told by itself.
//
// While every child only drinks more than was told, what is told grows by ten children or
// more at a time, and no part of a step follows from any of them. Where a child drank
// less, several figures taken together could tell what few drank, however many stand
// behind each: one with them, one without. From then on the figures of that lot at that
// school are told in tens of cups and quarters of a kilogram, rounded down, so that no
// sum of them is exact.

#ifndef MILKWAY_SERVICES_CONSUMPTION_PUBLICATION_H_
#define MILKWAY_SERVICES_CONSUMPTION_PUBLICATION_H_

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "services/consumption/consumption_keys.h"
#include "services/runtime/strong_id.h"
#include "storage/store.h"

namespace milkway::consumption {

// Figures behind which fewer children stand are not told.
inline constexpr int64_t kChildrenToldMin = 10;
// Where figures are told in tens.
inline constexpr int64_t kToldServings = 10;
inline constexpr int64_t kToldG = 250;

// Whether the figures may be told: nobody drank, or many did, and many of them since.
bool MayBeTold(int64_t children, int64_t changed_children);

struct PublishedPair {
  LotId lot;
  uint32_t school_number = 0;
  rec::PublishedServingsRecord figures;
};
struct PublishedPage {
  std::vector<PublishedPair> pairs;  // told anew, in order of lot and school
  // There may be more after this pair.
  std::optional<std::pair<LotId, uint32_t>> go_on_after;
};

// Publishes the pairs after `after`, at most `rows_max` looked at. The same publication
// again tells the same.
absl::StatusOr<PublishedPage> PublishServings(storage::Transaction& transaction,
                                              int64_t publication, std::pair<LotId, uint32_t> after,
                                              size_t rows_max);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_PUBLICATION_H_
