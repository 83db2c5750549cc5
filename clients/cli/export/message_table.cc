#include "clients/cli/export/message_table.h"

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cli/days.h"
#include "clients/cli/enum_words.h"
#include "clients/cli/export/export_parts.h"
#include "google/protobuf/descriptor.h"
#include "milkway/common/v1/money.pb.h"
#include "milkway/common/v1/time.pb.h"

namespace milkway::cli {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool IsTime(const Descriptor& type) { return &type == common::v1::ZonedTime::descriptor(); }
bool IsMoney(const Descriptor& type) { return &type == common::v1::Money::descriptor(); }

bool IsQuantity(absl::string_view column) {
  return absl::EndsWith(column, "_g") || absl::EndsWith(column, "packs") ||
         absl::EndsWith(column, "servings");
}

// A balance is a state, not an amount: adding it up says nothing.
bool IsSummed(absl::string_view column) {
  return IsQuantity(column) && !absl::EndsWith(column, "balance_g");
}

std::string NameOf(const FieldDescriptor& field, const std::string& prefix) {
  return prefix.empty() ? field.name() : absl::StrCat(prefix, "_", field.name());
}

}  // namespace

MessageTable::MessageTable(const Descriptor& type, absl::string_view row_field)
    : row_field_(row_field) {
  AddColumns(type, "");
}

void MessageTable::AddColumns(const Descriptor& type, const std::string& prefix) {
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const std::string name = NameOf(field, prefix);
    const Descriptor* nested = field.message_type();
    if (nested == nullptr || IsTime(*nested)) {
      columns_.push_back(name);
    } else if (IsMoney(*nested)) {
      columns_.push_back(name);
      columns_.push_back(name + "_currency");
    } else if (!field.is_repeated()) {
      AddColumns(*nested, name);
    } else if (field.name() == row_field_) {
      AddColumns(*nested, "");
    }
  }
}

std::string MessageTable::CellOf(const Message& message, const FieldDescriptor& field,
                                 int index) const {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  const bool repeated = index >= 0;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string text = repeated ? reflection.GetRepeatedString(message, &field, index)
                                  : reflection.GetString(message, &field);
      const bool is_bytes = field.type() == FieldDescriptor::TYPE_BYTES;
      return is_bytes ? absl::BytesToHexString(text) : text;
    }
    case FieldDescriptor::CPPTYPE_ENUM: {
      const auto* value = repeated ? reflection.GetRepeatedEnum(message, &field, index)
                                   : reflection.GetEnum(message, &field);
      return value->number() == 0 ? "" : WordOfValue(*value);
    }
    case FieldDescriptor::CPPTYPE_BOOL: {
      const bool value = repeated ? reflection.GetRepeatedBool(message, &field, index)
                                  : reflection.GetBool(message, &field);
      return value ? "yes" : "no";
    }
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(repeated ? reflection.GetRepeatedInt32(message, &field, index)
                                   : reflection.GetInt32(message, &field));
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(repeated ? reflection.GetRepeatedInt64(message, &field, index)
                                   : reflection.GetInt64(message, &field));
    case FieldDescriptor::CPPTYPE_UINT32:
      return absl::StrCat(repeated ? reflection.GetRepeatedUInt32(message, &field, index)
                                   : reflection.GetUInt32(message, &field));
    case FieldDescriptor::CPPTYPE_UINT64:
      return absl::StrCat(repeated ? reflection.GetRepeatedUInt64(message, &field, index)
                                   : reflection.GetUInt64(message, &field));
    default:
      return "";
  }
}

void MessageTable::AddCells(const Message& message, const std::string& prefix,
                            std::vector<std::string>* cells) {
  const Descriptor& type = *message.GetDescriptor();
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const Descriptor* nested = field.message_type();
    if (nested != nullptr && field.is_repeated()) {
      // Its columns stand here; RowsOf fills them.
      if (field.name() == row_field_ && prefix.empty()) {
        MessageTable inner(*nested, "");
        cells->resize(cells->size() + inner.columns_.size());
      }
      continue;
    }
    if (nested == nullptr) {
      std::string cell;
      const bool is_there = !field.has_presence() || reflection.HasField(message, &field);
      if (!field.is_repeated() && is_there) cell = CellOf(message, field, -1);
      for (int j = 0; field.is_repeated() && j < reflection.FieldSize(message, &field); ++j) {
        absl::StrAppend(&cell, j == 0 ? "" : ";", CellOf(message, field, j));
      }
      cells->push_back(std::move(cell));
      continue;
    }
    const Message& inner = reflection.GetMessage(message, &field);
    const bool has = reflection.HasField(message, &field);
    if (IsTime(*nested)) {
      const auto& time = static_cast<const common::v1::ZonedTime&>(inner);
      cells->push_back(has ? FormatRfc3339(FromZonedTime(time)) : "");
    } else if (IsMoney(*nested)) {
      const auto& money = static_cast<const common::v1::Money&>(inner);
      cells->push_back(has ? AmountOf(money.minor_units(), money.currency_code()) : "");
      cells->push_back(money.currency_code());
    } else {
      AddCells(inner, NameOf(field, prefix), cells);
    }
  }
}

std::vector<std::vector<std::string>> MessageTable::RowsOf(const Message& message) {
  std::vector<std::string> cells;
  AddCells(message, "", &cells);
  std::vector<std::vector<std::string>> rows;
  const FieldDescriptor* row_field =
      row_field_.empty() ? nullptr : message.GetDescriptor()->FindFieldByName(row_field_);
  if (row_field == nullptr) {
    rows.push_back(std::move(cells));
  } else {
    // Where the columns of the repeated message begin.
    size_t start = 0;
    MessageTable before(*message.GetDescriptor(), "");
    while (start < before.columns_.size() && before.columns_[start] == columns_[start]) ++start;
    const int count = message.GetReflection()->FieldSize(message, row_field);
    for (int i = 0; i < count; ++i) {
      std::vector<std::string> inner;
      AddCells(message.GetReflection()->GetRepeatedMessage(message, row_field, i), "row", &inner);
      rows.push_back(cells);
      for (size_t j = 0; j < inner.size(); ++j) rows.back()[start + j] = std::move(inner[j]);
    }
  }
  for (const std::vector<std::string>& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      int64_t amount = 0;
      if (IsSummed(columns_[i]) && absl::SimpleAtoi(row[i], &amount)) sums_[columns_[i]] += amount;
    }
  }
  return rows;
}

}  // namespace milkway::cli
