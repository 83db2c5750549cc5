// The WHO 2007 growth reference for children of 5 to 19 years (de Onis et al., Bulletin
// of the World Health Organization 2007;85:660-667): for each sex and month of age the
// three parameters L, M and S of the distribution of a measurement.
//
// The tables are WHO's and no part of Milkway; they are read from files.

#ifndef MILKWAY_CLIENTS_CPP_GROWTH_GROWTH_REFERENCE_H_
#define MILKWAY_CLIENTS_CPP_GROWTH_GROWTH_REFERENCE_H_

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace milkway::growth {

// What to say to somebody who has no tables.
inline constexpr char kWhereToGetTables[] =
    "WHO publishes the tables hfawho2007.txt, bfawho2007.txt and wfawho2007.txt with its software "
    "for the growth reference 5-19 years: https://www.who.int/tools/growth-reference-data-for-"
    "5to19-years, and https://github.com/WorldHealthOrganization/anthroplus "
    "(data-raw/growthstandards)";

enum class Sex { kMale = 1, kFemale = 2 };  // WHO's numbers

// Months of age, both included, in which an indicator is defined.
inline constexpr int kAgeMinMonths = 60;
inline constexpr int kAgeMaxMonths = 228;
inline constexpr int kWeightForAgeMaxMonths = 120;

// Power, median and coefficient of variation.
struct Lms {
  double l = 0;
  double m = 0;
  double s = 0;
};

// One of WHO's tables.
class LmsTable {
 public:
  // Reads text of tab-separated columns sex, age (completed months), l, m, s under such
  // a header. Every month from kAgeMinMonths to `last_month` must be there once for
  // either sex. INVALID_ARGUMENT naming `name` and the line.
  static absl::StatusOr<LmsTable> Parse(absl::string_view name, absl::string_view text,
                                        int last_month);

  // Interpolated linearly within the month; nullopt outside of kAgeMinMonths to
  // the last month.
  std::optional<Lms> At(Sex sex, double age_months) const;

 private:
  explicit LmsTable(int last_month) : last_month_(last_month) {}

  absl::Status AddLine(absl::string_view line);
  absl::Status CheckComplete() const;

  int last_month_;
  std::array<std::vector<std::optional<Lms>>, 2> months_;  // males, females; by month
};

class GrowthReference {
 public:
  // Reads the three tables of `folder`. FAILED_PRECONDITION naming a file that is not
  // there, and where WHO publishes it; INVALID_ARGUMENT naming the file and line that
  // is wrong.
  static absl::StatusOr<GrowthReference> Load(const std::string& folder);

  const LmsTable& height_for_age() const { return height_for_age_; }
  const LmsTable& weight_for_age() const { return weight_for_age_; }
  const LmsTable& bmi_for_age() const { return bmi_for_age_; }

 private:
  GrowthReference(LmsTable height_for_age, LmsTable weight_for_age, LmsTable bmi_for_age);

  LmsTable height_for_age_;
  LmsTable weight_for_age_;
  LmsTable bmi_for_age_;
};

}  // namespace milkway::growth

#endif  // MILKWAY_CLIENTS_CPP_GROWTH_GROWTH_REFERENCE_H_
