// Tables for people: columns aligned on the terminal, Chinese characters too.

#ifndef MILKWAY_CLIENTS_CLI_TABLE_H_
#define MILKWAY_CLIENTS_CLI_TABLE_H_

#include <string>
#include <utility>
#include <vector>

namespace milkway::cli {

class TextTable {
 public:
  enum class Align { kLeft, kRight };
  struct Column {
    std::string title;
    Align align = Align::kLeft;
  };

  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // One cell for each column.
  void AddRow(std::vector<std::string> cells);

  bool empty() const { return rows_.empty(); }

  // The titles and rows, each line after `indent` spaces and without spaces at
  // its end.
  std::string ToString(int indent = 0) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_TABLE_H_
