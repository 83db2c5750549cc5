// What children need a day, by age and sex: a data file with its source. Pure, but for
// Load.
//
//   # Source: WS/T 554-2017 …
//   from_years,to_years,sex,energy_kj,protein_g,fat_g,carbohydrate_g,calcium_mg,sodium_mg
//   6,8,,,40,,,750,
//
// Lines that begin with "#" are comments; one of them names the source. Ages are
// completed years, both included, up to 99; sex is m, f or blank for both. Needs are
// whole numbers from 1 to 1,000,000, blank where none is stated.

#ifndef MILKWAY_SERVICES_CONSUMPTION_DAILY_NEEDS_H_
#define MILKWAY_SERVICES_CONSUMPTION_DAILY_NEEDS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/consumption/nutrients.h"
#include "services/runtime/dates.h"

namespace milkway::consumption {

// daily_needs.csv, as it was when the program was built.
extern const char kDailyNeedsBuiltIn[];

// Children of the same needs.
struct NeedBand {
  int32_t from_years = 0;
  int32_t to_years = 0;
  uint32_t sex = 0;  // number of the public Sex; 0: both
  Amounts need;      // 0: not stated

  friend bool operator==(const NeedBand&, const NeedBand&) = default;
};

class DailyNeeds {
 public:
  static constexpr size_t kBandsMax = 60;

  // INVALID_ARGUMENT naming the line that is wrong; bands must not overlap.
  static absl::StatusOr<DailyNeeds> Parse(absl::string_view text);
  // The same of a file, up to 64 KiB; NOT_FOUND if it cannot be read.
  static absl::StatusOr<DailyNeeds> Load(const std::string& path);

  const std::string& source() const { return source_; }
  // In the order of the file.
  const std::vector<NeedBand>& bands() const { return bands_; }
  // Of bands(); their number if no band has children of this sex and age.
  size_t BandOf(uint32_t sex, int32_t years) const;

 private:
  DailyNeeds(std::string source, std::vector<NeedBand> bands)
      : source_(std::move(source)), bands_(std::move(bands)) {}

  std::string source_;
  std::vector<NeedBand> bands_;
};

// Months since 1970-01 of the last 15th of a month until `day`, itself included. All
// children count as born on the 15th of their month of birth, as for growth.
int32_t LastFifteenth(LocalDate day);
// The age of a child who was born in a month, in completed years; below 0 before birth.
int32_t CompletedYears(int32_t birth_month, int32_t last_fifteenth);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_DAILY_NEEDS_H_
