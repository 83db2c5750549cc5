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

// The order of events.
// () -> its last place
using LastSequenceTable = RecordTable<KeySchema<0x0407>, rec::CounterRecord>;
// place -> what was recorded
using EventTable = RecordTable<KeySchema<0x040F, int64_t>, rec::EventRecord>;

// What allocations add up to.
// lot -> what is known of it and what all gifts took
using LotTable = RecordTable<KeySchema<0x0405, int64_t>, rec::LotRecord>;
// lot, place of an event -> the lot as the event left it
using LotHistoryKey = KeySchema<0x0410, int64_t, int64_t>;
using LotHistoryTable = RecordTable<LotHistoryKey, rec::LotRecord>;
// gift id, lot -> what the gift bought of it
using GiftLotKey = KeySchema<0x0406, std::string, int64_t>;
using GiftLotTable = RecordTable<GiftLotKey, rec::GiftLotRecord>;

// Money taken out of gifts.
// fee id -> fee
using FeeTable = RecordTable<KeySchema<0x0408, std::string>, rec::DeductionRecord>;
// gift id, fee id -> nothing
using FeeOfGiftKey = KeySchema<0x0409, std::string, std::string>;
using FeeOfGiftTable = RecordTable<FeeOfGiftKey, rec::IndexRecord>;
// refund id -> refund
using RefundTable = RecordTable<KeySchema<0x040A, std::string>, rec::DeductionRecord>;
// gift id, refund id -> nothing
using RefundOfGiftKey = KeySchema<0x040B, std::string, std::string>;
using RefundOfGiftTable = RecordTable<RefundOfGiftKey, rec::IndexRecord>;

// Milk set aside for schools; what it adds up to stands with the lot.
// set-aside id -> what was set aside
using SetAsideTable = RecordTable<KeySchema<0x040C, std::string>, rec::SetAsideRecord>;
// lot, set-aside id -> nothing
using SetAsideOfLotKey = KeySchema<0x040D, int64_t, std::string>;
using SetAsideOfLotTable = RecordTable<SetAsideOfLotKey, rec::IndexRecord>;

// donor id -> donor
using DonorKey = KeySchema<0x040E, std::string>;
using DonorTable = RecordTable<DonorKey, rec::DonorRecord>;

// What donors and the public are told.
// publication -> how far it came
using PublicationKey = KeySchema<0x0420, int64_t>;
using PublicationTable = RecordTable<PublicationKey, rec::PublicationRecord>;
// lot, publication -> what it told of the lot
using LotStatementKey = KeySchema<0x0421, int64_t, int64_t>;
using LotStatementTable = RecordTable<LotStatementKey, rec::LotStatementRecord>;
// lot, school id, publication -> what it told of the lot at the school
using ServedStatementKey = KeySchema<0x0422, int64_t, std::string, int64_t>;
using ServedStatementTable = RecordTable<ServedStatementKey, rec::ServedStatementRecord>;
// publication, lot, school id or empty -> where the log has the statement
using StatementLeafKey = KeySchema<0x0423, int64_t, int64_t, std::string>;
using StatementLeafTable = RecordTable<StatementLeafKey, rec::StatementLeafRecord>;
// gift id, publication -> how many children it told
using ToldChildrenKey = KeySchema<0x0424, std::string, int64_t>;
using ToldChildrenTable = RecordTable<ToldChildrenKey, rec::ToldChildrenRecord>;
// place of an allocation or a gift in kind -> which one, while it is not in the log
using PendingLeafKey = KeySchema<0x0425, int64_t>;
using PendingLeafTable = RecordTable<PendingLeafKey, rec::PendingLeafRecord>;
// gift id, link id -> link
using ShareLinkKey = KeySchema<0x0426, std::string, std::string>;
using ShareLinkTable = RecordTable<ShareLinkKey, rec::ShareLinkRecord>;
// SHA-256 of a token -> what it opens
using ShareTokenTable = RecordTable<KeySchema<0x0427, std::string>, rec::ShareTokenRecord>;

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_IMPACT_KEYS_H_
