#include "services/inventory/stock_summary.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/inventory/account.h"
#include "services/inventory/inventory_keys.h"
#include "services/inventory/purchases.h"
#include "services/inventory/stock_card.h"
#include "services/runtime/errors.h"
#include "services/runtime/page.h"

namespace milkway::inventory {

namespace {

// A span of days to the last day.
struct Band {
  const char* name;
  int32_t days_max;
};
constexpr std::array<Band, 6> kBands = {{{"expired", -1},
                                         {"0-30", 30},
                                         {"31-90", 90},
                                         {"91-180", 180},
                                         {"181-365", 365},
                                         {"366-", std::numeric_limits<int32_t>::max()}}};

size_t BandOf(LocalDate expires_on, LocalDate today) {
  const int32_t days = expires_on.days - today.days;
  size_t band = 0;
  while (days > kBands[band].days_max) ++band;
  return band;
}

// One group as it is added up.
class Sum {
 public:
  void Add(const Account& account, int64_t balance_g, LocalDate expires_on) {
    lots_.insert(account.lot);
    switch (account.kind) {
      case AccountKind::kUsable:
        sum_.set_usable_g(sum_.usable_g() + balance_g);
        if (!earliest_.has_value() || expires_on < *earliest_) earliest_ = expires_on;
        return;
      case AccountKind::kQuarantined:
        sum_.set_quarantined_g(sum_.quarantined_g() + balance_g);
        return;
      case AccountKind::kDamaged:
        sum_.set_damaged_g(sum_.damaged_g() + balance_g);
        return;
      default:
        sum_.set_in_transit_g(sum_.in_transit_g() + balance_g);
    }
  }

  bool empty() const { return lots_.empty(); }

  v1::StockSum ToMessage(const std::string& group) const {
    v1::StockSum sum = sum_;
    sum.set_group(group);
    sum.set_lots(static_cast<int64_t>(lots_.size()));
    if (earliest_.has_value()) sum.set_earliest_expires_on(FormatDate(*earliest_));
    return sum;
  }

 private:
  v1::StockSum sum_;
  std::set<LotId> lots_;
  std::optional<LocalDate> earliest_;
};

class Summary {
 public:
  Summary(const storage::Reader& reader, const v1::SummarizeStockRequest& request, LocalDate today,
          const BooksAsOf* as_of, absl::FunctionRef<void(const v1::StockSum&)> add)
      : reader_(reader), request_(request), today_(today), as_of_(as_of), add_(add) {}

  absl::StatusOr<std::string> Read() {
    ASSIGN_OR_RETURN(page_, runtime::ParsePage(request_));
    switch (request_.grouping()) {
      case v1::STOCK_GROUPING_LOCATION:
        return ByLocation();
      case v1::STOCK_GROUPING_LOT:
        return ByLot();
      case v1::STOCK_GROUPING_PRODUCT:
        return ByProduct();
      case v1::STOCK_GROUPING_EXPIRY:
        return ByExpiry();
      default:
        return runtime::InvalidField("grouping", "must be location, lot, product or expiry");
    }
  }

 private:
  struct LotFacts {
    std::string product_id;
    LocalDate expires_on;
  };

  absl::StatusOr<const LotFacts*> FactsOf(LotId lot) {
    const auto known = lots_.find(lot);
    if (known != lots_.end()) return &known->second;
    ASSIGN_OR_RETURN(const rec::LotRecord record, ReadLot(reader_, lot));
    const LotFacts facts = {record.product_id(), LocalDate{record.expires_day()}};
    return &lots_.try_emplace(lot, facts).first->second;
  }

  bool IsAtPlace(const Account& account) const {
    if (request_.location_id().empty()) return true;
    return account.place == request_.location_id() && !IsAtShipment(account.kind);
  }

