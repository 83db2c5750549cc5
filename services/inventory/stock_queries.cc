#include "services/inventory/stock_queries.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "clients/cpp/status_macros.h"
#include "services/inventory/inventory_errors.h"
#include "services/inventory/inventory_keys.h"
#include "services/inventory/log.h"
#include "services/inventory/purchases.h"
#include "services/inventory/shelf.h"
#include "services/inventory/stock_card.h"
#include "services/runtime/page_scan.h"

namespace milkway::inventory {

namespace {

void AddBalance(AccountKind kind, const std::string& place, int64_t balance_g,
                LotPosition* position) {
  switch (kind) {
    case AccountKind::kUsable:
      position->usable_g += balance_g;
      return;
    case AccountKind::kQuarantined:
      position->quarantined_g += balance_g;
      return;
    case AccountKind::kDamaged:
      position->damaged_g += balance_g;
      return;
    case AccountKind::kInTransit:
      position->in_transit_g += balance_g;
      return;
    case AccountKind::kPurchased:
      position->purchased_g -= balance_g;
      return;
    case AccountKind::kFound:
      position->found_g -= balance_g;
      return;
    case AccountKind::kServed:
      position->served_g += balance_g;
      if (balance_g != 0) position->served_by_school.emplace_back(place, balance_g);
      return;
    case AccountKind::kLossMissing:
    case AccountKind::kLossWasted:
    case AccountKind::kLossCount:
    case AccountKind::kLossWrittenOff:
      position->lost_g += balance_g;
      return;
    case AccountKind::kDestroyed:
      position->destroyed_g += balance_g;
      return;
    case AccountKind::kReturned:
      position->returned_g += balance_g;
      return;
  }
}

// Adds the balances that a filter wants.
class BalanceTaker {
 public:
  using AddBalance = absl::FunctionRef<void(const Account&, int64_t)>;

  BalanceTaker(const storage::Reader& reader, const BalanceFilter& filter, AddBalance add)
      : reader_(reader), filter_(filter), add_(add) {}

  // True if it was wanted.
  bool Take(const Account& account, int64_t now_g) {
    const int64_t balance_g =
        filter_.as_of == nullptr ? now_g : filter_.as_of->BalanceG(account, now_g);
    const bool is_there =
        filter_.place.empty() || (account.place == filter_.place && !IsAtShipment(account.kind));
    const bool is_of_lot = filter_.lot == LotId{} || account.lot == filter_.lot;
    const bool is_of_kind = filter_.kind.has_value()
                                ? account.kind == *filter_.kind
                                : filter_.include_virtual || IsPhysical(account.kind);
    const bool is_wanted = balance_g != 0 && is_there && is_of_lot && is_of_kind;
    if (!is_wanted || !IsLotWanted(account.lot)) return false;
    add_(account, balance_g);
    return true;
  }

  const absl::Status& status() const { return status_; }

 private:
  bool IsLotWanted(LotId lot) {
    const bool is_any = filter_.product_id.empty() && !filter_.expires_from.has_value() &&
                        !filter_.expires_to.has_value();
    if (is_any) return true;
    if (const auto known = wanted_.find(lot); known != wanted_.end()) return known->second;
    const auto record = LotTable::Find(reader_, lot.value);
    status_.Update(record.status());
    if (!record.ok() || !record->has_value()) return false;
    const LocalDate expires_on{(*record)->expires_day()};
    const bool is_wanted =
        (filter_.product_id.empty() || filter_.product_id == (*record)->product_id()) &&
        (!filter_.expires_from.has_value() || *filter_.expires_from <= expires_on) &&
        (!filter_.expires_to.has_value() || expires_on <= *filter_.expires_to);
    wanted_.emplace(lot, is_wanted);
    return is_wanted;
  }

