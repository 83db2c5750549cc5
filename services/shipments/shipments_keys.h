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

// origin id, shipment id -> nothing
using ShipmentByOriginKey = KeySchema<0x0206, std::string, std::string>;
using ShipmentByOriginTable = RecordTable<ShipmentByOriginKey, rec::IndexRecord>;
// lot, shipment id -> nothing, for lots that are on a line of the draft or that a
// receipt named once
using ShipmentByLotKey = KeySchema<0x0207, int64_t, std::string>;
using ShipmentByLotTable = RecordTable<ShipmentByLotKey, rec::IndexRecord>;
// origin id, destination id, minus dispatched at (the last one first), shipment id ->
// how long it took, while the shipment is received
using LaneKey = KeySchema<0x0208, std::string, std::string, int64_t, std::string>;
using LaneTable = RecordTable<LaneKey, rec::LaneTimeRecord>;

// destination id, received at, receipt id -> nothing, while a second person has not
// signed what stands
using ToCountersignKey = KeySchema<0x0209, std::string, int64_t, std::string>;
using ToCountersignTable = RecordTable<ToCountersignKey, rec::IndexRecord>;
// shipment id, receipt id (empty: declared lost), lot -> missing packs
using ShortageKey = KeySchema<0x020A, std::string, std::string, int64_t>;
using ShortageTable = RecordTable<ShortageKey, rec::ShortageRecord>;
// 0 (open) or 1 (resolved), then as above -> nothing
using ShortageByStateKey = KeySchema<0x020B, uint8_t, std::string, std::string, int64_t>;
using ShortageByStateTable = RecordTable<ShortageByStateKey, rec::IndexRecord>;
// shipment id, number in the shipment from 1 -> loss, closing or return
using TransitExitKey = KeySchema<0x020C, std::string, int64_t>;
using TransitExitTable = RecordTable<TransitExitKey, rec::TransitExitRecord>;

// shipment id, sequence -> leg
using LegKey = KeySchema<0x020D, std::string, int64_t>;
using LegTable = RecordTable<LegKey, rec::LegRecord>;
// shipment id, document id -> paper
using DocumentKey = KeySchema<0x020E, std::string, std::string>;
using DocumentTable = RecordTable<DocumentKey, rec::DocumentRecord>;
// shipment id, logger id -> its readings summed up
using LoggerKey = KeySchema<0x020F, std::string, std::string>;
using LoggerTable = RecordTable<LoggerKey, rec::LoggerRecord>;
// shipment id, logger id, read at -> reading
using TemperatureKey = KeySchema<0x0210, std::string, std::string, int64_t>;
using TemperatureTable = RecordTable<TemperatureKey, rec::TemperatureRecord>;

// position -> change of a shipment
using ChangeKey = KeySchema<0x0211, int64_t>;
using ChangeTable = RecordTable<ChangeKey, rec::ChangeRecord>;
// nothing -> the end of the changes
using ChangeHeadKey = KeySchema<0x0212>;
using ChangeHeadTable = RecordTable<ChangeHeadKey, rec::ChangeHeadRecord>;

// receipt id, SHA-256 of a photo -> what is known of the photo
using ReceiptPhotoKey = KeySchema<0x0213, std::string, std::string>;
using ReceiptPhotoTable = RecordTable<ReceiptPhotoKey, rec::ReceiptPhotoRecord>;
// the same -> its bytes, which lists do not read
using ImageKey = KeySchema<0x0214, std::string, std::string>;
using ImageTable = RecordTable<ImageKey, rec::ImageRecord>;

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_SHIPMENTS_KEYS_H_
