#include "services/impact/attribution.h"

#include <algorithm>
#include <limits>

#include "services/runtime/check.h"
#include "services/runtime/money.h"

namespace milkway::impact {

namespace {

int64_t Lost(const LotBooks& books) { return books.damaged_g + books.lost_g + books.destroyed_g; }

int64_t AtMost64Bits(absl::uint128 number) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  return number > absl::uint128(kMax) ? kMax : static_cast<int64_t>(number);
}

}  // namespace

int64_t StillCosts(const LotForSale& lot) {
  return std::max(int64_t{0}, lot.cost_minor - lot.paid_minor);
}

int64_t BoughtBy(const LotForSale& lot, int64_t worth_minor) {
  MILKWAY_CHECK(0 <= lot.bought_g && lot.bought_g <= lot.weight_g);
  MILKWAY_CHECK(0 <= worth_minor && worth_minor <= StillCosts(lot));
  if (worth_minor == 0) return 0;
  return MulDivFloor(lot.weight_g - lot.bought_g, worth_minor, StillCosts(lot));
}

bool AddsUp(const LotBooks& books) {
  const int64_t figures[] = {books.purchased_g, books.found_g,  books.damaged_g, books.lost_g,
                             books.destroyed_g, books.served_g, books.returned_g};
  for (const int64_t figure : figures) {
    if (figure < 0 || figure > kBooksGMax) return false;
  }
  return books.served_g + Lost(books) + books.returned_g <= books.purchased_g + books.found_g;
}

int64_t NetLostG(const LotBooks& books) {
  return std::max(int64_t{0}, Lost(books) - books.found_g);
}

int64_t NetFoundG(const LotBooks& books) {
  return std::max(int64_t{0}, books.found_g - Lost(books));
}

LotPart::LotPart(int64_t kept_g, int64_t weight_g, int64_t pool_lost_g)
    : kept_g_(kept_g), weight_g_(std::max(int64_t{1}, weight_g)), pool_lost_g_(pool_lost_g) {
  MILKWAY_CHECK(0 <= kept_g && kept_g <= weight_g && 0 <= pool_lost_g && pool_lost_g <= weight_g);
}

int64_t LotPart::Of(int64_t amount) const { return MulDivFloor(amount, kept_g_, weight_g_); }

void NutrientSum::Add(int64_t served_g, const Label& label) {
  MILKWAY_CHECK(served_g >= 0);
  const absl::uint128 grams = static_cast<uint64_t>(served_g);
  energy_j_ += grams * static_cast<uint64_t>(label.energy_j_100g);
  protein_mg_ += grams * static_cast<uint64_t>(label.protein_mg_100g);
  calcium_ug_ += grams * static_cast<uint64_t>(label.calcium_ug_100g);
}

int64_t NutrientSum::protein_mg() const { return AtMost64Bits(protein_mg_ / 100); }
int64_t NutrientSum::calcium_mg() const { return AtMost64Bits(calcium_ug_ / (100 * 1000)); }
int64_t NutrientSum::energy_kj() const { return AtMost64Bits(energy_j_ / (100 * 1000)); }

std::optional<int64_t> ChildrenReached(int64_t children, int64_t servings) {
  const int64_t reached = std::min(children, servings);
  return reached < kChildrenToldMin ? std::nullopt : std::optional<int64_t>(reached);
}

}  // namespace milkway::impact
