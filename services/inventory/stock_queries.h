// Questions to the books.

#ifndef MILKWAY_SERVICES_INVENTORY_STOCK_QUERIES_H_
#define MILKWAY_SERVICES_INVENTORY_STOCK_QUERIES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "services/inventory/account.h"
#include "services/inventory/as_of.h"
#include "services/inventory/inventory_keys.h"
#include "services/runtime/dates.h"
#include "storage/store.h"

namespace milkway::inventory {

// What became of a lot. purchased + found = usable + quarantined + damaged +
// in transit + served + lost + destroyed + returned.
struct LotPosition {
  LotId lot;
  int64_t purchased_g = 0;
  int64_t found_g = 0;
  int64_t usable_g = 0;
  int64_t quarantined_g = 0;
  int64_t damaged_g = 0;
  int64_t in_transit_g = 0;
  int64_t served_g = 0;
  int64_t lost_g = 0;
  int64_t destroyed_g = 0;
  int64_t returned_g = 0;
  std::vector<std::pair<std::string, int64_t>> served_by_school;  // in order of the school
  std::optional<int64_t> landed_cost_minor;
};

// As the books are or were. NOT_FOUND (LOT_UNKNOWN).
absl::StatusOr<LotPosition> ReadLotPosition(const storage::Reader& reader, LotId lot,
                                            const BooksAsOf* as_of = nullptr);

// A page of non-zero balances, as `request` (a list request) asks for it: of one
// lot, of one place, or of all. Returns the token of the next page.
struct BalanceFilter {
  std::string place;  // empty: everywhere
  LotId lot;          // none: of all lots
  bool include_virtual = false;
  std::string product_id = {};                 // empty: of all products
  std::optional<AccountKind> kind = {};        // nothing: as include_virtual says
  std::optional<LocalDate> expires_from = {};  // nothing: no limit
  std::optional<LocalDate> expires_to = {};
  const BooksAsOf* as_of = nullptr;  // none: as they are
};
absl::StatusOr<std::string> ListBalances(
    const storage::Reader& reader, const BalanceFilter& filter,
    const google::protobuf::Message& request,
    absl::FunctionRef<void(const Account&, int64_t balance_g)> add);

// A line of a stock card.
struct CardLine {
  int64_t position = 0;
  Posting posting;
  int64_t change_g = 0;
  int64_t balance_g = 0;  // just after it
};
// A page of a stock card in the order in which things happened.
absl::StatusOr<std::string> ListStockCard(const storage::Reader& reader, const Account& account,
                                          const google::protobuf::Message& request,
                                          absl::FunctionRef<void(const CardLine&)> add);

// The same of what was recorded up to a position of the log: the card as it was then.
absl::StatusOr<std::string> ListStockCardAsOf(const storage::Reader& reader, const Account& account,
                                              int64_t as_of_position,
                                              const google::protobuf::Message& request,
                                              absl::FunctionRef<void(const CardLine&)> add);
// Its balance; costs the account's entries.
absl::StatusOr<int64_t> BalanceAsOf(const storage::Reader& reader, const Account& account,
                                    int64_t as_of_position);

// A page of the log.
struct PostingFilter {
  std::optional<PostingKind> kind;
  std::string reference;  // empty: any
  LotId lot;              // none: any
  int64_t after_position = 0;
  int64_t up_to_position = 0;  // 0: to the last
};
absl::StatusOr<std::string> ListPostings(
    const storage::Reader& reader, const PostingFilter& filter,
    const google::protobuf::Message& request,
    absl::FunctionRef<void(int64_t position, const Posting&)> add);

// What lies usable at a place, to be counted, in order of lot.
struct CountSheetLine {
  LotId lot;
  rec::LotRecord record;
  rec::ProductRecord product;
  int64_t usable_g = 0;
};
absl::StatusOr<std::string> ListCountSheet(const storage::Reader& reader, const std::string& place,
                                           const google::protobuf::Message& request,
                                           absl::FunctionRef<void(const CountSheetLine&)> add);

// First expired, first out.
struct IssueSuggestion {
  LotId lot;
  int64_t quantity_g = 0;
  LocalDate expires_on;
};
struct SuggestedIssue {
  std::vector<IssueSuggestion> suggestions;
  int64_t missing_g = 0;
};
absl::StatusOr<SuggestedIssue> SuggestIssue(const storage::Reader& reader, const std::string& place,
                                            const std::string& product_id, int64_t quantity_g,
                                            LocalDate on);

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_STOCK_QUERIES_H_
