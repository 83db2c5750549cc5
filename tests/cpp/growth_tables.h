// Tables of a growth reference for tests: made up ones, and WHO's where they are.

#ifndef MILKWAY_TESTS_CPP_GROWTH_TABLES_H_
#define MILKWAY_TESTS_CPP_GROWTH_TABLES_H_

#include <filesystem>
#include <optional>
#include <string>

#include "clients/cpp/growth/growth_reference.h"

namespace milkway::growth {

// A table whose months 60 to `last_month` + 1 have these parameters for either sex.
std::string TableText(const Lms& lms, int last_month);

// A folder of its own, removed at the end, with made up tables: height M 120 cm, S 0.05,
// L 1; weight M 25 kg, S 0.1, L 0.5; BMI M 16, S 0.1, L -1; at every age.
class MadeUpTables {
 public:
  MadeUpTables();
  ~MadeUpTables();
  MadeUpTables(const MadeUpTables&) = delete;
  MadeUpTables& operator=(const MadeUpTables&) = delete;

  std::string folder() const { return folder_.string(); }
  void Write(const std::string& name, const std::string& text) const;
  GrowthReference Load() const;

 private:
  std::filesystem::path folder_;
};

// WHO's tables; nullopt where they are not on this machine.
std::optional<GrowthReference> WhoReference();
// Their folder, there or not.
std::string WhoFolder();

inline constexpr char kNoWhoTables[] =
    "WHO's tables are not here: set MILKWAY_WHO2007 to their folder";

}  // namespace milkway::growth

#endif  // MILKWAY_TESTS_CPP_GROWTH_TABLES_H_
