// The page of a sheet of paper, to be printed. Pure.

#ifndef MILKWAY_SERVICES_CONSUMPTION_PAPER_PAGE_H_
#define MILKWAY_SERVICES_CONSUMPTION_PAPER_PAGE_H_

#include <string>

#include "services/consumption/paper_sheet.h"

namespace milkway::consumption {

enum class PageLanguage { kChinese, kEnglish };

// Children on one page of A4 on its side: two blocks of 30 rows that can be ticked by hand.
inline constexpr size_t kPageRowsMax = 60;

// A document of HTML 5 that needs nothing else: one page for each kPageRowsMax children,
// of about equal size; what was prepared is written down on the first, and all are signed.
std::string RenderSheet(const Sheet& sheet, PageLanguage language);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_PAPER_PAGE_H_
