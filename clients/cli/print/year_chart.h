// A bar for each publication of a year, as inline SVG.

#ifndef MILKWAY_CLIENTS_CLI_PRINT_YEAR_CHART_H_
#define MILKWAY_CLIENTS_CLI_PRINT_YEAR_CHART_H_

#include <cstdint>
#include <string>

#include "absl/types/span.h"
#include "clients/cli/print/texts.h"

namespace milkway::print {

struct Bar {
  int day_of_year = 1;  // 1 to 366
  int64_t value = 0;    // below zero after a correction
};

// How much of a page's width it takes.
enum class ChartWidth { kHalf, kFull };

// A figure with its caption; `bars` is not empty. Bars stand where their days are, on a
// scale from zero, or the smallest value if that is less, to a round number.
std::string YearChart(Language language, int year, absl::Span<const Bar> bars, ChartWidth width);

}  // namespace milkway::print

#endif  // MILKWAY_CLIENTS_CLI_PRINT_YEAR_CHART_H_
