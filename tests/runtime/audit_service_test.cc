// Checks of the audit log: how many at once, and for whom.

#include "services/runtime/audit/audit_service.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "clients/cpp/origin.h"
#include "clients/cpp/status.h"
#include "clients/cpp/unary_call.h"
#include "gmock/gmock.h"
#include "grpcpp/create_channel.h"
#include "gtest/gtest.h"
#include "services/runtime/clock.h"
#include "services/runtime/metrics.h"
#include "services/runtime/server.h"
#include "tests/support/refusal_matchers.h"
#include "tests/support/stores.h"

namespace milkway::runtime {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;
using ::testing::HasSubstr;
namespace v1 = operations::v1;

// Keeps the one thread busy until a test lets it go.
class SlowWitness final : public AuditWitness {
 public:
  absl::StatusOr<std::vector<Anchored>> AnchorAll() override {
    const clients::Origin* origin = clients::OriginScope::Current();
    origin_ = origin == nullptr ? "nobody" : origin->caller_id;
    begun_.Notify();
    may_end_.WaitForNotification();
    return std::vector<Anchored>();
  }

  std::string origin_;
  absl::Notification begun_;
  absl::Notification may_end_;
};

// A store whose next snapshots wait, once a test says so, until it lets them go.
class HeldStore final : public storage::Store {
 public:
  explicit HeldStore(storage::Store* store) : store_(*store) {}

  void HoldSnapshots() { holds_ = true; }
  void AwaitSnapshot() { asked_.WaitForNotification(); }
  void LetGo() { may_go_.Notify(); }

  void Transact(Body body, Done done) override {
    store_.Transact(std::move(body), std::move(done));
  }
  std::shared_ptr<const storage::Snapshot> NewSnapshot() override {
    if (holds_.exchange(false)) {
      asked_.Notify();
      may_go_.WaitForNotification();
    }
    return store_.NewSnapshot();
  }
  absl::StatusOr<int64_t> WriteCheckpoint(const std::string& folder) override {
    return store_.WriteCheckpoint(folder);
  }
  absl::Status Purge(const storage::KeyRange& range) override { return store_.Purge(range); }
  absl::Status Health() const override { return store_.Health(); }
  uint32_t FormatVersion() const override { return store_.FormatVersion(); }

 private:
  storage::Store& store_;
  std::atomic<bool> holds_{false};
  absl::Notification asked_;
  absl::Notification may_go_;
};

class AuditChecks : public ::testing::Test {
 protected:
  AuditChecks() {
    auto access =
        Access::Build(Authentication::Development(),
                      {google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
                          "milkway.operations.v1.AuditService")});
    access_ = std::make_unique<const Access>(*std::move(access));
    Handlers::Parts parts;
    parts.store = &held_store_;
    parts.access = access_.get();
    parts.clock = &clock_;
    parts.metrics = &metrics_;
    service_ = std::make_unique<AuditService>(parts, &witness_);
    server_ = *Server::Start("127.0.0.1:0", {service_.get()}, store_.get());
    stub_ = v1::AuditService::NewStub(
        grpc::CreateChannel(server_->address(), grpc::InsecureChannelCredentials()));
    anchoring_ = std::thread([this] {
      grpc::ClientContext context;
      clients::Prepare({"auditor:x"}, &context);
      v1::AnchorAuditLogResponse answer;
      (void)stub_->AnchorAuditLog(&context, v1::AnchorAuditLogRequest(), &answer);
    });
    witness_.begun_.WaitForNotification();
  }
  ~AuditChecks() override {
    EndAnchoring();
    server_.reset();
    service_.reset();
  }

  void EndAnchoring() {
    if (!witness_.may_end_.HasBeenNotified()) witness_.may_end_.Notify();
    if (anchoring_.joinable()) anchoring_.join();
  }

