// Identifiers that cannot be mistaken for another kind of identifier.

#ifndef MILKWAY_SERVICES_RUNTIME_STRONG_ID_H_
#define MILKWAY_SERVICES_RUNTIME_STRONG_ID_H_

#include <compare>
#include <cstdint>
#include <string>
#include <utility>

namespace milkway {

// A name chosen by a caller: StrongId<struct ShipmentIdTag>.
template <typename Tag>
class StrongId {
 public:
  StrongId() = default;
  explicit StrongId(std::string value) : value_(std::move(value)) {}

  const std::string& value() const { return value_; }
  bool empty() const { return value_.empty(); }

  friend auto operator<=>(const StrongId&, const StrongId&) = default;
  friend bool operator==(const StrongId&, const StrongId&) = default;

  template <typename H>
  friend H AbslHashValue(H state, const StrongId& id) {
    return H::combine(std::move(state), id.value_);
  }

 private:
  std::string value_;
};

// A number given by a service, from 1; 0 means none: StrongNumber<struct LotIdTag>.
template <typename Tag, typename Number = int64_t>
struct StrongNumber {
  Number value = 0;

  friend auto operator<=>(const StrongNumber&, const StrongNumber&) = default;
  friend bool operator==(const StrongNumber&, const StrongNumber&) = default;

  template <typename H>
  friend H AbslHashValue(H state, const StrongNumber& id) {
    return H::combine(std::move(state), id.value);
  }
};

// The lot numbers that the inventory gives out are known to every service.
using LotId = StrongNumber<struct LotIdTag>;
// Place names shared by all services.
using LocationId = StrongId<struct LocationIdTag>;

}  // namespace milkway

#endif  // MILKWAY_SERVICES_RUNTIME_STRONG_ID_H_