  const storage::Reader& reader_;
  const BalanceFilter& filter_;
  AddBalance add_;
  absl::flat_hash_map<LotId, bool> wanted_;
  absl::Status status_;
};

absl::StatusOr<std::string> ListBalancesOfPlace(const storage::Reader& reader,
                                                const BalanceFilter& filter,
                                                const google::protobuf::Message& request,
                                                BalanceTaker* taker) {
  absl::Status status;
  ASSIGN_OR_RETURN(std::string token,
                   runtime::ScanPage<AccountByPlaceTable>(
                       reader, AccountByPlaceKey::Range(filter.place), request,
                       [&](const AccountByPlaceKey::Key& key, const rec::IndexRecord&) {
                         const auto& [place, lot, kind] = key;
                         const auto card = StockCard::Load(
                             reader, {LotId{lot}, static_cast<AccountKind>(kind), place});
                         status.Update(card.status());
                         return card.ok() && taker->Take(card->account(), card->balance_g());
                       }));
  RETURN_IF_ERROR(status);
  return token;
}

}  // namespace

absl::StatusOr<LotPosition> ReadLotPosition(const storage::Reader& reader, LotId lot,
                                            const BooksAsOf* as_of) {
  LotPosition position;
  position.lot = lot;
  bool is_known = false;
  RETURN_IF_ERROR(AccountTable::Scan(
      reader, AccountKey::Range(lot.value),
      [&](const AccountKey::Key& key, const rec::AccountRecord& account) {
        is_known = true;
        const auto kind = static_cast<AccountKind>(std::get<1>(key));
        const std::string& place = std::get<2>(key);
        const int64_t now_g = account.balance_g();
        AddBalance(kind, place,
                   as_of == nullptr ? now_g : as_of->BalanceG({lot, kind, place}, now_g),
                   &position);
        return true;
      }));
  if (!is_known) return LotUnknown(lot);
  ASSIGN_OR_RETURN(const auto record, LotTable::Find(reader, lot.value));
  if (record.has_value() && as_of == nullptr) {
    position.landed_cost_minor = LandedCostMinor(*record);
  } else if (record.has_value()) {
    ASSIGN_OR_RETURN(position.landed_cost_minor, as_of->LandedCostMinor(reader, *record));
  }
  return position;
}

absl::StatusOr<std::string> ListBalances(
    const storage::Reader& reader, const BalanceFilter& filter,
    const google::protobuf::Message& request,
    absl::FunctionRef<void(const Account&, int64_t balance_g)> add) {
  BalanceTaker taker(reader, filter, add);
  absl::StatusOr<std::string> token;
  if (filter.lot == LotId{} && !filter.place.empty()) {
    token = ListBalancesOfPlace(reader, filter, request, &taker);
  } else {
    const storage::KeyRange range =
        filter.lot == LotId{} ? AccountKey::Range() : AccountKey::Range(filter.lot.value);
    token = runtime::ScanPage<AccountTable>(
        reader, range, request, [&](const AccountKey::Key& key, const rec::AccountRecord& account) {
          const auto& [lot, kind, place] = key;
          return taker.Take({LotId{lot}, static_cast<AccountKind>(kind), place},
                            account.balance_g());
        });
  }
  RETURN_IF_ERROR(taker.status());
  return token;
}

absl::StatusOr<std::string> ListStockCard(const storage::Reader& reader, const Account& account,
                                          const google::protobuf::Message& request,
                                          absl::FunctionRef<void(const CardLine&)> add) {
  ASSIGN_OR_RETURN(const StockCard card, StockCard::Load(reader, account));
  ASSIGN_OR_RETURN(const runtime::PageRequest page, runtime::ParsePage(request));
  const storage::KeyRange range =
      EntryKey::Range(account.lot.value, static_cast<uint8_t>(account.kind), account.place);
  int64_t balance_g = 0;
  if (!page.after_key.empty()) {
    ASSIGN_OR_RETURN(const EntryKey::Key last, EntryKey::Decode(page.after_key));
    ASSIGN_OR_RETURN(balance_g, card.BalanceAt(reader, {std::get<3>(last), std::get<4>(last)},
                                               std::get<5>(last)));
  }
  absl::Status status;
  ASSIGN_OR_RETURN(
      std::string token,
      runtime::ScanPage<EntryTable>(
          reader, range, request, [&](const EntryKey::Key& key, const rec::EntryRecord& entry) {
            balance_g += entry.change_g();
            absl::StatusOr<Posting> posting = ReadPosting(reader, std::get<5>(key));
            status.Update(posting.status());
            if (!status.ok()) return false;
            add({std::get<5>(key), *std::move(posting), entry.change_g(), balance_g});
            return true;
          }));
  RETURN_IF_ERROR(status);
  return token;
}

absl::StatusOr<SuggestedIssue> SuggestIssue(const storage::Reader& reader, const std::string& place,
                                            const std::string& product_id, int64_t quantity_g,
                                            LocalDate on) {
  ASSIGN_OR_RETURN(const std::vector<LotOnShelf> shelf, LotsOnShelf(reader, place, product_id));
  SuggestedIssue issue;
  issue.missing_g = quantity_g;
  for (const LotOnShelf& lot : shelf) {
    if (issue.missing_g == 0) break;
    if (lot.expires_on < on) continue;
    ASSIGN_OR_RETURN(const StockCard card,
                     StockCard::Load(reader, {lot.lot, AccountKind::kUsable, place}));
    const int64_t taken_g = std::min(issue.missing_g, card.balance_g());
    if (taken_g <= 0) continue;
    issue.suggestions.push_back({lot.lot, taken_g, lot.expires_on});
    issue.missing_g -= taken_g;
  }
  return issue;
}

}  // namespace milkway::inventory
