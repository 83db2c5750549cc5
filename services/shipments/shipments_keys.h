// The tables of the shipments. docs/formats.md describes their bytes.

#ifndef MILKWAY_SERVICES_SHIPMENTS_SHIPMENTS_KEYS_H_
#define MILKWAY_SERVICES_SHIPMENTS_SHIPMENTS_KEYS_H_

#include <string>

#include "milkway/shipments/records/v1/records.pb.h"
#include "services/runtime/record_table.h"
#include "storage/key_codec.h"

namespace milkway::shipments {

namespace rec = records::v1;
using runtime::RecordTable;
using storage::KeySchema;

// shipment id -> shipment
using ShipmentKey = KeySchema<0x0201, std::string>;
using ShipmentTable = RecordTable<ShipmentKey, rec::ShipmentRecord>;
// destination id, shipment id -> nothing
using ShipmentByDestinationKey = KeySchema<0x0202, std::string, std::string>;
using ShipmentByDestinationTable = RecordTable<ShipmentByDestinationKey, rec::IndexRecord>;

// shipment id, occurred at, number in the shipment from 1 -> milestone
using MilestoneKey = KeySchema<0x0203, std::string, int64_t, int64_t>;
using MilestoneTable = RecordTable<MilestoneKey, rec::MilestoneRecord>;

// receipt id -> receipt in all its versions
using ReceiptKey = KeySchema<0x0204, std::string>;
using ReceiptTable = RecordTable<ReceiptKey, rec::ReceiptRecord>;
// shipment id, received at, receipt id -> nothing, once the receipt is posted
using ReceiptByShipmentKey = KeySchema<0x0205, std::string, int64_t, std::string>;
using ReceiptByShipmentTable = RecordTable<ReceiptByShipmentKey, rec::IndexRecord>;

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_SHIPMENTS_KEYS_H_
