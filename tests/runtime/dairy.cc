#include "tests/runtime/dairy.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "clients/cpp/status_macros.h"
#include "gtest/gtest.h"
#include "runtime_testing.pb.h"
#include "services/runtime/errors.h"

namespace milkway::runtime::testing {

absl::StatusOr<std::string> Dairy::Deliver(RequestId id, const std::string& order) {
  if (absl::StartsWith(order, "too much")) {
    return Refuse(absl::StatusCode::kFailedPrecondition, "TOO_MUCH_ORDERED",
                  absl::StrCat("there is not as much as \"", order, "\"; order less"));
  }
  absl::MutexLock lock(&mutex_);
  const auto [entry, is_new] = delivered_.try_emplace(id);
  Delivered& delivered = entry->second;
  if (is_new) {
    OrderMilkResponse answer;
    answer.set_delivery(static_cast<int64_t>(delivered_.size()));
    delivered = {order, answer.SerializeAsString()};
    ++deliveries_[order];
  } else if (delivered.order != order) {
    return absl::AlreadyExistsError("the request id was used for another order");
  }
  return delivered.answer;
}

std::map<std::string, int> Dairy::deliveries() const {
  absl::MutexLock lock(&mutex_);
  return deliveries_;
}

OrderKind::Outcomes OrderKind::Order(const std::vector<Intent>& intents) {
  Outcomes outcomes;
  for (const Intent& intent : intents) outcomes.push_back(Order(intent));
  return outcomes;
}

IntentKind::Outcome OrderKind::Order(const Intent& intent) {
  const RequestId id = intent.request.has_value() ? intent.request->id : RequestId{0, intent.id};
  return dairy_.Deliver(DeriveRequestId(id, "order"), intent.payload);
}

void OrderKind::Perform(const std::vector<Intent>& intents, Performed done) {
  if (perform) return perform(intents, std::move(done));
  std::move(done)(Order(intents));
}

absl::Status OrderKind::Conclude(storage::Transaction& transaction, const Intent& intent,
                                 const Outcome& outcome, Outcome* answer) {
  if (before_conclude) RETURN_IF_ERROR(before_conclude(intent));
  *answer = outcome;
  if (!outcome.ok()) return absl::OkStatus();
  const std::string key = ConcludedKey::Encode(intent.payload);
  ASSIGN_OR_RETURN(const std::optional<std::string> before, transaction.Get(key));
  int times = 0;
  if (before.has_value() && !absl::SimpleAtoi(*before, &times)) {
    return absl::DataLossError("not a number");
  }
  return transaction.Put(key, absl::StrCat(times + 1));
}

HeldPerforms::HeldPerforms(OrderKind* kind) : kind_(*kind) {
  kind_.perform = [state = state_](const std::vector<Intent>& intents, IntentKind::Performed done) {
    {
      absl::MutexLock lock(&state->mutex);
      if (!state->is_over) return state->held.push_back({&intents, std::move(done)});
    }
    std::move(done)(OrderKind::Outcomes(intents.size(), absl::UnavailableError("it is over")));
  };
}

HeldPerforms::~HeldPerforms() {
  std::deque<Held> left;
  {
    absl::MutexLock lock(&state_->mutex);
    state_->is_over = true;
    left.swap(state_->held);
  }
  for (Held& held : left) {
    std::move(held.done)(
        OrderKind::Outcomes(held.intents->size(), absl::UnavailableError("it is over")));
  }
}

std::vector<std::vector<std::string>> HeldPerforms::Await(size_t count) {
  State& state = *state_;
  absl::MutexLock lock(&state.mutex);
  const auto are_held = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(state.mutex) {
    return state.held.size() >= count;
  };
  EXPECT_TRUE(state.mutex.AwaitWithTimeout(absl::Condition(&are_held), absl::Seconds(20)));
  std::vector<std::vector<std::string>> orders;
  for (const Held& held : state.held) {
    orders.emplace_back();
    for (const Intent& intent : *held.intents) orders.back().push_back(intent.payload);
  }
  return orders;
}

void HeldPerforms::ReleaseBut(absl::string_view order, const absl::Status& error) {
  Held held;
  {
    absl::MutexLock lock(&state_->mutex);
    if (state_->held.empty()) {
      ADD_FAILURE() << "nothing is held";
      return;
    }
    held = std::move(state_->held.front());
    state_->held.pop_front();
  }
  OrderKind::Outcomes outcomes = kind_.Order(*held.intents);
  for (size_t index = 0; index < outcomes.size(); ++index) {
    if ((*held.intents)[index].payload == order) outcomes[index] = error;
  }
  std::move(held.done)(std::move(outcomes));
}

}  // namespace milkway::runtime::testing
