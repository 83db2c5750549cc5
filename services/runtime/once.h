// Exactly once: the memory of requests that were answered OK.
//
// Request ids are kept for ever. Only OK answers are remembered: a refused
// request may be sent again, with another body too.

#ifndef MILKWAY_SERVICES_RUNTIME_ONCE_H_
#define MILKWAY_SERVICES_RUNTIME_ONCE_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "services/runtime/service_tag.h"
#include "storage/store.h"

namespace milkway::runtime {

// A UUID of any version but the nil one.
struct RequestId {
  uint64_t high = 0;
  uint64_t low = 0;
  friend bool operator==(const RequestId&, const RequestId&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const RequestId& id) {
    return H::combine(std::move(state), id.high, id.low);
  }
};

// 36 characters, any case; INVALID_ARGUMENT naming `field` otherwise.
absl::StatusOr<RequestId> ParseRequestId(absl::string_view field, absl::string_view text);
std::string FormatRequestId(RequestId id);

// The id of the request that a service sends on behalf of `id`: always the same
// for the same `id` and `step`, and different from any other (a UUIDv8 of their
// SHA-256).
RequestId DeriveRequestId(RequestId id, absl::string_view step);

using BodyHash = std::array<char, 16>;

// Thread-safe.
class OnceTable {
 public:
  // What is known of a request.
  struct Memory {
    std::string answer;      // the serialized response, if intent_id is 0
    uint64_t intent_id = 0;  // not 0: still under way in this intent
  };

  // Loads the store's hash key, or makes it on the first start.
  static absl::StatusOr<OnceTable> Open(ServiceTag service, storage::Store* store);

  ServiceTag service() const { return service_; }

  // Keyed hash of the request's parsed values: unknown fields and the order on
  // the wire do not matter. The request_id itself is part of it, harmlessly.
  BodyHash HashOf(const google::protobuf::Message& request) const;

  // nullopt if the request is new. ALREADY_EXISTS (REQUEST_ID_REUSED) if it was
  // taken with another body.
  absl::StatusOr<std::optional<Memory>> Find(const storage::Reader& reader, RequestId id,
                                             const BodyHash& hash) const;

  // The request is answered: OK with these bytes, for ever. They hold nothing that tells
  // of people (sensitivity.h).
  absl::Status Remember(storage::Transaction& transaction, RequestId id, const BodyHash& hash,
                        absl::string_view answer) const;

  // The request is under way in an intent; Remember or Forget ends that.
  absl::Status Reserve(storage::Transaction& transaction, RequestId id, const BodyHash& hash,
                       uint64_t intent_id) const;

  // The request was refused after all.
  absl::Status Forget(storage::Transaction& transaction, RequestId id) const;

 private:
  OnceTable(ServiceTag service, std::array<unsigned char, 32> hash_key)
      : service_(service), hash_key_(hash_key) {}

  ServiceTag service_;
  std::array<unsigned char, 32> hash_key_;
};

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_ONCE_H_
