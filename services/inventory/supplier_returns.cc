#include "services/inventory/supplier_returns.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "milkway/inventory/v1/stock.pb.h"
#include "services/inventory/catalog.h"
#include "services/inventory/documents.h"
#include "services/inventory/inventory_errors.h"
#include "services/inventory/ledger.h"
#include "services/inventory/purchases.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"
#include "services/runtime/serialize.h"

namespace milkway::inventory {

namespace {

using runtime::InField;
using runtime::InvalidField;
using runtime::Item;
using runtime::ParseId;
using runtime::ParseNumber;

constexpr int kLinesMax = 100;  // as many as a posting has movements
constexpr int64_t kQuantityGMax = 1'000'000'000'000;
constexpr size_t kNoteBytesMax = 500;

absl::StatusOr<rec::SupplierReturnRecord::Line> ParseLine(const v1::ReturnLine& message) {
  rec::SupplierReturnRecord::Line line;
  if (message.lot_id() < 1) {
    return InvalidField("lot_id", "must be a lot, which are numbered from 1");
  }
  line.set_lot_id(message.lot_id());
  ASSIGN_OR_RETURN(const int64_t condition,
                   ParseNumber("condition", message.condition(), v1::ACCOUNT_KIND_USABLE,
                               v1::ACCOUNT_KIND_DAMAGED));
  line.set_condition(static_cast<uint32_t>(condition));
  ASSIGN_OR_RETURN(const int64_t quantity_g,
                   ParseNumber("quantity_g", message.quantity_g(), 1, kQuantityGMax));
  line.set_quantity_g(quantity_g);
  return line;
}

absl::Status ParseLines(const v1::SupplierReturn& message, rec::SupplierReturnRecord* record) {
  RETURN_IF_ERROR(runtime::CheckCount("lines", message.lines_size(), 1, kLinesMax));
  std::set<std::pair<int64_t, uint32_t>> seen;
  for (int index = 0; index < message.lines_size(); ++index) {
    auto line = ParseLine(message.lines(index));
    if (!line.ok()) return InField(Item("lines", index), line.status());
    if (!seen.emplace(line->lot_id(), line->condition()).second) {
      return InvalidField(Item("lines", index) + ".lot_id",
                          "is on an earlier line in the same condition; make one line of them");
    }
    *record->add_lines() = *std::move(line);
  }
  return absl::OkStatus();
}

rec::SupplierReturnRecord Stated(rec::SupplierReturnRecord record) {
  record.clear_position();
  record.clear_recorded_by();
  return record;
}

absl::StatusOr<PostingDraft> DraftOf(const storage::Reader& reader, const std::string& return_id,
                                     const rec::SupplierReturnRecord& record,
                                     runtime::RequestId request_id) {
  PostingDraft draft;
  draft.request_id = request_id;
  draft.kind = PostingKind::kAdjustment;
  draft.occurred_at = {record.returned_us(), record.offset_minutes()};
  draft.reference = absl::StrCat("return/", return_id);
  for (const rec::SupplierReturnRecord::Line& line : record.lines()) {
    const LotId lot{line.lot_id()};
    ASSIGN_OR_RETURN(const std::string sold_by, SupplierOf(reader, lot));
    if (sold_by != record.supplier_id()) {
      return SupplierMismatch(lot, sold_by, record.supplier_id());
    }
    draft.movements.push_back({lot, static_cast<AccountKind>(line.condition()),
                               record.location_id(), AccountKind::kReturned, sold_by,
                               line.quantity_g()});
  }
  return draft;
}

}  // namespace

absl::StatusOr<rec::SupplierReturnRecord> ParseSupplierReturn(const v1::SupplierReturn& message) {
  rec::SupplierReturnRecord record;
  RETURN_IF_ERROR(ParseId("return_id", message.return_id()).status());
  ASSIGN_OR_RETURN(*record.mutable_supplier_id(), ParseId("supplier_id", message.supplier_id()));
  ASSIGN_OR_RETURN(*record.mutable_location_id(), ParseId("location_id", message.location_id()));
  ASSIGN_OR_RETURN(const OccurredAt returned_at,
                   ParseZonedTime("returned_at", message.returned_at()));
  record.set_returned_us(returned_at.us);
  record.set_offset_minutes(returned_at.offset_minutes);
  if (message.reason() == v1::RETURN_REASON_UNSPECIFIED ||
      !v1::ReturnReason_IsValid(message.reason())) {
    return InvalidField("reason", "must be one of the list of reasons");
  }
  record.set_reason(static_cast<uint32_t>(message.reason()));
  RETURN_IF_ERROR(ParseLines(message, &record));
  if (message.has_document()) {
    auto document = ParseDocument(message.document());
    if (!document.ok()) return InField("document", document.status());
    *record.mutable_document() = *std::move(document);
  }
  ASSIGN_OR_RETURN(*record.mutable_note(),
                   runtime::ParseText("note", message.note(), 0, kNoteBytesMax));
  return record;
}

v1::SupplierReturn ToMessage(const std::string& return_id,
                             const rec::SupplierReturnRecord& record) {
  v1::SupplierReturn message;
  message.set_return_id(return_id);
  message.set_supplier_id(record.supplier_id());
  message.set_location_id(record.location_id());
  *message.mutable_returned_at() = ToZonedTime({record.returned_us(), record.offset_minutes()});
  message.set_reason(static_cast<v1::ReturnReason>(record.reason()));
  for (const rec::SupplierReturnRecord::Line& line : record.lines()) {
    v1::ReturnLine& added = *message.add_lines();
    added.set_lot_id(line.lot_id());
    added.set_condition(static_cast<int32_t>(line.condition()));
    added.set_quantity_g(line.quantity_g());
  }
  if (record.has_document()) *message.mutable_document() = ToMessage(record.document());
  message.set_note(record.note());
  message.set_position(record.position());
  return message;
}

absl::StatusOr<std::string> SupplierOf(const storage::Reader& reader, LotId lot) {
  ASSIGN_OR_RETURN(const rec::LotRecord record, ReadLot(reader, lot));
  ASSIGN_OR_RETURN(const rec::PurchaseRecord purchase, ReadPurchase(reader, record.purchase_id()));
  return purchase.supplier_id();
}

absl::StatusOr<rec::SupplierReturnRecord> RecordSupplierReturn(storage::Transaction& transaction,
                                                               const std::string& return_id,
                                                               rec::SupplierReturnRecord record,
                                                               runtime::RequestId request_id,
                                                               int64_t now_us) {
  ASSIGN_OR_RETURN(auto stored, SupplierReturnTable::Find(transaction, return_id));
  if (stored.has_value()) {
    const bool is_same =
        runtime::SerializeInOrder(Stated(*stored)) == runtime::SerializeInOrder(Stated(record));
    if (!is_same) return IdTaken("RETURN_EXISTS", "the return", return_id);
    return *std::move(stored);
  }
  ASSIGN_OR_RETURN(PostingDraft draft, DraftOf(transaction, return_id, record, request_id));
  ASSIGN_OR_RETURN(Ledger ledger, Ledger::Begin(transaction, now_us));
  ASSIGN_OR_RETURN(const Posted posted, ledger.Post(std::move(draft)));
  RETURN_IF_ERROR(ledger.End());
  rec::AdjustmentRecord why;
  why.set_reason(v1::ADJUSTMENT_REASON_RETURNED);
  why.set_note(record.note());
  why.set_recorded_by(record.recorded_by());
  if (record.has_document()) *why.mutable_document() = record.document();
  RETURN_IF_ERROR(AdjustmentTable::Put(transaction, why, posted.position));
  record.set_position(posted.position);
  RETURN_IF_ERROR(SupplierReturnTable::Put(transaction, record, return_id));
  return record;
}

}  // namespace milkway::inventory
