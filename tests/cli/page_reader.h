// Reads printed pages back, for tests.

#ifndef MILKWAY_TESTS_CLI_PAGE_READER_H_
#define MILKWAY_TESTS_CLI_PAGE_READER_H_

#include <cstdint>
#include <string>
#include <vector>

namespace milkway::cli::testing {

// A number on a page: what it is, what it is for programs, and how people see it.
struct Figure {
  std::string field;
  int64_t value = 0;
  std::string shown;
};
std::vector<Figure> FiguresOf(const std::string& html);

// The values under that name, in the order of the page.
std::vector<int64_t> ValuesOf(const std::string& html, const std::string& field);

// Whether people see the value: all of its digits, or kilograms for grams, or whole grams
// for milligrams, rounded down.
bool ShowsItsValue(const Figure& figure);

// Digits that people see outside of figures, days, commands, pictures and what somebody
// typed.
std::string LooseDigitsOf(const std::string& html);

// The first end tag that does not match, or a start tag left open; "" if all match.
std::string UnbalancedTagOf(const std::string& html);

}  // namespace milkway::cli::testing

#endif  // MILKWAY_TESTS_CLI_PAGE_READER_H_
