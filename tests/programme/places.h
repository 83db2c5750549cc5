// Where the programme is.

#ifndef MILKWAY_TESTS_PROGRAMME_PLACES_H_
#define MILKWAY_TESTS_PROGRAMME_PLACES_H_

#include <cstdint>

namespace milkway::programme {

inline constexpr const char* kSuppliers[] = {"farm", "dairy"};
inline constexpr char kMelbourne[] = "melbourne";
inline constexpr char kQingdao[] = "qingdao";
inline constexpr char kXian[] = "xian";
inline constexpr const char* kSchools[] = {"school-1", "school-2", "school-3"};
// Where stock can be.
inline constexpr const char* kPlaces[] = {kMelbourne, kQingdao,   kXian,
                                          "school-1", "school-2", "school-3"};
inline constexpr const char* kClasses[] = {"1A", "2A", "3A"};

struct Product {
  const char* product_id;
  int64_t pack_g;
  int64_t protein_mg;  // of 100 g
};
inline constexpr Product kProducts[] = {{"milk-1kg", 1000, 24'100}, {"milk-400g", 400, 21'703}};

}  // namespace milkway::programme

#endif  // MILKWAY_TESTS_PROGRAMME_PLACES_H_
