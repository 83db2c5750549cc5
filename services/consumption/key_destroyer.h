// The step that destroys keys of children, once the data has let go of them.

#ifndef MILKWAY_SERVICES_CONSUMPTION_KEY_DESTROYER_H_
#define MILKWAY_SERVICES_CONSUMPTION_KEY_DESTROYER_H_

#include <atomic>
#include <string>
#include <vector>

#include "google/protobuf/message_lite.h"
#include "services/consumption/child.h"
#include "services/consumption/child_keys.h"
#include "services/consumption/rewritten.h"
#include "services/runtime/intent.h"
#include "services/runtime/worker.h"
#include "storage/store.h"

namespace milkway::consumption {

inline constexpr char kKeyDestruction[] = "child_key_destruction";

// The payload of its intent: what is to be destroyed, and what the caller then hears.
// `school_numbers`: the schools of which rows about children were deleted; `rewritten`: what
// else of the data is to be purged.
std::string DestructionPayload(const DoomedKeys& doomed, std::vector<uint32_t> school_numbers,
                               const google::protobuf::MessageLite& answer,
                               const Rewritten& rewritten = {});

// Thread-safe. The caller hears OK when no file of the store of keys, nor of its backups,
// holds the keys any more, and no file of the data holds the rows that were deleted or
// overwritten.
class KeyDestroyer final : public runtime::IntentKind {
 public:
  // Both must outlive the destroyer.
  KeyDestroyer(storage::Store* data, ChildKeys* keys) : data_(*data), keys_(*keys) {}

  absl::string_view Name() const override { return kKeyDestruction; }
  // One at a time: destroying one key or many takes as long.
  size_t PerformsMax() const override { return 1; }
  void Perform(const std::vector<runtime::Intent>& intents, Performed done) override;
  absl::Status Conclude(storage::Transaction& transaction, const runtime::Intent& intent,
                        const Outcome& outcome, Outcome* answer) override;

  // What is under way ends with the purge that it is at (Store::Purge says how long one
  // waits), and goes on after the next start.
  void Stop() { stopping_.store(true); }

 private:
  absl::Status Destroy(const std::vector<rec::KeyDestructionRecord>& destructions);

  storage::Store& data_;
  ChildKeys& keys_;
  std::atomic<bool> stopping_{false};
  runtime::Worker worker_;
};

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_KEY_DESTROYER_H_
