// Rows of a request, each about another child.

#ifndef MILKWAY_SERVICES_CONSUMPTION_EACH_CHILD_H_
#define MILKWAY_SERVICES_CONSUMPTION_EACH_CHILD_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"

namespace milkway::consumption {

// `parse(message) → absl::StatusOr<Row>`; a Row has a student_number. INVALID_ARGUMENT names
// the row: "students[2]", or its number where two are of one child.
template <typename Row, typename Messages, typename Parse>
absl::StatusOr<std::vector<Row>> ParseEachChild(const std::string& field, const Messages& messages,
                                                int count_max, Parse parse) {
  RETURN_IF_ERROR(runtime::CheckCount(field, messages.size(), 1, count_max));
  std::vector<Row> rows;
  absl::flat_hash_set<int32_t> seen;
  for (int index = 0; index < messages.size(); ++index) {
    const std::string item = runtime::Item(field, index);
    absl::StatusOr<Row> row = parse(messages.Get(index));
    if (!row.ok()) return runtime::InField(item, row.status());
    if (!seen.insert(row->student_number).second) {
      return runtime::InvalidField(item + ".student_number",
                                   absl::StrCat("is ", row->student_number,
                                                ", as of an earlier row; each child comes once"));
    }
    rows.push_back(*std::move(row));
  }
  return rows;
}

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_EACH_CHILD_H_
