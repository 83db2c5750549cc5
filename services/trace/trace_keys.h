// The tables of trace. docs/formats.md describes their bytes.

#ifndef MILKWAY_SERVICES_TRACE_TRACE_KEYS_H_
#define MILKWAY_SERVICES_TRACE_TRACE_KEYS_H_

#include <string>

#include "milkway/trace/records/v1/records.pb.h"
#include "services/runtime/record_table.h"
#include "storage/key_codec.h"

namespace milkway::trace {

namespace rec = records::v1;
using runtime::RecordTable;
using storage::KeySchema;

// recall id, location id, number from 1 -> acknowledgement
using AcknowledgementKey = KeySchema<0x0501, std::string, std::string, int64_t>;
using AcknowledgementTable = RecordTable<AcknowledgementKey, rec::AcknowledgementRecord>;
// recall id, location id -> how many
using AcknowledgementCountKey = KeySchema<0x0502, std::string, std::string>;
using AcknowledgementCountTable =
    RecordTable<AcknowledgementCountKey, rec::AcknowledgementCountRecord>;

}  // namespace milkway::trace

#endif  // MILKWAY_SERVICES_TRACE_TRACE_KEYS_H_
