// The tables of impact. docs/formats.md describes their bytes.

#ifndef MILKWAY_SERVICES_IMPACT_IMPACT_KEYS_H_
#define MILKWAY_SERVICES_IMPACT_IMPACT_KEYS_H_

#include <string>

#include "milkway/impact/records/v1/records.pb.h"
#include "services/runtime/record_table.h"
#include "storage/key_codec.h"

namespace milkway::impact {

namespace rec = records::v1;
using runtime::RecordTable;
using storage::KeySchema;

// Gifts.
// gift id -> gift
using GiftKey = KeySchema<0x0401, std::string>;
using GiftTable = RecordTable<GiftKey, rec::GiftRecord>;
// donor id, gift id -> nothing
using GiftByDonorKey = KeySchema<0x0402, std::string, std::string>;
using GiftByDonorTable = RecordTable<GiftByDonorKey, rec::IndexRecord>;

// Allocations.
// gift id, number -> allocation
using AllocationKey = KeySchema<0x0403, std::string, int64_t>;
using AllocationTable = RecordTable<AllocationKey, rec::AllocationRecord>;
// allocation id -> its gift and number
using AllocationPlaceTable =
    RecordTable<KeySchema<0x0404, std::string>, rec::AllocationPlaceRecord>;
// () -> last place among all allocations
using LastAllocationTable = RecordTable<KeySchema<0x0407>, rec::CounterRecord>;

// What allocations add up to.
// lot -> what is known of it and what all gifts took
using LotTable = RecordTable<KeySchema<0x0405, int64_t>, rec::LotRecord>;
// gift id, lot -> what the gift bought of it
using GiftLotKey = KeySchema<0x0406, std::string, int64_t>;
using GiftLotTable = RecordTable<GiftLotKey, rec::GiftLotRecord>;

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_IMPACT_KEYS_H_
