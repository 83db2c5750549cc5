// What stands round every handler: who may call, until when, and what is told to
// whom about how a call ended.

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"
#include "grpcpp/support/server_interceptor.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "services/runtime/errors.h"
#include "services/runtime/handler.h"
#include "tests/runtime/milk_fixture.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::runtime {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;
using ::milkway::testing::StatusIs;
using testing::AddMilkOf;
using testing::AddMilkRequest;
using testing::AddMilkResponse;
using testing::AddOfferRequest;
using testing::AwaitMilkRequest;
using testing::AwaitMilkResponse;
using testing::ClientCall;
using ::testing::ElementsAre;
using testing::GetMilkRequest;
using ::testing::HasSubstr;
using testing::Milk;
using testing::MilkProcess;
using testing::MilkService;
using testing::MilkTest;
using ::testing::Not;
using testing::OrderMilkOf;
using testing::OrderOfferRequest;
using ::testing::Pair;
using testing::StartCall;

class TheDoor : public MilkTest {
 protected:
  // Ends the test if any body is entered.
  TheDoor() {
    process_->service.in_body = [](const runtime::Call&) -> absl::Status {
      ADD_FAILURE() << "somebody came in";
      return absl::InternalError("somebody came in");
    };
    process_->service.between_reads = [] { ADD_FAILURE() << "somebody came in"; };
    process_->service.ask = [](Handlers::Finish<int64_t> done) {
      ADD_FAILURE() << "somebody came in";
      std::move(done)(0);
    };
  }

  // What every method says to a caller whose requests are wrong in everything.
  std::vector<absl::Status> CallAll(const std::string& caller) {
    return {Call(&Milk::GetMilk, GetMilkRequest(), caller).status(),
            Call(&Milk::AddMilk, AddMilkRequest(), caller).status(),
            Call(&Milk::AddOffer, AddOfferRequest(), caller).status(),
            Call(&Milk::OrderMilk, testing::OrderMilkRequest(), caller).status(),
            Call(&Milk::OrderOffer, OrderOfferRequest(), caller).status(),
            Call(&Milk::AwaitMilk, AwaitMilkRequest(), caller).status()};
  }
};

TEST_F(TheDoor, IsShutForWhoeverIsNotKnownWhateverTheyAsk) {
  for (const char* caller : {"", "nobody", "admin:", "root:li"}) {
    for (const absl::Status& status : CallAll(caller)) {
      EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnauthenticated)) << caller;
      EXPECT_THAT(status, IsRefusal("CALLER_UNKNOWN"));
    }
  }
}

TEST_F(TheDoor, IsShutForRolesThatAreNotListedWhateverTheyAsk) {
  for (const char* caller : {"donor:li:changyuan", "auditor:li"}) {
    for (const absl::Status& status : CallAll(caller)) {
      EXPECT_THAT(status, StatusIs(absl::StatusCode::kPermissionDenied)) << caller;
      EXPECT_THAT(status, IsRefusal("PERMISSION_DENIED"));
    }
  }
}

TEST_F(TheDoor, IsShutForWhatIsOutsideOfTheCallersScope) {
  AddMilkRequest elsewhere = AddMilkOf(1, "lushan", -5);
  elsewhere.set_request_id("not an id");

  EXPECT_THAT(Call(&Milk::AddMilk, elsewhere, "school_contact:wang:changyuan"),
              IsRefusal("PERMISSION_DENIED"));
}

TEST_F(TheDoor, IsShutForAKnownRequestToo) {
  process_->service.in_body = nullptr;
  ASSERT_THAT(Call(&Milk::AddMilk, AddMilkOf(1, "lushan", 250)), IsOk());

  EXPECT_THAT(Call(&Milk::AddMilk, AddMilkOf(1, "lushan", 250), "school_contact:wang:changyuan"),
              IsRefusal("PERMISSION_DENIED"));
}

TEST_F(TheDoor, IsShutForPeopleWhileTheServerStops) {
  process_->stopping = true;

  for (const absl::Status& status : CallAll("admin:li")) {
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable));
  }
}

TEST_F(TheDoor, IsOpenForOtherServicesWhileTheServerStops) {
  process_->service.in_body = nullptr;
  process_->stopping = true;

  EXPECT_THAT(Call(&Milk::AddMilk, AddMilkOf(1, "changyuan", 250), "service:shipments"), IsOk());
}

// Holds up every call for a while before it reaches its handler.
class Delay : public grpc::experimental::Interceptor {
 public:
  static constexpr absl::Duration kDuration = absl::Milliseconds(100);

  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(
            grpc::experimental::InterceptionHookPoints::POST_RECV_MESSAGE)) {
      absl::SleepFor(kDuration);
    }
    methods->Proceed();
  }
};
class DelayFactory : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo*) override {
    return new Delay;
  }
};

