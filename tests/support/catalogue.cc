#include "tests/support/catalogue.h"

#include "absl/strings/str_cat.h"

namespace milkway::testing {

namespace inv = inventory::v1;

inv::CreateProductRequest MakeMilk(const std::string& product_id, int64_t net_weight_g) {
  inv::CreateProductRequest request;
  inv::Product& product = *request.mutable_product();
  product.set_product_id(product_id);
  product.set_name_en("milk powder");
  product.set_name_zh("奶粉");
  product.set_net_weight_g(net_weight_g);
  product.set_serving_g(25);
  return request;
}

inv::CreateLocationRequest MakePlace(const std::string& location_id, inv::LocationKind kind,
                                     const std::string& country, const std::string& time_zone) {
  inv::CreateLocationRequest request;
  inv::Location& location = *request.mutable_location();
  location.set_location_id(location_id);
  location.set_kind(kind);
  location.set_name_en(absl::StrCat("Place ", location_id));
  location.set_name_zh(absl::StrCat("地点", location_id));
  location.set_country(country);
  location.set_time_zone(time_zone);
  return request;
}

}  // namespace milkway::testing