  absl::Status Verify(std::chrono::milliseconds deadline,
                      const v1::VerifyAuditLogRequest& request = {}) {
    grpc::ClientContext context;
    clients::Prepare({"auditor:x", deadline}, &context);
    v1::VerifyAuditLogResponse answer;
    return clients::FromGrpcStatus(stub_->VerifyAuditLog(&context, request, &answer));
  }
  void AwaitCalls(int64_t count) {
    const absl::Time deadline = absl::Now() + absl::Seconds(20);
    while (metrics_.CallCount() < count && absl::Now() < deadline) {
      absl::SleepFor(absl::Milliseconds(1));
    }
  }

  milkway::testing::MemoryStore store_;
  HeldStore held_store_{store_.get()};
  SystemClock clock_;
  Metrics metrics_;
  SlowWitness witness_;
  std::unique_ptr<const Access> access_;
  std::unique_ptr<AuditService> service_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<v1::AuditService::Stub> stub_;
  std::thread anchoring_;
};

TEST_F(AuditChecks, AnchorOnBehalfOfWhoeverAsks) { EXPECT_EQ(witness_.origin_, "x"); }

TEST_F(AuditChecks, ThatAreTooManyAreRefused) {
  constexpr int kCalls = 10;
  std::atomic<int> refused{0};
  std::atomic<int> done{0};
  std::vector<std::thread> callers;
  for (int number = 0; number < kCalls; ++number) {
    callers.emplace_back([&] {
      const absl::Status status = Verify(std::chrono::seconds(20));
      ++(status.ok() ? done : refused);
      if (status.ok()) return;
      EXPECT_THAT(status, IsRefusal("AUDIT_TASKS_MAX"));
    });
  }
  // One place is the anchoring's.
  AwaitCalls(kCalls - (AuditService::kTasksMax - 1));
  EndAnchoring();
  for (std::thread& caller : callers) caller.join();

  EXPECT_EQ(done, AuditService::kTasksMax - 1);
  EXPECT_EQ(refused, kCalls - (AuditService::kTasksMax - 1));
  EXPECT_THAT(Verify(std::chrono::seconds(20)), IsOk());
}

TEST_F(AuditChecks, ThatCannotBeReadTakeNoPlace) {
  v1::VerifyAuditLogRequest request;
  request.add_anchors()->set_service("no such log");

  EXPECT_THAT(Verify(std::chrono::seconds(5), request), NamesField("anchors[0].service"));
}

TEST_F(AuditChecks, AreNotBegunForCallersWhoHaveGone) {
  EXPECT_EQ(Verify(std::chrono::milliseconds(50)).code(), absl::StatusCode::kDeadlineExceeded);
  absl::SleepFor(absl::Milliseconds(200));

  EndAnchoring();
  AwaitCalls(2);
  EXPECT_THAT(metrics_.Text(), HasSubstr("CANCELLED"));
}

TEST_F(AuditChecks, AreGivenUpOnceTheirCallersHaveGone) {
  // So many that a check asks on its way whether to go on.
  constexpr int kRows = 12'000;
  for (int row = 0; row < kRows; ++row) {
    store_->Transact(
        [](storage::Transaction& transaction) {
          return AuditLog(ServiceTag::kInventory).Append(transaction, AuditEntry());
        },
        [](const absl::Status&) {});
  }
  ASSERT_THAT(store_->TransactAndWait([](storage::Transaction&) { return absl::OkStatus(); }),
              IsOk());
  EndAnchoring();
  AwaitCalls(1);
  held_store_.HoldSnapshots();
  grpc::ClientContext context;
  std::thread caller([this, &context] {
    clients::Prepare({"auditor:x", std::chrono::seconds(60)}, &context);
    v1::VerifyAuditLogResponse answer;
    EXPECT_EQ(stub_->VerifyAuditLog(&context, v1::VerifyAuditLogRequest(), &answer).error_code(),
              grpc::StatusCode::CANCELLED);
  });
  held_store_.AwaitSnapshot();

  context.TryCancel();
  caller.join();
  // The server hears of it a moment after its caller.
  absl::SleepFor(absl::Milliseconds(200));
  held_store_.LetGo();
  AwaitCalls(2);

  EXPECT_THAT(metrics_.Text(), HasSubstr("CANCELLED"));
}

}  // namespace
}  // namespace milkway::runtime
