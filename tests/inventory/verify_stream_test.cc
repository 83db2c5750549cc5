// Who is told how the books are, once the check began.

#include "services/inventory/verify_stream.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/synchronization/notification.h"
#include "clients/cpp/status.h"
#include "clients/cpp/unary_call.h"
#include "gmock/gmock.h"
#include "grpcpp/create_channel.h"
#include "gtest/gtest.h"
#include "milkway/inventory/v1/stock.grpc.pb.h"
#include "services/runtime/clock.h"
#include "services/runtime/metrics.h"
#include "services/runtime/server.h"
#include "services/runtime/tokens/access_token.h"
#include "services/runtime/tokens/trust.h"
#include "tests/support/refusal_matchers.h"
#include "tests/support/stores.h"

namespace milkway::inventory {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;

constexpr int64_t kNowS = 1'800'000'000;
constexpr int64_t kSecondUs = 1'000'000;

// Verifies books, once it may.
class Books final : public v1::StockService::CallbackService {
 public:
  explicit Books(runtime::Handlers::Parts parts) : parts_(std::move(parts)) {
    worker_.Run([this] { may_begin_.WaitForNotification(); });
  }
  ~Books() override {
    if (!may_begin_.HasBeenNotified()) may_begin_.Notify();
  }

  grpc::ServerWriteReactor<v1::VerifyBooksResponse>* VerifyBooks(
      grpc::CallbackServerContext* context, const v1::VerifyBooksRequest* request) override {
    auto* stream = new VerifyStream(
        runtime::CallScope(parts_, *context, request->GetDescriptor(), request), &worker_);
    asked_.Notify();
    return stream;
  }

  absl::Notification asked_;
  absl::Notification may_begin_;

 private:
  const runtime::Handlers::Parts parts_;
  runtime::Worker worker_;
};

class VerifyingBooks : public ::testing::Test {
 protected:
  VerifyingBooks() {
    Hear({});
    runtime::Handlers::Parts parts;
    parts.store = store_.get();
    parts.access = &access_;
    parts.clock = &clock_;
    parts.metrics = &metrics_;
    books_ = std::make_unique<Books>(parts);
    server_ = *runtime::Server::Start("127.0.0.1:0", {books_.get()}, store_.get());
    stub_ = v1::StockService::NewStub(
        grpc::CreateChannel(server_->address(), grpc::InsecureChannelCredentials()));
    clients::CallOptions options;
    options.token = *key_.Sign({"li", common::v1::ROLE_AUDITOR, {}, "sign-in", kNowS, kNowS + 600});
    clients::Prepare(options, &context_);
    stream_ = stub_->VerifyBooks(&context_, v1::VerifyBooksRequest());
    books_->asked_.WaitForNotification();
  }
  ~VerifyingBooks() override {
    server_.reset();
    books_.reset();
  }

  void Hear(const std::vector<runtime::Trust::Revocation>& ended) {
    trust_.Update({{key_.kid(), key_.public_pem()}}, ended, clock_.NowUs());
  }
  // What is told until the stream ends.
  std::vector<v1::VerifyBooksResponse> ReadAll() {
    books_->may_begin_.Notify();
    std::vector<v1::VerifyBooksResponse> all;
    v1::VerifyBooksResponse message;
    while (stream_->Read(&message)) all.push_back(message);
    status_ = clients::FromGrpcStatus(stream_->Finish());
    return all;
  }

  milkway::testing::MemoryStore store_;
  runtime::FakeClock clock_{kNowS * kSecondUs};
  runtime::Metrics metrics_;
  const runtime::TokenKey key_ = *runtime::TokenKey::Generate();
  runtime::Trust trust_;
  const runtime::Access access_ = *runtime::Access::Build(
      {&trust_, "", false},
      {v1::VerifyBooksRequest::descriptor()->file()->FindServiceByName("StockService")});
  std::unique_ptr<Books> books_;
  std::unique_ptr<runtime::Server> server_;
  std::unique_ptr<v1::StockService::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::VerifyBooksResponse>> stream_;
  absl::Status status_;
};

TEST_F(VerifyingBooks, TellsWhoeverIsSignedInHowTheyAre) {
  const std::vector<v1::VerifyBooksResponse> told = ReadAll();

  EXPECT_THAT(status_, IsOk());
  EXPECT_FALSE(told.empty());
}

TEST_F(VerifyingBooks, TellsNothingOnceTheSignInHasEnded) {
  Hear({{"sign-in", (kNowS + 3'600) * kSecondUs}});

  EXPECT_TRUE(ReadAll().empty());
  EXPECT_THAT(status_, IsRefusal("SESSION_ENDED"));
}

}  // namespace
}  // namespace milkway::inventory
