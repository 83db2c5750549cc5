// The lines of a record on the command line:
//   product=devondale-1kg,lot=L2401,serving_g=25,students="1-12;15",wasted_g=0

#ifndef MILKWAY_CLIENTS_CLI_LINE_SYNTAX_H_
#define MILKWAY_CLIENTS_CLI_LINE_SYNTAX_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace milkway::cli {

// Key=value pairs with commas between them. A value may stand in double quotes,
// and must if it has a comma or a quote in it (written twice). Every error is a
// usage error that shows what was expected.
class LineFields {
 public:
  // `keys` are those that the line may have, each once.
  static absl::StatusOr<LineFields> Parse(absl::string_view text, std::vector<std::string> keys);

  // nullopt if the line does not have the key.
  std::optional<std::string> Find(absl::string_view key) const;

  // A whole number between the limits; `missing` where the line does not have the
  // key, an error if `missing` is nullopt.
  absl::StatusOr<int64_t> Whole(absl::string_view key, int64_t minimum, int64_t maximum,
                                std::optional<int64_t> missing) const;

  // Student numbers in ascending order; none where the line does not have the key.
  absl::StatusOr<std::vector<int32_t>> Students(absl::string_view key) const;

  // A usage error about this line: `--line "<line>": <rule>`.
  absl::Status Wrong(absl::string_view rule) const;

 private:
  std::string text_;
  std::map<std::string, std::string> values_;
};

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_LINE_SYNTAX_H_
