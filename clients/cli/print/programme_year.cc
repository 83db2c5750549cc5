#include "clients/cli/print/programme_year.h"

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace milkway::print {

int YearOf(const impact::v1::Publication& publication) {
  if (publication.finished_us() == 0) return 0;
  const absl::Time finished = absl::FromUnixMicros(publication.finished_us());
  return static_cast<int>(absl::ToCivilYear(finished, absl::UTCTimeZone()).year());
}

PublicationsOfYear SelectYear(absl::Span<const impact::v1::Publication> publications, int year) {
  PublicationsOfYear selected;
  for (const impact::v1::Publication& publication : publications) {
    const int finished = YearOf(publication);
    if (finished == year) selected.within.push_back(publication);
    if (finished != 0 && finished < year) selected.before = publication;
  }
  return selected;
}

}  // namespace milkway::print
