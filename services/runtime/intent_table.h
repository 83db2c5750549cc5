// What a service stores of the steps that it has begun and not concluded (intent.h).

#ifndef MILKWAY_SERVICES_RUNTIME_INTENT_TABLE_H_
#define MILKWAY_SERVICES_RUNTIME_INTENT_TABLE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/runtime/intent.h"
#include "services/runtime/service_tag.h"
#include "storage/store.h"

namespace milkway::runtime {

// The next of the numbers of intents: 1, 2, … DATA_LOSS if the counter is damaged.
absl::StatusOr<uint64_t> TakeIntentId(storage::Transaction& transaction, ServiceTag service);

absl::Status PutIntent(storage::Transaction& transaction, ServiceTag service,
                       absl::string_view kind, const Intent& intent);
absl::Status DeleteIntent(storage::Transaction& transaction, ServiceTag service, uint64_t id);

// Every row that a step of `service` is or was stored in.
storage::KeyRange IntentRows(ServiceTag service);

struct StoredIntent {
  std::string kind;
  Intent intent;
};
// All of them, in the order of their numbers. DATA_LOSS if a row is damaged.
absl::StatusOr<std::vector<StoredIntent>> ReadIntents(const storage::Reader& reader,
                                                      ServiceTag service);

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_INTENT_TABLE_H_
