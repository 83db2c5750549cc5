// What the inventory's log says about records that their own lists do not.

#ifndef MILKWAY_CLIENTS_CLI_EXPORT_LOG_SURVEY_H_
#define MILKWAY_CLIENTS_CLI_EXPORT_LOG_SURVEY_H_

#include <cstdint>
#include <limits>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "clients/cli/connection.h"
#include "clients/cli/console.h"

namespace milkway::cli {

// Why a posting overruled the books or left earlier stock behind.
struct PostingReasons {
  std::string discrepancy_reason;
  std::string fefo_override_reason;
};

// Its memory grows with what is out of the ordinary, not with the log.
struct LogSurvey {
  // The last posting that the export shows.
  int64_t position = 0;
  // When the first one was recorded that it does not show: nothing from then on is shown.
  int64_t end_us = std::numeric_limits<int64_t>::max();
  int64_t distributions = 0;
  // Those of its purchases.
  absl::flat_hash_set<std::string> purchase_ids;
  // Where recalls were placed and lifted, as far as stock was moved for it: of those
  // that do not say themselves when they were recorded.
  absl::flat_hash_map<std::string, int64_t> recalls;
  absl::flat_hash_map<std::string, int64_t> lifted_recalls;
  // Postings with a reason of their own.
  absl::flat_hash_map<int64_t, PostingReasons> reasons;

  // Nullptr if the posting needed no reason.
  const PostingReasons* FindReasons(int64_t of_position) const;
};

// Reads the log once, up to `last_position` or, where that is 0, to its end.
absl::StatusOr<LogSurvey> SurveyLog(int64_t last_position, Connection* connection,
                                    Console* console);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_EXPORT_LOG_SURVEY_H_
