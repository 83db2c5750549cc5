// The tables that the runtime keeps for each service, beside the service's own.

#ifndef MILKWAY_SERVICES_RUNTIME_SERVICE_TABLES_H_
#define MILKWAY_SERVICES_RUNTIME_SERVICE_TABLES_H_

#include <cstdint>
#include <string>

#include "services/runtime/service_tag.h"
#include "storage/key_codec.h"

namespace milkway::runtime {

// The low byte of a table tag; 0xF0 and above are the runtime's in every service.
inline constexpr uint8_t kOnceTable = 0xF0;           // request id -> RememberedRequest
inline constexpr uint8_t kIntentTable = 0xF1;         // intent id -> OpenIntent
inline constexpr uint8_t kHashKeyTable = 0xF2;        // () -> 32 random bytes
inline constexpr uint8_t kIntentCounterTable = 0xF3;  // () -> last intent id, 8 bytes
inline constexpr uint8_t kAuditTable = 0xF4;          // position -> AuditRowRecord
inline constexpr uint8_t kAuditHeadTable = 0xF5;      // () -> AuditHeadRecord
inline constexpr uint8_t kAuditIdTable = 0xF6;        // id, position -> nothing
inline constexpr uint8_t kAuditAnchorTable = 0xF7;    // () -> AuditAnchorRecord

// The start of the keys of a table of `service`.
inline std::string TableKey(ServiceTag service, uint8_t table) {
  std::string key;
  storage::key_internal::AppendTag(
      static_cast<uint16_t>(static_cast<uint16_t>(service) << 8 | table), &key);
  return key;
}

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_SERVICE_TABLES_H_