TEST_F(TheDoor, IsShutForACallWhoseDeadlinePassedOnTheWay) {
  MilkProcess late(store_.get(), &orders_);
  late.service.in_body = process_->service.in_body;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&late.service);
  std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> factories;
  factories.push_back(std::make_unique<DelayFactory>());
  builder.experimental().SetInterceptorCreators(std::move(factories));
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  const auto stub = MilkService::NewStub(
      grpc::CreateChannel(absl::StrCat("127.0.0.1:", port), grpc::InsecureChannelCredentials()));
  // So that the next call finds a connection.
  (void)StartCall(stub.get(), &Milk::GetMilk, GetMilkRequest(), "nobody")->Wait();

  const auto call = StartCall(stub.get(), &Milk::AddMilk, AddMilkOf(1, "changyuan", 250),
                              "admin:li", std::chrono::milliseconds(20));

  EXPECT_THAT(call->Wait(), StatusIs(absl::StatusCode::kDeadlineExceeded));
  while (late.metrics.CallCount() < 2) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_THAT(late.metrics.Text(), HasSubstr("AddMilk\",code=\"DEADLINE_EXCEEDED\"} 1\n"));
  server->Shutdown();
}

class AnError : public MilkTest {};

TEST_F(AnError, KeepsItsNameAndItsNumbers) {
  const auto refused = Call(&Milk::AddMilk, AddMilkOf(1, "changyuan", 5'000));

  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(refused, IsRefusal("TOO_MUCH_MILK"));
  EXPECT_EQ(refused.status().message(), "5000 g do not fit; add less");
  EXPECT_THAT(PartsOf(refused.status()).metadata, ElementsAre(Pair("grams", "5000")));
}

TEST_F(AnError, NamesTheFieldThatIsWrong) {
  const auto refused = Call(&Milk::AddMilk, AddMilkOf(1, "changyuan", 0));

  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(refused, NamesField("quantity_g"));
}

class TheLog : public MilkTest {
 protected:
  TheLog() {
    log_ = &call_log_;
    Restart();
  }

  // What the log says of `call`.
  template <typename Work>
  std::vector<nlohmann::json> LinesOf(Work work) {
    ::testing::internal::CaptureStderr();
    work();
    const std::string text = ::testing::internal::GetCapturedStderr();
    std::vector<nlohmann::json> lines;
    for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
      lines.push_back(nlohmann::json::parse(std::string(line)));
    }
    return lines;
  }

 private:
  CallLog call_log_;
};

TEST_F(TheLog, HasALineForEachCall) {
  const auto lines = LinesOf([&] {
    EXPECT_THAT(Call(&Milk::AddMilk, AddMilkOf(1, "changyuan", 250), "admin:li"), IsOk());
    EXPECT_FALSE(Call(&Milk::AddMilk, AddMilkOf(2, "changyuan", 5'000)).ok());
    EXPECT_FALSE(Call(&Milk::AddMilk, AddMilkOf(3, "changyuan", 250), "nobody").ok());
  });

  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0]["method"], "milkway.runtime.testing.MilkService/AddMilk");
  EXPECT_EQ(lines[0]["caller"], "li");
  EXPECT_EQ(lines[0]["code"], "OK");
  EXPECT_EQ(lines[0]["level"], "info");
  EXPECT_THAT(lines[0]["time"].get<std::string>(), ::testing::StartsWith("2025-11-24T16:00:00."));
  EXPECT_GE(lines[0]["duration_us"].get<int64_t>(), 0);
  EXPECT_EQ(lines[1]["code"], "FAILED_PRECONDITION");
  EXPECT_EQ(lines[1]["reason"], "TOO_MUCH_MILK");
  EXPECT_EQ(lines[2]["code"], "UNAUTHENTICATED");
  EXPECT_EQ(lines[2]["caller"], "");
}

TEST_F(TheLog, AloneIsToldWhatAnOperatorMustKnow) {
  process_->service.in_body = [](const runtime::Call&) {
    return absl::DataLossError("the row 0102 is damaged");
  };
  absl::Status seen;

  const auto lines =
      LinesOf([&] { seen = Call(&Milk::AddMilk, AddMilkOf(1, "changyuan", 250)).status(); });

  EXPECT_THAT(seen, StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(seen.ToString(), Not(HasSubstr("0102")));
  EXPECT_THAT(std::string(seen.message()), HasSubstr("tell the operator"));
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0]["level"], "error");
  EXPECT_EQ(lines[0]["message"], "the row 0102 is damaged");
}

TEST_F(TheLog, DoesNotRepeatWhatTheCallerWasTold) {
  const auto lines = LinesOf([&] { (void)Call(&Milk::AddMilk, AddMilkOf(1, "changyuan", 5'000)); });

  ASSERT_EQ(lines.size(), 1u);
  EXPECT_FALSE(lines[0].contains("message"));
}

class TheMetrics : public MilkTest {};

TEST_F(TheMetrics, CountEveryCallOnceByItsCode) {
  for (int number = 1; number <= 3; ++number) {
    ASSERT_THAT(Call(&Milk::AddMilk, AddMilkOf(number, "changyuan", 250)), IsOk());
  }
  EXPECT_THAT(Call(&Milk::AddMilk, AddMilkOf(1, "changyuan", 250)), IsOk());
  EXPECT_FALSE(Call(&Milk::AddMilk, AddMilkOf(1, "changyuan", 251)).ok());
  EXPECT_FALSE(Call(&Milk::AddMilk, AddMilkOf(4, "changyuan", 250), "nobody").ok());
  EXPECT_THAT(Call(&Milk::OrderMilk, OrderMilkOf(5, "cheese")), IsOk());
  EXPECT_FALSE(Call(&Milk::OrderMilk, OrderMilkOf(6, "too much")).ok());

  const std::string text = process_->metrics.Text();

  const auto expect_count = [&](const char* method, const char* code, int count) {
    EXPECT_THAT(text, HasSubstr(absl::StrCat(
                          "milkway_rpc_calls_total{method=\"milkway.runtime.testing.MilkService/",
                          method, "\",code=\"", code, "\"} ", count, "\n")));
  };
  expect_count("AddMilk", "OK", 4);
  expect_count("AddMilk", "ALREADY_EXISTS", 1);
  expect_count("AddMilk", "UNAUTHENTICATED", 1);
  expect_count("OrderMilk", "OK", 1);
  expect_count("OrderMilk", "FAILED_PRECONDITION", 1);
  EXPECT_EQ(process_->metrics.CallCount(), 8);
}

// Stopping waits for every call that the server has taken on, so a test of these that
// does not end has found one that is never answered.
class ACancelledCall : public MilkTest {};

TEST_F(ACancelledCall, DoesNotKeepTheServerFromStopping) {
  std::vector<std::shared_ptr<ClientCall<AddMilkResponse>>> calls;
  for (int number = 1; number <= 500; ++number) {
    calls.push_back(Begin(&Milk::AddMilk, AddMilkOf(number, "changyuan", 1)));
    if (number % 2 == 0) calls.back()->context()->TryCancel();
  }

  Stop();

  int64_t answered = 0;
  for (const auto& call : calls) answered += call->Wait().ok();
  EXPECT_GE(Additions(), answered);
  EXPECT_EQ(MilkAt("changyuan"), Additions());
  Start();
}

TEST_F(ACancelledCall, MayStillBeWaitingForTheDairyWhenTheServerStops) {
  testing::HeldPerforms held(&orders_);
  const auto call = Begin(&Milk::OrderMilk, OrderMilkOf(1, "cheese"));
  held.Await(1);
  call->context()->TryCancel();
  EXPECT_THAT(call->Wait(), StatusIs(absl::StatusCode::kCancelled));

  process_->intents.Stop();
  server_.reset();

  held.Release();
  Restart();
  EXPECT_THAT(Call(&Milk::OrderMilk, OrderMilkOf(1, "cheese")), IsOk());
  EXPECT_THAT(dairy_.deliveries(), ElementsAre(Pair("cheese", 1)));
}

TEST_F(ACancelledCall, MayBeAnsweredLate) {
  const auto call = Begin(&Milk::AwaitMilk, AwaitMilkRequest());
  Handlers::Finish<AwaitMilkResponse> finish = process_->service.TakeAwaiting();
  call->context()->TryCancel();
  EXPECT_THAT(call->Wait(), StatusIs(absl::StatusCode::kCancelled));

  std::move(finish)(AwaitMilkResponse());

  AwaitCalls(1);
  Stop();
  Start();
}

TEST_F(ACancelledCall, ThatWasDoneIsAnsweredToARepeat) {
  const auto call = Begin(&Milk::AddMilk, AddMilkOf(1, "changyuan", 250));
  call->context()->TryCancel();
  (void)call->Wait();

  const auto again = Call(&Milk::AddMilk, AddMilkOf(1, "changyuan", 250));

  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->additions(), 1);
  EXPECT_EQ(MilkAt("changyuan"), 250);
}

}  // namespace
}  // namespace milkway::runtime
