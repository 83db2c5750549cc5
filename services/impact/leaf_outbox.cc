#include "services/impact/leaf_outbox.h"

#include <sodium.h>

#include <optional>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/impact/gifts.h"
#include "services/impact/statement_codec.h"
#include "services/runtime/once.h"

namespace milkway::impact {

namespace {

namespace inv = inventory::v1;

struct Waiting {
  int64_t sequence = 0;
  rec::PendingLeafRecord record;
};

absl::StatusOr<std::optional<Waiting>> FirstWaiting(const storage::Reader& reader) {
  std::optional<Waiting> first;
  RETURN_IF_ERROR(PendingLeafTable::Scan(
      reader, PendingLeafKey::Range(),
      [&](const PendingLeafKey::Key& key, const rec::PendingLeafRecord& record) {
        first = Waiting{std::get<0>(key), record};
        return false;
      }));
  return first;
}

absl::Status IsGone(const rec::PendingLeafRecord& pending) {
  return absl::DataLossError(absl::StrCat("what gift ", pending.gift_id(),
                                          " bought is gone; restore the store from a backup"));
}

absl::StatusOr<std::string> BodyOf(const storage::Reader& reader,
                                   const rec::PendingLeafRecord& pending) {
  ASSIGN_OR_RETURN(const rec::GiftRecord gift, ReadGift(reader, pending.gift_id()));
  if (pending.number() == kGiftInKindItself) return EncodeGiftInKind(pending.gift_id(), gift);
  ASSIGN_OR_RETURN(const auto allocation,
                   AllocationTable::Find(reader, pending.gift_id(), pending.number()));
  if (!allocation.has_value()) return IsGone(pending);
  return EncodeAllocation(pending.gift_id(), gift.school_id(), *allocation);
}

absl::Status SetPosition(storage::Transaction& transaction, const rec::PendingLeafRecord& pending,
                         int64_t position) {
  if (pending.number() == kGiftInKindItself) {
    ASSIGN_OR_RETURN(rec::GiftRecord gift, ReadGift(transaction, pending.gift_id()));
    gift.set_in_kind_log_position(position);
    return GiftTable::Put(transaction, gift, pending.gift_id());
  }
  ASSIGN_OR_RETURN(auto allocation,
                   AllocationTable::Find(transaction, pending.gift_id(), pending.number()));
  if (!allocation.has_value()) return IsGone(pending);
  allocation->set_log_position(position);
  return AllocationTable::Put(transaction, *allocation, pending.gift_id(), pending.number());
}

}  // namespace

absl::Status PutIntoOutbox(storage::Transaction& transaction, const std::string& gift_id,
                           int64_t number, int64_t sequence) {
  rec::PendingLeafRecord record;
  record.set_gift_id(gift_id);
  record.set_number(number);
  uint64_t random[2];
  randombytes_buf(random, sizeof(random));
  record.set_request_high(random[0]);
  record.set_request_low(random[1] | 1);  // never the nil id
  return PendingLeafTable::Put(transaction, record, sequence);
}

absl::Status LeafOutbox::Empty() {
  while (true) {
    ASSIGN_OR_RETURN(const bool has_more, WriteFirst());
    if (!has_more) return absl::OkStatus();
  }
}

absl::StatusOr<bool> LeafOutbox::WriteFirst() {
  const auto snapshot = store_.NewSnapshot();
  ASSIGN_OR_RETURN(const std::optional<Waiting> waiting, FirstWaiting(*snapshot));
  if (!waiting.has_value()) return false;
  const rec::PendingLeafRecord& pending = waiting->record;
  inv::AppendLeavesRequest request;
  request.set_request_id(runtime::FormatRequestId({pending.request_high(), pending.request_low()}));
  inv::NewLeaf& leaf = *request.add_leaves();
  leaf.set_kind(inv::LEAF_KIND_ALLOCATION);
  ASSIGN_OR_RETURN(*leaf.mutable_body(), BodyOf(*snapshot, pending));
  ASSIGN_OR_RETURN(const auto answer,
                   asking_.Ask<inv::AppendLeavesResponse>(
                       log_, &inv::LogService::Stub::async::AppendLeaves, std::move(request)));
  const auto leave = [&](storage::Transaction& transaction) -> absl::Status {
    RETURN_IF_ERROR(SetPosition(transaction, pending, answer.first_position()));
    return PendingLeafTable::Delete(transaction, waiting->sequence);
  };
  RETURN_IF_ERROR(store_.TransactAndWait(leave));
  return true;
}

}  // namespace milkway::impact
