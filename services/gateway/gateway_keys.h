// The tables of the gateway. docs/formats.md describes their bytes.

#ifndef MILKWAY_SERVICES_GATEWAY_GATEWAY_KEYS_H_
#define MILKWAY_SERVICES_GATEWAY_GATEWAY_KEYS_H_

#include <string>

#include "milkway/gateway/records/v1/records.pb.h"
#include "services/runtime/record_table.h"
#include "storage/key_codec.h"

namespace milkway::gateway {

namespace rec = records::v1;

// SHA-256 of a session's cookie -> the session
using WebSessionTable =
    runtime::RecordTable<storage::KeySchema<0x0801, std::string>, rec::WebSessionRecord>;
// when the session ends, SHA-256 of its cookie -> nothing
using WebSessionEndKey = storage::KeySchema<0x0802, int64_t, std::string>;
using WebSessionEndTable = runtime::RecordTable<WebSessionEndKey, rec::IndexRecord>;

}  // namespace milkway::gateway

#endif  // MILKWAY_SERVICES_GATEWAY_GATEWAY_KEYS_H_
