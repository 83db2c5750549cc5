// Tables with a year between what was before it and what it came to.

#ifndef MILKWAY_CLIENTS_CLI_PRINT_YEAR_TABLES_H_
#define MILKWAY_CLIENTS_CLI_PRINT_YEAR_TABLES_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "clients/cli/print/texts.h"
#include "milkway/common/v1/money.pb.h"

namespace milkway::print {

// Makes such a table, row by row: each has a title, and three figures whose fields are
// before.<field>, year.<field> and total.<field>.
class YearTable {
 public:
  YearTable(Language language, int year, Text caption);

  void AddCount(Text title, absl::string_view field, int64_t before, int64_t after);
  // Milligrams, shown as whole grams.
  void AddGrams(Text title, absl::string_view field, int64_t before_mg, int64_t after_mg);
  void AddMoney(Text title, absl::string_view field, const common::v1::Money& before,
                const common::v1::Money& after);
  // What is told only as it is in the end.
  void AddBalance(Text title, absl::string_view field, const common::v1::Money& after);
  // Numbers of children, or nullptr where none is told; a year's number is told only if
  // both are.
  void AddChildren(Text title, absl::string_view field, const int64_t* before,
                   const int64_t* after);

  // Whether anything became less in the year that only grows without corrections.
  bool has_fallen() const { return has_fallen_; }

  std::string ToHtml() const;

 private:
  Language language_;
  int year_;
  Text caption_;
  bool has_fallen_ = false;
  std::string rows_;
};

}  // namespace milkway::print

#endif  // MILKWAY_CLIENTS_CLI_PRINT_YEAR_TABLES_H_
