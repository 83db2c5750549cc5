// Wherever the power goes away, a change and its row in the audit log stand together.

#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/runtime/audit/audit_verify.h"
#include "services/runtime/server.h"
#include "storage/rocksdb_store.h"
#include "tests/runtime/audit_fixture.h"
#include "tests/runtime/milk_fixture.h"
#include "tests/support/crash_env.h"
#include "tests/support/status_matchers.h"
#include "tests/support/stores.h"

namespace milkway::runtime {
namespace {

using ::milkway::testing::IsOk;
using testing::AddMilkOf;
using testing::Milk;
using testing::OrderMilkOf;

constexpr AuditLog kLog(ServiceTag::kConsumption);
constexpr int kCalls = 12;

std::unique_ptr<storage::Store> Open(const std::string& folder, rocksdb::Env* env) {
  storage::RocksDbStoreOptions options;
  options.folder = folder;
  options.env = env;
  options.free_bytes_floor = 0;
  auto store = storage::OpenRocksDbStore(options);
  return store.ok() ? *std::move(store) : nullptr;
}

// Adds and orders until the power goes. How many were answered OK.
int Live(storage::Store* store, testing::OrderKind* orders) {
  testing::MilkProcess process(store, orders);
  auto server = Server::Start("127.0.0.1:0", {&process.service}, store);
  if (!server.ok()) return 0;
  const auto stub = testing::MilkService::NewStub(
      grpc::CreateChannel((*server)->address(), grpc::InsecureChannelCredentials()));
  int answered = 0;
  for (uint64_t number = 1; number <= kCalls; ++number) {
    const bool added =
        testing::StartCall(stub.get(), &Milk::AddMilk, AddMilkOf(number, "changyuan", 1))
            ->Wait()
            .ok();
    const bool ordered =
        testing::StartCall(stub.get(), &Milk::OrderMilk, OrderMilkOf(1'000 + number, "cheese"))
            ->Wait()
            .ok();
    answered += (added ? 1 : 0) + (ordered ? 1 : 0);
    if (!added) break;
  }
  process.intents.Stop();
  process.service.EndAwaiting();
  return answered;
}

// The orders that are concluded, as their kind counts them.
int64_t OrdersIn(const storage::Reader& reader) {
  const auto times = reader.Get(testing::ConcludedKey::Encode("cheese"));
  EXPECT_THAT(times, IsOk());
  return times.ok() && times->has_value() ? std::stoll(**times) : 0;
}

TEST(AuditCrash, LeavesAChangeAndItsRowTogether) {
  int crashes = 0;
  for (uint64_t crash_at = 20;; crash_at += 3) {
    const milkway::testing::TempFolder folder;
    milkway::testing::CrashEnv env(crash_at, [](uint64_t unsynced) { return unsynced / 2; });
    int answered = 0;
    testing::Dairy dairy;
    testing::OrderKind orders(&dairy);
    if (auto store = Open(folder / "store", &env); store != nullptr) {
      if (OnceTable::Open(ServiceTag::kConsumption, store.get()).ok()) {
        answered = Live(store.get(), &orders);
      }
    }
    const bool crashed = env.PowerIsGone();
    auto store = Open(folder / "store", nullptr);
    ASSERT_NE(store, nullptr);
    const auto snapshot = store->NewSnapshot();
    int64_t adds = 0;
    int64_t concluded = 0;
    for (const AuditEntry& entry : testing::EntriesOf(*store, kLog)) {
      adds += entry.method().ends_with("/AddMilk") ? 1 : 0;
      concluded += entry.method().ends_with("/OrderMilk") ? 1 : 0;
    }

    EXPECT_EQ(adds, testing::AdditionsOf(*snapshot)) << "crash at " << crash_at;
    EXPECT_EQ(concluded, OrdersIn(*snapshot)) << "crash at " << crash_at;
    EXPECT_GE(adds + concluded, answered) << "crash at " << crash_at;
    const auto finding = VerifyAuditLog(*snapshot, kLog, {}, [] { return true; });
    ASSERT_THAT(finding, IsOk());
    EXPECT_EQ(finding->problem, "") << "crash at " << crash_at;
    if (!crashed) break;
    ++crashes;
  }
  EXPECT_GT(crashes, 10);
  printf("%d crashes\n", crashes);
}

}  // namespace
}  // namespace milkway::runtime
