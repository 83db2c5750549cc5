// The impact service as the program runs it, with fakes for the others.

#ifndef MILKWAY_TESTS_IMPACT_IMPACT_SYSTEM_H_
#define MILKWAY_TESTS_IMPACT_IMPACT_SYSTEM_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "clients/cpp/status.h"
#include "gmock/gmock.h"
#include "grpcpp/client_context.h"
#include "gtest/gtest.h"
#include "milkway/impact/v1/donors.grpc.pb.h"
#include "milkway/impact/v1/gifts.grpc.pb.h"
#include "milkway/impact/v1/pools.grpc.pb.h"
#include "services/runtime/access.h"
#include "services/runtime/clock.h"
#include "services/runtime/metrics.h"
#include "services/runtime/server.h"
#include "services/runtime/service.h"
#include "tests/impact/fake_services.h"
#include "tests/support/refusal_matchers.h"
#include "tests/support/stores.h"

namespace milkway::impact {

class ImpactSystemTest : public ::testing::Test {
 protected:
  // Base currency AUD; 1 CNY = 0.2 AUD from 2025-02-01; lot 7 of 10,000 g for 100.00
  // AUD.
  ImpactSystemTest();
  ~ImpactSystemTest() override { Stop(); }

  void Start(const runtime::Peers& peers);
  void Stop();
  runtime::Peers Peers();

  // One call, over a channel within the process.
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                const Request& request, const std::string& caller = "admin:dev") {
    grpc::ClientContext context;
    context.AddMetadata(runtime::kDevelopmentHeader, caller);
    Response response;
    const grpc::Status status =
        (Stub(server_->InProcessChannel()).*method)(&context, request, &response);
    if (!status.ok()) return clients::FromGrpcStatus(status);
    return response;
  }

  // Requests with an id of their own.
  v1::RecordGiftRequest RecordRequest(const std::string& gift_id, const std::string& currency,
                                      int64_t minor);
  v1::AllocateGiftRequest AllocateRequest(const std::string& allocation_id,
                                          const std::string& gift_id, int64_t lot,
                                          const std::string& currency, int64_t minor);
  absl::StatusOr<v1::Gift> Record(const v1::RecordGiftRequest& request);
  absl::StatusOr<v1::Allocation> Allocate(const v1::AllocateGiftRequest& request);
  absl::StatusOr<v1::Gift> GetGift(const std::string& gift_id);
  absl::StatusOr<v1::GiftImpact> GetImpact(const std::string& gift_id);

  FakeServices fakes_;
  testing::MemoryStore store_;

 private:
  uint64_t last_request_ = 0;
  const runtime::FakeClock clock_{1'740'000'000'000'000};
  runtime::Metrics metrics_;
  std::unique_ptr<runtime::Access> access_;
  std::unique_ptr<runtime::Module> module_;
  std::unique_ptr<runtime::Server> server_;
};

}  // namespace milkway::impact

#endif  // MILKWAY_TESTS_IMPACT_IMPACT_SYSTEM_H_
