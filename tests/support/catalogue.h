// The product and the places with which a programme begins, as requests without an id.

#ifndef MILKWAY_TESTS_SUPPORT_CATALOGUE_H_
#define MILKWAY_TESTS_SUPPORT_CATALOGUE_H_

#include <cstdint>
#include <string>

#include "milkway/inventory/v1/catalog.pb.h"

namespace milkway::testing {

// Packs of `net_weight_g`, servings of 25 g.
inventory::v1::CreateProductRequest MakeMilk(const std::string& product_id,
                                             int64_t net_weight_g = 1000);

// In China, unless `country` and `time_zone` say otherwise.
inventory::v1::CreateLocationRequest MakePlace(const std::string& location_id,
                                               inventory::v1::LocationKind kind,
                                               const std::string& country = "CN",
                                               const std::string& time_zone = "Asia/Shanghai");

}  // namespace milkway::testing

#endif  // MILKWAY_TESTS_SUPPORT_CATALOGUE_H_
