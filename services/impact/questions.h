// What impact asks other services.
//
// Each question calls `done` exactly once, on some thread, with the answer, the other
// service's refusal, UNAVAILABLE if it is away, or INTERNAL if its answer cannot be.
// Nothing blocks.

#ifndef MILKWAY_SERVICES_IMPACT_QUESTIONS_H_
#define MILKWAY_SERVICES_IMPACT_QUESTIONS_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/notification.h"
#include "milkway/consumption/v1/distributions.grpc.pb.h"
#include "milkway/inventory/v1/catalog.grpc.pb.h"
#include "milkway/inventory/v1/log.grpc.pb.h"
#include "milkway/inventory/v1/purchases.grpc.pb.h"
#include "milkway/inventory/v1/stock.grpc.pb.h"
#include "services/impact/allocations.h"
#include "services/impact/gift_impact.h"
#include "services/impact/gifts.h"
#include "services/runtime/asking.h"
#include "services/runtime/dates.h"
#include "services/runtime/once.h"
#include "services/runtime/peer.h"
#include "services/runtime/service.h"
#include "services/runtime/strong_id.h"

namespace milkway::impact {

// A lot of the inventory's list.
struct LotOnList {
  LotId id;
  LotFacts facts;  // without its label
  LocalDate purchased_on;
};

// Thread-safe; Connect is called once.
class Questions {
 public:
  template <typename Answer>
  using Done = absl::AnyInvocable<void(absl::StatusOr<Answer>) &&>;

  Questions();

  void Connect(const runtime::Peers& peers);

  // Fixes the base currency (to AUD, on behalf of `request`) if that was not done yet,
  // and finds the rate at which `currency` converts to it on a day. An empty `currency`
  // stands for the base currency itself.
  // FAILED_PRECONDITION (EXCHANGE_RATE_MISSING).
  void AskConversion(runtime::RequestId request, const std::string& currency, LocalDate on,
                     Done<Conversion> done) const;

  // A lot as it is now, with its product's label if that is wanted.
  // NOT_FOUND (LOT_UNKNOWN).
  void AskLot(LotId lot, bool with_label, Done<LotFacts> done) const;

  // Where the inventory's log ended at a time. OUT_OF_RANGE (LOG_YOUNGER).
  void AskLogPosition(int64_t recorded_us, Done<int64_t> done) const;

  // What became of whole lots, from one view of the books: as they are (0), or as they
  // were at a position of the log.
  static constexpr size_t kLotsAskedMax = 1000;
  struct Positions {
    std::vector<BooksOfLot> lots;  // in the order asked
    int64_t as_of_position = 0;
    int64_t as_of_recorded_us = 0;
  };
  void AskPositions(const std::vector<LotId>& lots, int64_t as_of_position,
                    Done<Positions> done) const;

  // Servings of lots at schools, and the children behind all of them together: now (0), or
  // as it was at a position of the inventory's log.
  static constexpr size_t kPairsAskedMax = 10'000;
  struct Pair {
    LotId lot;
    std::string school_id;
  };
  struct Servings {
    std::vector<int64_t> servings;  // in the order asked
    int64_t children = 0;
  };
  void AskServings(const std::vector<Pair>& pairs, int64_t as_of_position,
                   Done<Servings> done) const;

  // These wait: only within a task of `asking`.
  // All lots there are, in order of their ids.
  absl::StatusOr<std::vector<LotOnList>> AllLots(runtime::Asking* asking) const;
  // The labels of all products, by product.
  absl::StatusOr<std::map<std::string, Label>> AllLabels(runtime::Asking* asking) const;

 private:
  // Empty while it is not fixed.
  void AskBaseCurrency(Done<std::string> done) const;
  void FixBaseCurrency(runtime::RequestId request, Done<std::string> done) const;
  void AskRate(const std::string& from, const std::string& to, LocalDate on,
               Done<Conversion> done) const;
  void AskLabel(LotFacts facts, Done<LotFacts> done) const;

  runtime::Peer<inventory::v1::CatalogService> catalog_;
  runtime::Peer<inventory::v1::PurchaseService> purchases_;
  runtime::Peer<inventory::v1::StockService> stock_;
  runtime::Peer<inventory::v1::LogService> log_;
  runtime::Peer<consumption::v1::DistributionService> distributions_;
};

// Waits for the answer to what `ask(done)` asks: only where waiting is allowed.
template <typename Answer, typename Ask>
absl::StatusOr<Answer> WaitFor(Ask ask) {
  absl::StatusOr<Answer> result = absl::UnknownError("no answer");
  absl::Notification answered;
  ask([&](absl::StatusOr<Answer> answer) {
    result = std::move(answer);
    answered.Notify();
  });
  answered.WaitForNotification();
  return result;
}

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_QUESTIONS_H_
