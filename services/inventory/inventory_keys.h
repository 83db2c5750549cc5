// The tables of the inventory. docs/formats.md describes their bytes.

#ifndef MILKWAY_SERVICES_INVENTORY_INVENTORY_KEYS_H_
#define MILKWAY_SERVICES_INVENTORY_INVENTORY_KEYS_H_

#include <string>

#include "milkway/inventory/records/v1/records.pb.h"
#include "services/runtime/record_table.h"
#include "storage/key_codec.h"
#include "storage/merkle_log.h"

namespace milkway::inventory {

namespace rec = records::v1;
using runtime::RecordTable;
using storage::KeySchema;

// The catalogue.
// () -> settings
using ProgrammeTable = RecordTable<KeySchema<0x0101>, rec::ProgrammeRecord>;
// product id -> product
using ProductKey = KeySchema<0x0102, std::string>;
using ProductTable = RecordTable<ProductKey, rec::ProductRecord>;
// location id -> location
using LocationKey = KeySchema<0x0103, std::string>;
using LocationTable = RecordTable<LocationKey, rec::LocationRecord>;
// from currency, to currency, day -> rate
using ExchangeRateKey = KeySchema<0x0104, std::string, std::string, int64_t>;
using ExchangeRateTable = RecordTable<ExchangeRateKey, rec::ExchangeRateRecord>;

// Purchases.
// purchase id -> purchase
using PurchaseKey = KeySchema<0x0105, std::string>;
using PurchaseTable = RecordTable<PurchaseKey, rec::PurchaseRecord>;
// cost id -> id of its purchase
using CostKey = KeySchema<0x0106, std::string>;
// lot -> lot
using LotKey = KeySchema<0x0107, int64_t>;
using LotTable = RecordTable<LotKey, rec::LotRecord>;
// product id, lot number, lot -> nothing
using LotByNumberKey = KeySchema<0x0108, std::string, std::string, int64_t>;
using LotByNumberTable = RecordTable<LotByNumberKey, rec::IndexRecord>;
// () -> last lot
using LastLotTable = RecordTable<KeySchema<0x0109>, rec::CounterRecord>;

// The log.
// () -> its end
using LogHeadTable = RecordTable<KeySchema<0x010A>, rec::LogHeadRecord>;
// position -> posting
using LogKey = KeySchema<0x010B, int64_t>;
using LogTable = RecordTable<LogKey, rec::LogEntryRecord>;
// position of a corrected posting -> its correction
using CorrectionKey = KeySchema<0x010C, int64_t>;
using CorrectionTable = RecordTable<CorrectionKey, rec::CorrectionRecord>;

// What the log adds up to; each row can be recomputed from the postings.
// lot, account kind, place -> account
using AccountKey = KeySchema<0x010D, int64_t, uint8_t, std::string>;
using AccountTable = RecordTable<AccountKey, rec::AccountRecord>;
// place, lot, account kind -> nothing, for every account
using AccountByPlaceKey = KeySchema<0x010E, std::string, int64_t, uint8_t>;
using AccountByPlaceTable = RecordTable<AccountByPlaceKey, rec::IndexRecord>;
// lot, account kind, place, day (UTC) -> the day's entries, for physical accounts
using DayKey = KeySchema<0x010F, int64_t, uint8_t, std::string, int64_t>;
using DayTable = RecordTable<DayKey, rec::DayRecord>;
// lot, account kind, place, time, rank, position -> entry, for physical accounts
using EntryKey = KeySchema<0x0110, int64_t, uint8_t, std::string, int64_t, uint8_t, int64_t>;
using EntryTable = RecordTable<EntryKey, rec::EntryRecord>;
// place, product id -> lots with usable stock there
using ShelfKey = KeySchema<0x0111, std::string, std::string>;
using ShelfTable = RecordTable<ShelfKey, rec::ShelfRecord>;

// Counts.
// place, lot, counted at -> count
using CountKey = KeySchema<0x0112, std::string, int64_t, int64_t>;
using CountTable = RecordTable<CountKey, rec::CountRecord>;

// Adjustments.
// position of its posting -> why
using AdjustmentTable = RecordTable<KeySchema<0x0113, int64_t>, rec::AdjustmentRecord>;

// Recalls.
// recall id -> recall
using RecallKey = KeySchema<0x0114, std::string>;
using RecallTable = RecordTable<RecallKey, rec::RecallRecord>;
// recall id, lot -> nothing, for every lot that it ever matched
using RecallLotKey = KeySchema<0x0115, std::string, int64_t>;
using RecallLotTable = RecordTable<RecallLotKey, rec::IndexRecord>;
// () -> how many recalls stand, and how many lots were released by one
using OpenRecallsTable = RecordTable<KeySchema<0x0116>, rec::OpenRecallsRecord>;
// product id, recall id -> nothing, for recalls that stand
using OpenRecallKey = KeySchema<0x0117, std::string, std::string>;
using OpenRecallTable = RecordTable<OpenRecallKey, rec::IndexRecord>;
// lot -> its recalls that stand, and whether one was lifted and released it
using LotRecallsKey = KeySchema<0x0118, int64_t>;
using LotRecallsTable = RecordTable<LotRecallsKey, rec::LotRecallsRecord>;
// lot, place, time, recall id -> what it took out of usable stock there
using HoldKey = KeySchema<0x0119, int64_t, std::string, int64_t, std::string>;
using HoldTable = RecordTable<HoldKey, rec::HoldRecord>;

// More of the catalogue.
// location id -> whom to call
using ContactsTable = RecordTable<KeySchema<0x011A, std::string>, rec::ContactsRecord>;

// More of purchases.
// purchase id, document id -> paper
using PurchaseDocumentKey = KeySchema<0x011B, std::string, std::string>;
using PurchaseDocumentTable = RecordTable<PurchaseDocumentKey, rec::DocumentRecord>;
// return id -> goods that went back
using SupplierReturnKey = KeySchema<0x011C, std::string>;
using SupplierReturnTable = RecordTable<SupplierReturnKey, rec::SupplierReturnRecord>;

// Opened packs.
// opening id -> packs that were opened
using OpeningKey = KeySchema<0x011D, int64_t>;
using OpeningTable = RecordTable<OpeningKey, rec::OpeningRecord>;
// () -> last opening
using LastOpeningTable = RecordTable<KeySchema<0x011E>, rec::CounterRecord>;
// place, last day of use, opening id -> nothing, for those with open packs
using OpenPackKey = KeySchema<0x011F, std::string, int64_t, int64_t>;
using OpenPackTable = RecordTable<OpenPackKey, rec::IndexRecord>;

// Proof of the log.
// level, index -> hashes of the Merkle tree (storage/merkle_log.h)
inline constexpr storage::MerkleLog kLogTree(0x0140);
// day (UTC) -> the checkpoint signed on it
using CheckpointKey = KeySchema<0x0141, int64_t>;
using CheckpointTable = RecordTable<CheckpointKey, rec::CheckpointRecord>;

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_INVENTORY_KEYS_H_
