#include "tests/runtime/intent_fixture.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "clients/cpp/status_macros.h"
#include "runtime_testing.pb.h"
#include "services/runtime/service_tables.h"
#include "tests/support/status_matchers.h"

namespace milkway::runtime::testing {

namespace {

using ::milkway::testing::IsOk;

constexpr ServiceTag kService = ServiceTag::kConsumption;
constexpr absl::Duration kPatience = absl::Seconds(20);

}  // namespace

void Reply::Hear(absl::StatusOr<std::string> answer) {
  absl::MutexLock lock(&mutex_);
  EXPECT_FALSE(answer_.has_value()) << "a caller heard two answers";
  answer_ = std::move(answer);
}

bool Reply::IsHeard() const {
  absl::MutexLock lock(&mutex_);
  return answer_.has_value();
}

absl::StatusOr<std::string> Reply::Wait() const {
  absl::MutexLock lock(&mutex_);
  const auto is_heard = [this]()
                            ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return answer_.has_value(); };
  if (!mutex_.AwaitWithTimeout(absl::Condition(&is_heard), kPatience)) {
    return absl::DeadlineExceededError("no answer came");
  }
  return *answer_;
}

void IntentTest::Restart() {
  Stop();
  store_.Reopen();
  Start();
}

void IntentTest::Stop() {
  runner_->Stop();
  AwaitStore();
  runner_.reset();
}

void IntentTest::Start() {
  once_ = *OnceTable::Open(kService, store_.get());
  runner_ = std::make_unique<IntentRunner>(kService, store_.get(), &*once_);
  runner_->Register(&kind_);
}

Intent::Request IntentTest::RequestOf(uint64_t number, const std::string& order) const {
  OrderMilkRequest body;
  body.set_order(order);
  return {{0, number}, once_->HashOf(body)};
}

absl::Status IntentTest::OpenIn(storage::Transaction& transaction, const Intent::Request& request,
                                const std::string& order, Intent* intent) {
  ASSIGN_OR_RETURN(const uint64_t id, runner_->TakeId(transaction));
  *intent = Intent{id, order, "wang", request, ""};
  return runner_->Open(transaction, kind_.Name(), *intent);
}

std::shared_ptr<Reply> IntentTest::Order(uint64_t number, const std::string& order) {
  auto reply = std::make_shared<Reply>();
  Start(reply, RequestOf(number, order), order);
  return reply;
}

void IntentTest::Start(std::shared_ptr<Reply> reply, const Intent::Request& request,
                       const std::string& order) {
  struct Flight {
    std::optional<OnceTable::Memory> memory;
    Intent intent;
  };
  auto flight = std::make_shared<Flight>();
  store_->Transact(
      [=, this](storage::Transaction& transaction) -> absl::Status {
        ASSIGN_OR_RETURN(flight->memory, once_->Find(transaction, request.id, request.hash));
        if (flight->memory.has_value()) return absl::OkStatus();
        return OpenIn(transaction, request, order, &flight->intent);
      },
      [=, this](absl::Status status) {
        if (!status.ok()) return reply->Hear(status);
        IntentRunner::Waiter waiter = [reply](absl::StatusOr<std::string> answer) {
          reply->Hear(std::move(answer));
        };
        if (!flight->memory.has_value()) {
          return runner_->Drive(kind_.Name(), std::move(flight->intent), std::move(waiter));
        }
        if (flight->memory->intent_id == 0) return reply->Hear(flight->memory->answer);
        if (!runner_->Await(flight->memory->intent_id, waiter)) Start(reply, request, order);
      });
}

Intent IntentTest::Open(uint64_t number, const std::string& order) {
  const Intent::Request request = RequestOf(number, order);
  Intent intent;
  EXPECT_THAT(store_->TransactAndWait([&](storage::Transaction& transaction) {
    return OpenIn(transaction, request, order, &intent);
  }),
              IsOk());
  return intent;
}

std::shared_ptr<Reply> IntentTest::Drive(Intent intent) {
  auto reply = std::make_shared<Reply>();
  runner_->Drive(kind_.Name(), std::move(intent),
                 [reply](absl::StatusOr<std::string> answer) { reply->Hear(std::move(answer)); });
  return reply;
}

void IntentTest::AwaitStore() {
  // Calls back after those before it.
  EXPECT_THAT(store_->TransactAndWait([](storage::Transaction&) { return absl::OkStatus(); }),
              IsOk());
}

void IntentTest::Settle() {
  const absl::Time deadline = absl::Now() + kPatience;
  while (runner_->OpenCount() > 0 && absl::Now() < deadline) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_EQ(runner_->OpenCount(), 0u);
}

int IntentTest::StoredIntents() {
  int count = 0;
  EXPECT_THAT(store_->NewSnapshot()->Scan(storage::PrefixRange(TableKey(kService, kIntentTable)),
                                          storage::ScanOrder::kAscending,
                                          [&](absl::string_view, absl::string_view) {
                                            ++count;
                                            return true;
                                          }),
              IsOk());
  return count;
}

std::map<std::string, int> IntentTest::Conclusions() {
  std::map<std::string, int> conclusions;
  EXPECT_THAT(store_->NewSnapshot()->Scan(
                  ConcludedKey::Range(), storage::ScanOrder::kAscending,
                  [&](absl::string_view key, absl::string_view value) {
                    int& times = conclusions[std::get<0>(*ConcludedKey::Decode(key))];
                    EXPECT_TRUE(absl::SimpleAtoi(value, &times));
                    return true;
                  }),
              IsOk());
  return conclusions;
}

absl::StatusOr<std::optional<OnceTable::Memory>> IntentTest::MemoryOf(uint64_t number,
                                                                      const std::string& order) {
  const Intent::Request request = RequestOf(number, order);
  return once_->Find(*store_->NewSnapshot(), request.id, request.hash);
}

}  // namespace milkway::runtime::testing
