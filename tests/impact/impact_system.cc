#include "tests/impact/impact_system.h"

#include <utility>
#include <vector>

#include "services/impact/impact_module.h"
#include "services/runtime/once.h"

namespace milkway::impact {

namespace {

using ::milkway::testing::IsOk;

}  // namespace

ImpactSystemTest::ImpactSystemTest() {
  fakes_.SetBaseCurrency("AUD");
  fakes_.SetRate("CNY", "AUD", "0.2");
  fakes_.SetLot(7, 10'000, 10'000);
  std::vector<const google::protobuf::ServiceDescriptor*> services;
  for (const char* name :
       {v1::GiftService::service_full_name(), v1::DonorService::service_full_name(),
        v1::PoolService::service_full_name()}) {
    services.push_back(google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name));
  }
  auto access = runtime::Access::Build(runtime::Authentication::Development(), services);
  EXPECT_THAT(access, IsOk());
  access_ = std::make_unique<runtime::Access>(*std::move(access));
  Start(Peers());
}

runtime::Peers ImpactSystemTest::Peers() {
  runtime::Peers peers;
  peers.inventory = clients::ServiceChannel::WithDevelopmentHeader(fakes_.Channel());
  peers.consumption = clients::ServiceChannel::WithDevelopmentHeader(fakes_.Channel());
  return peers;
}

void ImpactSystemTest::Start(const runtime::Peers& peers) {
  Stop();
  runtime::ModuleParts parts;
  parts.store = store_.get();
  parts.access = access_.get();
  parts.clock = &clock_;
  parts.metrics = &metrics_;
  auto module = MakeImpactModule(parts);
  ASSERT_THAT(module, IsOk());
  module_ = *std::move(module);
  EXPECT_EQ(module_->Name(), "impact");
  auto server = runtime::Server::Start("127.0.0.1:0", module_->GrpcServices(), store_.get());
  ASSERT_THAT(server, IsOk());
  server_ = *std::move(server);
  ASSERT_THAT(module_->Start(peers), IsOk());
}

void ImpactSystemTest::Stop() {
  if (module_ == nullptr) return;
  module_->Stop();
  server_.reset();
  module_.reset();
}

v1::RecordGiftRequest ImpactSystemTest::RecordRequest(const std::string& gift_id,
                                                      const std::string& currency, int64_t minor) {
  v1::RecordGiftRequest request;
  request.set_request_id(runtime::FormatRequestId({1, ++last_request_}));
  v1::Gift& gift = *request.mutable_gift();
  gift.set_gift_id(gift_id);
  gift.set_donor_id("D-1");
  gift.set_received_on("2025-02-03");
  gift.mutable_amount()->set_currency_code(currency);
  gift.mutable_amount()->set_minor_units(minor);
  return request;
}

v1::AllocateGiftRequest ImpactSystemTest::AllocateRequest(const std::string& allocation_id,
                                                          const std::string& gift_id, int64_t lot,
                                                          const std::string& currency,
                                                          int64_t minor) {
  v1::AllocateGiftRequest request;
  request.set_request_id(runtime::FormatRequestId({2, ++last_request_}));
  v1::Allocation& allocation = *request.mutable_allocation();
  allocation.set_allocation_id(allocation_id);
  allocation.set_gift_id(gift_id);
  allocation.set_lot_id(lot);
  allocation.set_allocated_on("2025-02-04");
  allocation.mutable_amount()->set_currency_code(currency);
  allocation.mutable_amount()->set_minor_units(minor);
  return request;
}

absl::StatusOr<v1::Gift> ImpactSystemTest::Record(const v1::RecordGiftRequest& request) {
  auto answer = Call(&v1::GiftService::Stub::RecordGift, request);
  if (!answer.ok()) return answer.status();
  return answer->gift();
}

absl::StatusOr<v1::Allocation> ImpactSystemTest::Allocate(const v1::AllocateGiftRequest& request) {
  auto answer = Call(&v1::GiftService::Stub::AllocateGift, request);
  if (!answer.ok()) return answer.status();
  return answer->allocation();
}

absl::StatusOr<v1::Gift> ImpactSystemTest::GetGift(const std::string& gift_id) {
  v1::GetGiftRequest request;
  request.set_gift_id(gift_id);
  auto answer = Call(&v1::GiftService::Stub::GetGift, request);
  if (!answer.ok()) return answer.status();
  return answer->gift();
}

absl::StatusOr<v1::GiftImpact> ImpactSystemTest::GetImpact(const std::string& gift_id) {
  v1::GetGiftImpactRequest request;
  request.set_gift_id(gift_id);
  auto answer = Call(&v1::GiftService::Stub::GetGiftImpact, request);
  if (!answer.ok()) return answer.status();
  return answer->impact();
}

}  // namespace milkway::impact
