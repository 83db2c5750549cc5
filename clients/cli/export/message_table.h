// Messages of one type as rows of a table: a column for every field.

#ifndef MILKWAY_CLIENTS_CLI_EXPORT_MESSAGE_TABLE_H_
#define MILKWAY_CLIENTS_CLI_EXPORT_MESSAGE_TABLE_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace milkway::cli {

// Columns are named after the fields, those of a message in a message after both. Times
// are RFC 3339, money is an amount and its currency, enums are words, bytes are hex;
// several values of a field stand in one cell with ";" between them. Of messages that a
// field repeats, only those of the field `row_field` are shown, one a row.
class MessageTable {
 public:
  MessageTable(const google::protobuf::Descriptor& type, absl::string_view row_field);

  // The columns. Where one is lot_id, what names the lot stands beside it.
  const std::vector<std::string>& columns() const { return columns_; }

  // The rows of a message, each with a cell for every column. Adds quantities to the sums.
  std::vector<std::vector<std::string>> RowsOf(const google::protobuf::Message& message);

  // Of columns that hold grams, packs or servings, but for balances.
  const std::map<std::string, int64_t>& sums() const { return sums_; }

 private:
  void AddColumns(const google::protobuf::Descriptor& type, const std::string& prefix);
  void AddCells(const google::protobuf::Message& message, const std::string& prefix,
                std::vector<std::string>* cells);
  std::string CellOf(const google::protobuf::Message& message,
                     const google::protobuf::FieldDescriptor& field, int index) const;

  std::string row_field_;
  std::vector<std::string> columns_;
  std::map<std::string, int64_t> sums_;
};

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_EXPORT_MESSAGE_TABLE_H_
