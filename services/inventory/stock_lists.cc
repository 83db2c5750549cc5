// Lists of the log, of a card as it was, and of what is to be counted.

#include <optional>

#include "clients/cpp/status_macros.h"
#include "services/inventory/catalog.h"
#include "services/inventory/log.h"
#include "services/inventory/posting_codec.h"
#include "services/inventory/purchases.h"
#include "services/inventory/stock_card.h"
#include "services/inventory/stock_queries.h"
#include "services/runtime/page_scan.h"

namespace milkway::inventory {

namespace {

constexpr size_t kBalanceBytes = 8;

storage::KeyRange EntriesOf(const Account& account) {
  return EntryKey::Range(account.lot.value, static_cast<uint8_t>(account.kind), account.place);
}

// A token of a card as it was names the last entry and the balance after it: nothing
// else tells the balance without reading every entry before.
std::string TokenKey(const std::string& entry_key, int64_t balance_g) {
  std::string key = entry_key;
  storage::key_internal::Append(static_cast<uint64_t>(balance_g), &key);
  return key;
}

absl::Status SplitTokenKey(std::string* key, int64_t* balance_g) {
  if (key->size() < kBalanceBytes) return absl::InvalidArgumentError("the page token is damaged");
  absl::string_view bytes = absl::string_view(*key).substr(key->size() - kBalanceBytes);
  uint64_t balance = 0;
  storage::key_internal::Consume(&bytes, &balance);
  *balance_g = static_cast<int64_t>(balance);
  key->resize(key->size() - kBalanceBytes);
  return absl::OkStatus();
}

bool Moves(const std::vector<Movement>& movements, LotId lot) {
  for (const Movement& movement : movements) {
    if (movement.lot == lot) return true;
  }
  return false;
}

// A correction also moves what it reverses.
absl::StatusOr<bool> IsOfLot(const storage::Reader& reader, const Posting& posting, LotId lot) {
  if (lot == LotId{} || Moves(posting.movements, lot)) return true;
  if (!IsCorrection(posting)) return false;
  ASSIGN_OR_RETURN(const Posting corrected, ReadPosting(reader, posting.linked_position));
  return Moves(corrected.movements, lot);
}

}  // namespace

absl::StatusOr<std::string> ListStockCardAsOf(const storage::Reader& reader, const Account& account,
                                              int64_t as_of_position,
                                              const google::protobuf::Message& request,
                                              absl::FunctionRef<void(const CardLine&)> add) {
  ASSIGN_OR_RETURN(runtime::PageRequest page, runtime::ParsePage(request));
  int64_t balance_g = 0;
  if (!page.after_key.empty()) RETURN_IF_ERROR(SplitTokenKey(&page.after_key, &balance_g));
  size_t looked_at = 0;
  size_t taken = 0;
  bool has_more = false;
  std::string last_key;
  absl::Status status;
  RETURN_IF_ERROR(EntryTable::Scan(
      reader, page.Rest(EntriesOf(account)),
      [&](const EntryKey::Key& key, const rec::EntryRecord& entry) {
        has_more = taken == page.size || looked_at == runtime::kRowsPerPageMax;
        if (has_more) return false;
        ++looked_at;
        last_key = std::apply([](const auto&... field) { return EntryKey::Encode(field...); }, key);
        const int64_t position = std::get<5>(key);
        if (position > as_of_position) return true;
        balance_g += entry.change_g();
        absl::StatusOr<Posting> posting = ReadPosting(reader, position);
        status = posting.status();
        if (!status.ok()) return false;
        add({position, *std::move(posting), entry.change_g(), balance_g});
        ++taken;
        return true;
      }));
  RETURN_IF_ERROR(status);
  return has_more ? runtime::NextPageToken(request, TokenKey(last_key, balance_g)) : std::string();
}

absl::StatusOr<int64_t> BalanceAsOf(const storage::Reader& reader, const Account& account,
                                    int64_t as_of_position) {
  int64_t balance_g = 0;
  RETURN_IF_ERROR(EntryTable::Scan(reader, EntriesOf(account),
                                   [&](const EntryKey::Key& key, const rec::EntryRecord& entry) {
                                     if (std::get<5>(key) <= as_of_position) {
                                       balance_g += entry.change_g();
                                     }
                                     return true;
                                   }));
  return balance_g;
}

absl::StatusOr<std::string> ListPostings(
    const storage::Reader& reader, const PostingFilter& filter,
    const google::protobuf::Message& request,
    absl::FunctionRef<void(int64_t position, const Posting&)> add) {
  storage::KeyRange range = LogKey::Range();
  if (filter.after_position > 0) range.from = LogKey::Encode(filter.after_position + 1);
  if (filter.up_to_position > 0) {
    range.to = storage::PrefixRange(LogKey::Encode(filter.up_to_position)).to;
  }
  absl::Status status;
  ASSIGN_OR_RETURN(
      std::string token,
      runtime::ScanPage<LogTable>(
          reader, range, request, [&](const LogKey::Key& key, const rec::LogEntryRecord& record) {
            if (!IsPosting(record)) return false;
            const auto posting = DecodePosting(record.canonical());
            status.Update(posting.status());
            if (!status.ok()) return false;
            if (filter.kind.has_value() && posting->kind != *filter.kind) return false;
            const bool is_referred =
                filter.reference.empty() || filter.reference == posting->reference;
            if (!is_referred) return false;
            const auto is_of_lot = IsOfLot(reader, *posting, filter.lot);
            status.Update(is_of_lot.status());
            if (!is_of_lot.ok() || !*is_of_lot) return false;
            add(std::get<0>(key), *posting);
            return true;
          }));
  RETURN_IF_ERROR(status);
  return token;
}

absl::StatusOr<std::string> ListCountSheet(const storage::Reader& reader, const std::string& place,
                                           const google::protobuf::Message& request,
                                           absl::FunctionRef<void(const CountSheetLine&)> add) {
  RETURN_IF_ERROR(ReadLocation(reader, place).status());
  absl::Status status;
  const auto read = [&](LotId lot) -> absl::StatusOr<CountSheetLine> {
    CountSheetLine line;
    line.lot = lot;
    ASSIGN_OR_RETURN(const StockCard card,
                     StockCard::Load(reader, {lot, AccountKind::kUsable, place}));
    line.usable_g = card.balance_g();
    if (line.usable_g == 0) return line;
    ASSIGN_OR_RETURN(line.record, ReadLot(reader, lot));
    ASSIGN_OR_RETURN(line.product, ReadProduct(reader, line.record.product_id()));
    return line;
  };
  ASSIGN_OR_RETURN(std::string token,
                   runtime::ScanPage<AccountByPlaceTable>(
                       reader, AccountByPlaceKey::Range(place), request,
                       [&](const AccountByPlaceKey::Key& key, const rec::IndexRecord&) {
                         const bool is_usable =
                             std::get<2>(key) == static_cast<uint8_t>(AccountKind::kUsable);
                         if (!is_usable || !status.ok()) return false;
                         const auto line = read(LotId{std::get<1>(key)});
                         status.Update(line.status());
                         if (!line.ok() || line->usable_g == 0) return false;
                         add(*line);
                         return true;
                       }));
  RETURN_IF_ERROR(status);
  return token;
}

}  // namespace milkway::inventory
