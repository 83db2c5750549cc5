// Where in the inventory's log something was recorded that moved no grams.

#ifndef MILKWAY_CLIENTS_CLI_EXPORT_LOG_PLACES_H_
#define MILKWAY_CLIENTS_CLI_EXPORT_LOG_PLACES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "clients/cli/connection.h"

namespace milkway::cli {

// Turns times of recording into places between postings. Remembers every 64th posting
// and asks the server for those between.
class LogPlaces {
 public:
  explicit LogPlaces(Connection* connection) : connection_(*connection) {}

  // The next posting of the log, from the first one on.
  void Add(int64_t recorded_us);

  // "17+250": after posting 17, by 250 µs, and before posting 18. "0+…": before the first
  // one.
  absl::StatusOr<std::string> At(int64_t us);

 private:
  absl::StatusOr<int64_t> TimeOf(int64_t position);

  Connection& connection_;
  int64_t count_ = 0;
  std::vector<int64_t> sampled_us_;
  // Of postings that were asked for.
  absl::flat_hash_map<int64_t, int64_t> asked_us_;
};

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_EXPORT_LOG_PLACES_H_
