// A year of the programme, as it was published.

#ifndef MILKWAY_CLIENTS_CLI_PRINT_PROGRAMME_YEAR_H_
#define MILKWAY_CLIENTS_CLI_PRINT_PROGRAMME_YEAR_H_

#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "milkway/impact/v1/statements.pb.h"

namespace milkway::print {

// Publications that tell a year: those finished in it (in UTC), in order, and the last one
// finished before it began.
struct PublicationsOfYear {
  std::optional<impact::v1::Publication> before;
  std::vector<impact::v1::Publication> within;
};
// `publications` are in the order of their numbers; one under way is left out.
PublicationsOfYear SelectYear(absl::Span<const impact::v1::Publication> publications, int year);

// The year in UTC in which a publication was finished; 0 while it is under way.
int YearOf(const impact::v1::Publication& publication);

// A gift as told before the year, if anything was published then, and by its last
// publication.
struct GiftYear {
  std::optional<impact::v1::GiftStatement> before;
  impact::v1::GiftStatement after;
};

// What the programme's statements told before the year, if anything, and in each
// publication of it, at least one.
struct ProgrammeYear {
  int year = 0;
  std::optional<impact::v1::ProgrammeStatement> before;
  std::vector<impact::v1::ProgrammeStatement> within;
  std::vector<GiftYear> gifts;
};

}  // namespace milkway::print

#endif  // MILKWAY_CLIENTS_CLI_PRINT_PROGRAMME_YEAR_H_
