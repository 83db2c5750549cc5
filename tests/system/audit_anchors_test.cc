// Anchoring while the inventory does not answer.

#include "services/milkwayd/audit_anchors.h"

#include <memory>
#include <thread>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "clients/cpp/service_channel.h"
#include "gmock/gmock.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"
#include "services/runtime/audit/audit_log.h"
#include "tests/support/status_matchers.h"
#include "tests/support/stores.h"

namespace milkway {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::StatusIs;

// Takes leaves, and says nothing until its caller has gone.
class SilentLog final : public inventory::v1::LogService::CallbackService {
 public:
  grpc::ServerUnaryReactor* AppendLeaves(grpc::CallbackServerContext*,
                                         const inventory::v1::AppendLeavesRequest*,
                                         inventory::v1::AppendLeavesResponse*) override {
    class Reactor final : public grpc::ServerUnaryReactor {
     public:
      void OnCancel() override { Finish(grpc::Status::CANCELLED); }
      void OnDone() override { delete this; }
    };
    if (!asked_.HasBeenNotified()) asked_.Notify();
    return new Reactor;
  }

  absl::Notification asked_;
};

TEST(Anchoring, IsGivenUpWhenTheServerStops) {
  testing::MemoryStore store;
  const runtime::SystemClock clock;
  ASSERT_THAT(store->TransactAndWait([](storage::Transaction& transaction) {
    return runtime::AuditLog(runtime::ServiceTag::kInventory)
        .Append(transaction, runtime::AuditEntry());
  }),
              IsOk());
  SilentLog log;
  grpc::ServerBuilder builder;
  builder.RegisterService(&log);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  AuditAnchors anchors(store.get(), &clock, nullptr);
  EXPECT_THAT(anchors.AnchorAll(), StatusIs(absl::StatusCode::kUnavailable)) << "no way there yet";
  anchors.Start(clients::ServiceChannel::WithDevelopmentHeader(
      server->InProcessChannel(grpc::ChannelArguments())));
  const auto anchor = [&anchors] {
    EXPECT_THAT(anchors.AnchorAll(), StatusIs(absl::StatusCode::kUnavailable));
  };
  std::thread first(anchor);
  log.asked_.WaitForNotification();
  std::thread second(anchor);

  const absl::Time stopped_at = absl::Now();
  anchors.Stop();
  first.join();
  second.join();

  EXPECT_LT(absl::Now() - stopped_at, absl::Seconds(5));
}

}  // namespace
}  // namespace milkway