  // Adds an account to the group, if the filters leave it.
  absl::Status Take(const Account& account, int64_t now_g, Sum* sum) {
    const int64_t balance_g = as_of_ == nullptr ? now_g : as_of_->BalanceG(account, now_g);
    if (balance_g == 0 || !IsPhysical(account.kind) || !IsAtPlace(account)) {
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(const LotFacts* lot, FactsOf(account.lot));
    const bool is_of_product =
        request_.product_id().empty() || request_.product_id() == lot->product_id;
    if (is_of_product) sum->Add(account, balance_g, lot->expires_on);
    return absl::OkStatus();
  }

  // True if the page is full, and the group does not fit on it any more.
  bool EndGroup(const std::string& group, const Sum& sum) {
    if (sum.empty()) return false;
    if (taken_ == page_.size) return true;
    ++taken_;
    add_(sum.ToMessage(group));
    return false;
  }

  std::string TokenAfter(const std::string& key) const {
    return runtime::NextPageToken(request_, key);
  }

  absl::StatusOr<std::string> ByLocation() {
    const storage::KeyRange all = request_.location_id().empty()
                                      ? AccountByPlaceKey::Range()
                                      : AccountByPlaceKey::Range(request_.location_id());
    storage::KeyRange range = all;
    if (!page_.after_key.empty()) {
      ASSIGN_OR_RETURN(const LocationKey::Key last, LocationKey::Decode(page_.after_key));
      range.from = std::max(range.from, AccountByPlaceKey::Range(std::get<0>(last)).to);
    }
    std::string place;
    std::string last_place;
    Sum sum;
    bool is_full = false;
    absl::Status status;
    RETURN_IF_ERROR(AccountByPlaceTable::Scan(
        reader_, range, [&](const AccountByPlaceKey::Key& key, const rec::IndexRecord&) {
          if (std::get<0>(key) != place) {
            is_full = EndGroup(place, sum);
            if (is_full) return false;
            last_place = place;
            place = std::get<0>(key);
            sum = Sum();
          }
          status = TakeRow(key, &sum);
          return status.ok();
        }));
    RETURN_IF_ERROR(status);
    if (!is_full) is_full = EndGroup(place, sum);
    return is_full ? TokenAfter(LocationKey::Encode(last_place)) : std::string();
  }

  absl::Status TakeRow(const AccountByPlaceKey::Key& key, Sum* sum) {
    const auto& [place, lot, kind] = key;
    if (!IsPhysical(static_cast<AccountKind>(kind))) return absl::OkStatus();
    ASSIGN_OR_RETURN(const StockCard card,
                     StockCard::Load(reader_, {LotId{lot}, static_cast<AccountKind>(kind), place}));
    return Take(card.account(), card.balance_g(), sum);
  }

  // Adds every account of a lot.
  absl::Status TakeLot(LotId lot, Sum* sum) {
    absl::Status status;
    RETURN_IF_ERROR(
        AccountTable::Scan(reader_, AccountKey::Range(lot.value),
                           [&](const AccountKey::Key& key, const rec::AccountRecord& account) {
                             const auto kind = static_cast<AccountKind>(std::get<1>(key));
                             if (!IsPhysical(kind))
                               return false;  // those of physical kinds stand first
                             status = Take({lot, kind, std::get<2>(key)}, account.balance_g(), sum);
                             return status.ok();
                           }));
    return status;
  }

  absl::StatusOr<std::string> ByLot() {
    std::vector<LotId> lots;
    const storage::KeyRange range = page_.Rest(LotKey::Range());
    RETURN_IF_ERROR(
        LotTable::Scan(reader_, range, [&](const LotKey::Key& key, const rec::LotRecord&) {
          lots.push_back(LotId{std::get<0>(key)});
          return lots.size() < kLotsPerPageMax;
        }));
    LotId last;
    for (const LotId lot : lots) {
      Sum sum;
      RETURN_IF_ERROR(TakeLot(lot, &sum));
      if (EndGroup(absl::StrCat(lot.value), sum)) return TokenAfter(LotKey::Encode(last.value));
      last = lot;
    }
    return lots.size() < kLotsPerPageMax ? std::string() : TokenAfter(LotKey::Encode(last.value));
  }

  absl::StatusOr<std::string> ByProduct() {
    std::vector<std::string> products;
    RETURN_IF_ERROR(ProductTable::Scan(reader_, page_.Rest(ProductKey::Range()),
                                       [&](const ProductKey::Key& key, const rec::ProductRecord&) {
                                         const std::string& id = std::get<0>(key);
                                         if (request_.product_id().empty() ||
                                             request_.product_id() == id)
                                           products.push_back(id);
                                         return true;
                                       }));
    std::string last;
    for (const std::string& product : products) {
      Sum sum;
      RETURN_IF_ERROR(TakeProduct(product, &sum));
      if (EndGroup(product, sum)) return TokenAfter(ProductKey::Encode(last));
      last = product;
    }
    return std::string();
  }

  absl::Status TakeProduct(const std::string& product, Sum* sum) {
    std::vector<LotId> lots;
    RETURN_IF_ERROR(
        LotByNumberTable::Scan(reader_, LotByNumberKey::Range(product),
                               [&](const LotByNumberKey::Key& key, const rec::IndexRecord&) {
                                 lots.push_back(LotId{std::get<2>(key)});
                                 return true;
                               }));
    for (const LotId lot : lots) RETURN_IF_ERROR(TakeLot(lot, sum));
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> ByExpiry() {
    std::array<Sum, kBands.size()> sums;
    std::vector<std::pair<LotId, LocalDate>> lots;
    RETURN_IF_ERROR(LotTable::Scan(
        reader_, LotKey::Range(), [&](const LotKey::Key& key, const rec::LotRecord& lot) {
          lots.emplace_back(LotId{std::get<0>(key)}, LocalDate{lot.expires_day()});
          return true;
        }));
    for (const auto& [lot, expires_on] : lots) {
      RETURN_IF_ERROR(TakeLot(lot, &sums[BandOf(expires_on, today_)]));
    }
    for (size_t band = 0; band < sums.size(); ++band) {
      if (!sums[band].empty()) add_(sums[band].ToMessage(kBands[band].name));
    }
    return std::string();
  }

  static constexpr size_t kLotsPerPageMax = 20'000;

  const storage::Reader& reader_;
  const v1::SummarizeStockRequest& request_;
  const LocalDate today_;
  const BooksAsOf* const as_of_;
  absl::FunctionRef<void(const v1::StockSum&)> add_;
  runtime::PageRequest page_;
  size_t taken_ = 0;
  absl::flat_hash_map<LotId, LotFacts> lots_;
};

}  // namespace

absl::StatusOr<std::string> SummarizeStock(const storage::Reader& reader,
                                           const v1::SummarizeStockRequest& request,
                                           LocalDate today, const BooksAsOf* as_of,
                                           absl::FunctionRef<void(const v1::StockSum&)> add) {
  return Summary(reader, request, today, as_of, add).Read();
}

}  // namespace milkway::inventory
