#include "clients/cli/print/year_chart.h"

#include <algorithm>
#include <limits>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/print/figures.h"

namespace milkway::print {

namespace {

// Of the picture, in its own unit: about a quarter of a millimetre.
constexpr int kHalfWidth = 320;
constexpr int kFullWidth = 700;
constexpr int kTop = 8;
constexpr int kBottom = 176;
constexpr int kHeight = 196;
// Room for the numbers of the scale.
constexpr int kDigitWidth = 6;
constexpr int kGapWidth = 5;
constexpr int kDays = 366;
constexpr int kMonths = 12;

// The smallest of 1, 2, 3, 4, 5, 6, 8, 10, 20, … at or above `value`.
int64_t RoundUp(int64_t value) {
  for (absl::int128 power = 1;; power *= 10) {
    for (const int step : {1, 2, 3, 4, 5, 6, 8}) {
      const absl::int128 round = power * step;
      if (round < value) continue;
      return static_cast<int64_t>(
          std::min(round, absl::int128(std::numeric_limits<int64_t>::max())));
    }
  }
}

// From days and values to places in the picture.
struct Plot {
  int64_t low = 0;
  int64_t high = 1;
  int left = 0;
  int right = 0;

  int XOf(int place, int places) const { return left + (right - left) * place / places; }
  int YOf(int64_t value) const {
    const absl::int128 range = absl::int128(high) - low;
    return kBottom - static_cast<int>((absl::int128(value) - low) * (kBottom - kTop) / range);
  }
};

Plot PlotOf(absl::Span<const Bar> bars, ChartWidth width) {
  Plot plot;
  for (const Bar& bar : bars) {
    plot.low = std::min(plot.low, bar.value);
    plot.high = std::max(plot.high, bar.value);
  }
  plot.high = RoundUp(plot.high);
  plot.left = kGapWidth + kDigitWidth * static_cast<int>(Grouped(plot.high).size());
  plot.right = width == ChartWidth::kFull ? kFullWidth : kHalfWidth;
  return plot;
}

// Narrower than the week between two publications.
int BarWidth(const Plot& plot) { return (plot.right - plot.left) * 5 / kDays; }

std::string GridLine(const Plot& plot, int64_t value) {
  const int y = plot.YOf(value);
  return absl::StrCat("<line class=\"", value == 0 ? "zero" : "grid", "\" x1=\"", plot.left,
                      "\" x2=\"", plot.right, "\" y1=\"", y, "\" y2=\"", y,
                      "\"/>\n<text class=\"scale\" x=\"", plot.left - kGapWidth, "\" y=\"", y + 3,
                      "\">", Grouped(value), "</text>\n");
}

std::string BarShape(const Plot& plot, const Bar& bar) {
  const int zero = plot.YOf(0);
  const int y = plot.YOf(bar.value);
  const int x = std::min(plot.right - BarWidth(plot), plot.XOf(bar.day_of_year - 1, kDays));
  return absl::StrCat("<rect class=\"bar\" x=\"", x, "\" y=\"", std::min(y, zero), "\" width=\"",
                      BarWidth(plot), "\" height=\"", std::max(y, zero) - std::min(y, zero),
                      "\"/>\n");
}

std::string Months(Language language, const Plot& plot) {
  std::string html;
  int half = 1;
  for (const absl::string_view name : absl::StrSplit(In(language, Text::kMonths), ' ')) {
    absl::StrAppend(&html, "<text class=\"month\" x=\"", plot.XOf(half, 2 * kMonths), "\" y=\"",
                    kHeight - 5, "\">", name, "</text>\n");
    half += 2;
  }
  return html;
}

}  // namespace

std::string YearChart(Language language, int year, absl::Span<const Bar> bars, ChartWidth width) {
  const Plot plot = PlotOf(bars, width);
  int64_t largest = bars[0].value;
  std::string shapes;
  for (const Bar& bar : bars) {
    largest = std::max(largest, bar.value);
    absl::StrAppend(&shapes, BarShape(plot, bar));
  }
  std::string grid = absl::StrCat(GridLine(plot, plot.high), GridLine(plot, 0));
  if (plot.high % 2 == 0) absl::StrAppend(&grid, GridLine(plot, plot.high / 2));
  return absl::StrCat("<figure>\n<figcaption>", Say(language, Text::kChartTitle, year),
                      "</figcaption>\n<svg class=\"chart\" viewBox=\"0 0 ", plot.right, " ",
                      kHeight, "\" role=\"img\" aria-label=\"",
                      Say(language, Text::kChartDescription, bars.size(), Grouped(largest)),
                      "\">\n", grid, shapes, Months(language, plot), "</svg>\n</figure>\n");
}

}  // namespace milkway::print
