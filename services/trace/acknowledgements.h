// Who has heard of a recall: an append-only history for each place.

#ifndef MILKWAY_SERVICES_TRACE_ACKNOWLEDGEMENTS_H_
#define MILKWAY_SERVICES_TRACE_ACKNOWLEDGEMENTS_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/runtime/call.h"
#include "services/runtime/dates.h"
#include "services/trace/trace_keys.h"
#include "storage/store.h"

namespace milkway::trace {

struct FoundLot {
  int64_t lot_id = 0;
  int64_t found_packs = 0;
  int64_t set_aside_packs = 0;
};

// An acknowledgement as somebody states it.
struct Acknowledgement {
  std::string recall_id;
  std::string location_id;
  OccurredAt acknowledged_at;
  std::vector<FoundLot> lots;
  std::string person;
  std::string note;
};

// What a recall allows to be acknowledged.
struct RecallFacts {
  int64_t ordered_us = 0;
  std::vector<int64_t> lot_ids;
};

// INVALID_ARGUMENT (acknowledged_at) if it is before the order or more than a day after
// `now_us`; FAILED_PRECONDITION (LOT_NOT_RECALLED).
absl::Status CheckAcknowledgement(const Acknowledgement& acknowledgement, const RecallFacts& recall,
                                  int64_t now_us);

// An acknowledgement with its number at its place, from 1.
using Numbered = std::pair<int64_t, rec::AcknowledgementRecord>;

// Adds one more, after CheckAcknowledgement.
absl::StatusOr<Numbered> AddAcknowledgement(storage::Transaction& transaction,
                                            const Acknowledgement& acknowledgement,
                                            const runtime::Call& call);

// The last acknowledgement of each place that made one, by location id.
absl::StatusOr<std::map<std::string, Numbered>> LastAcknowledgements(const storage::Reader& reader,
                                                                     const std::string& recall_id);

}  // namespace milkway::trace

#endif  // MILKWAY_SERVICES_TRACE_ACKNOWLEDGEMENTS_H_
