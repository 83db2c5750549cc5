// What handlers do with a call that may be made: reads, changes, changes across
// services, and whatever takes its time.

#include "services/runtime/handler.h"

#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/synchronization/mutex.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/runtime/errors.h"
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
using testing::AddOfferRequest;
using testing::AwaitMilkRequest;
using testing::AwaitMilkResponse;
using ::testing::ElementsAre;
using testing::GetMilkRequest;
using testing::HeldPerforms;
using ::testing::IsEmpty;
using testing::Milk;
using testing::MilkTest;
using testing::OrderMilkOf;
using testing::OrderOfferRequest;
using ::testing::Pair;
using testing::RequestIdOf;

class QueryTest : public MilkTest {
 protected:
  absl::StatusOr<int64_t> QuantityAt(const std::string& school_id) {
    GetMilkRequest request;
    request.set_school_id(school_id);
    const auto response = Call(&Milk::GetMilk, request);
    if (!response.ok()) return response.status();
    return response->quantity_g();
  }
};

TEST_F(QueryTest, AnswersWhatTheStoreHolds) {
  ASSERT_THAT(Call(&Milk::AddMilk, AddMilkOf(1, "changyuan", 250)), IsOk());

  EXPECT_EQ(*QuantityAt("changyuan"), 250);
  EXPECT_EQ(*QuantityAt("lushan"), 0);
}

TEST_F(QueryTest, SeesNothingOfAChangeThatComesMeanwhile) {
  ASSERT_THAT(Call(&Milk::AddMilk, AddMilkOf(1, "changyuan", 250)), IsOk());
  process_->service.between_reads = [this] {
    ASSERT_THAT(Call(&Milk::AddMilk, AddMilkOf(2, "changyuan", 100)), IsOk());
  };

  EXPECT_EQ(*QuantityAt("changyuan"), 250);

  EXPECT_EQ(MilkAt("changyuan"), 350);
}

class MutateTest : public MilkTest {};

TEST_F(MutateTest, ChangesTheStoreAndAnswers) {
  const auto answer = Call(&Milk::AddMilk, AddMilkOf(1, "changyuan", 250));

  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->quantity_g(), 250);
  EXPECT_EQ(MilkAt("changyuan"), 250);
}

TEST_F(MutateTest, HappensOnceARequestIdAndAnswersTheSameAgain) {
  const auto first = Call(&Milk::AddMilk, AddMilkOf(1, "changyuan", 250));
  ASSERT_THAT(Call(&Milk::AddMilk, AddMilkOf(2, "changyuan", 100)), IsOk());

  const auto again = Call(&Milk::AddMilk, AddMilkOf(1, "changyuan", 250));

  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(MilkAt("changyuan"), 350);
}

TEST_F(MutateTest, KnowsARequestIdInAnyCase) {
  AddMilkRequest upper = AddMilkOf(0xabc, "changyuan", 250);
  ASSERT_THAT(Call(&Milk::AddMilk, upper), IsOk());
  for (char& letter : *upper.mutable_request_id()) letter = absl::ascii_toupper(letter);

  // The id is one of the values of the request, so its body is another one.
  EXPECT_THAT(Call(&Milk::AddMilk, upper), IsRefusal("REQUEST_ID_REUSED"));

  EXPECT_EQ(Additions(), 1);
}

TEST_F(MutateTest, RefusesAnotherBodyUnderTheSameRequestId) {
  ASSERT_THAT(Call(&Milk::AddMilk, AddMilkOf(1, "changyuan", 250)), IsOk());

  const auto other = Call(&Milk::AddMilk, AddMilkOf(1, "changyuan", 251));

  EXPECT_THAT(other, StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(other, IsRefusal("REQUEST_ID_REUSED"));
  EXPECT_EQ(MilkAt("changyuan"), 250);
}

TEST_F(MutateTest, RefusesTheRequestIdOfAnotherMethod) {
  ASSERT_THAT(Call(&Milk::OrderMilk, OrderMilkOf(1, "cheese")), IsOk());

  EXPECT_THAT(Call(&Milk::AddMilk, AddMilkOf(1, "changyuan", 250)), IsRefusal("REQUEST_ID_REUSED"));
}

TEST_F(MutateTest, ThatWasRefusedMayComeAgainWithAnotherBody) {
  EXPECT_THAT(Call(&Milk::AddMilk, AddMilkOf(1, "changyuan", 5'000)), IsRefusal("TOO_MUCH_MILK"));
  EXPECT_EQ(MilkAt("changyuan"), 0);

  EXPECT_THAT(Call(&Milk::AddMilk, AddMilkOf(1, "changyuan", 500)), IsOk());

  EXPECT_EQ(MilkAt("changyuan"), 500);
}

TEST_F(MutateTest, NeedsARequestId) {
  for (const char* id : {"", "1", "00000000-0000-0000-0000-000000000000"}) {
    AddMilkRequest request = AddMilkOf(1, "changyuan", 250);
    request.set_request_id(id);

    EXPECT_THAT(Call(&Milk::AddMilk, request), NamesField("request_id")) << id;
  }
  EXPECT_EQ(Additions(), 0);
}

TEST_F(MutateTest, AnswersTheSameAfterARestart) {
  const auto first = Call(&Milk::AddMilk, AddMilkOf(1, "changyuan", 250));
  Restart();

  const auto again = Call(&Milk::AddMilk, AddMilkOf(1, "changyuan", 250));

  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  EXPECT_THAT(Call(&Milk::AddMilk, AddMilkOf(1, "lushan", 250)), IsRefusal("REQUEST_ID_REUSED"));
  EXPECT_EQ(Additions(), 1);
}

TEST_F(MutateTest, HappensOnceForManyAtTheSameTime) {
  std::vector<std::shared_ptr<testing::ClientCall<testing::AddMilkResponse>>> calls;
  for (int call = 0; call < 200; ++call) {
    calls.push_back(Begin(&Milk::AddMilk, AddMilkOf(1, "changyuan", 250)));
  }

  for (const auto& call : calls) {
    const auto answer = call->Wait();
    ASSERT_THAT(answer, IsOk());
    EXPECT_EQ(answer->additions(), 1);
  }
  EXPECT_EQ(MilkAt("changyuan"), 250);
}

TEST_F(MutateTest, TellsTheBodyWhoCallsAndWhen) {
  runtime::Call call;
  process_->service.in_body = [&](const runtime::Call& seen) {
    call = seen;
    return absl::OkStatus();
  };
  process_->clock.Set(42);

  ASSERT_THAT(
      Call(&Milk::AddMilk, AddMilkOf(1, "changyuan", 250), "school_contact:wang:changyuan,lushan"),
      IsOk());

  EXPECT_EQ(call.caller.id, "wang");
  EXPECT_EQ(call.caller.role, common::v1::ROLE_SCHOOL_CONTACT);
  EXPECT_THAT(call.caller.scopes, ElementsAre("changyuan", "lushan"));
  EXPECT_EQ(call.now_us, 42);
}

class MutateAfterTest : public MilkTest {
 protected:
  MutateAfterTest() {
    process_->service.ask = [this](Handlers::Finish<int64_t> done) {
      ++asked_;
      std::move(done)(offer_);
    };
  }

  absl::StatusOr<testing::AddMilkResponse> Add(uint64_t number,
                                               const std::string& school_id = "changyuan") {
    AddOfferRequest request;
    request.set_request_id(RequestIdOf(number));
    request.set_school_id(school_id);
    return Call(&Milk::AddOffer, request);
  }

  std::atomic<int> asked_{0};
  absl::StatusOr<int64_t> offer_ = 100;
};

TEST_F(MutateAfterTest, ChangesByWhatItWasTold) {
  ASSERT_THAT(Add(1), IsOk());

  EXPECT_EQ(MilkAt("changyuan"), 100);
}

TEST_F(MutateAfterTest, AnswersAKnownRequestWithoutAsking) {
  ASSERT_THAT(Add(1), IsOk());
  offer_ = absl::UnavailableError("nobody is there");

  const auto again = Add(1);

  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->quantity_g(), 100);
  EXPECT_EQ(asked_, 1);
  EXPECT_THAT(Add(1, "lushan"), IsRefusal("REQUEST_ID_REUSED"));
}

TEST_F(MutateAfterTest, TellsWhyItCouldNotAskAndRemembersNothing) {
  offer_ = absl::UnavailableError("nobody is there");
  EXPECT_THAT(Add(1), StatusIs(absl::StatusCode::kUnavailable));
  offer_ = 200;

  EXPECT_THAT(Add(1), IsOk());

  EXPECT_EQ(MilkAt("changyuan"), 200);
}

TEST_F(MutateAfterTest, HappensOnceEvenIfItWasToldTwoThings) {
  std::vector<Handlers::Finish<int64_t>> asked;
  absl::Mutex mutex;
  process_->service.ask = [&](Handlers::Finish<int64_t> done) {
    absl::MutexLock lock(&mutex);
    asked.push_back(std::move(done));
  };
  absl::StatusOr<testing::AddMilkResponse> answers[2];
  std::thread first([&] { answers[0] = Add(1); });
  std::thread second([&] { answers[1] = Add(1); });
  {
    absl::MutexLock lock(&mutex);
    const auto are_two = [&] { return asked.size() == 2; };
    mutex.Await(absl::Condition(&are_two));
  }

  std::move(asked[0])(100);
  std::move(asked[1])(300);
  first.join();
  second.join();

  ASSERT_THAT(answers[0], IsOk());
  ASSERT_THAT(answers[1], IsOk());
  EXPECT_EQ(answers[0]->SerializeAsString(), answers[1]->SerializeAsString());
  EXPECT_EQ(Additions(), 1);
}

class MutateAcrossTest : public MilkTest {
 protected:
  absl::StatusOr<testing::OrderMilkResponse> Order(uint64_t number, const std::string& order) {
    return Call(&Milk::OrderMilk, OrderMilkOf(number, order));
  }
};

TEST_F(MutateAcrossTest, AnswersWhatTheOtherSideDid) {
  const auto answer = Order(1, "cheese");

  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->delivery(), 1);
  EXPECT_THAT(dairy_.deliveries(), ElementsAre(Pair("cheese", 1)));
}

TEST_F(MutateAcrossTest, AnswersTheSameToARepeatWhileItIsUnderWay) {
  HeldPerforms held(&orders_);
  const auto first = Begin(&Milk::OrderMilk, OrderMilkOf(1, "cheese"));
  held.Await(1);
  const auto second = Begin(&Milk::OrderMilk, OrderMilkOf(1, "cheese"));
  EXPECT_THAT(Order(1, "butter"), IsRefusal("REQUEST_ID_REUSED"));
  EXPECT_FALSE(first->HasEnded());

  held.Release();

  ASSERT_THAT(first->Wait(), IsOk());
  ASSERT_THAT(second->Wait(), IsOk());
  EXPECT_EQ(first->Wait()->delivery(), second->Wait()->delivery());
  EXPECT_THAT(dairy_.deliveries(), ElementsAre(Pair("cheese", 1)));
}

TEST_F(MutateAcrossTest, AnswersTheSameToARepeatAfterTheConclusion) {
  ASSERT_THAT(Order(1, "cheese"), IsOk());
  ASSERT_THAT(Order(2, "butter"), IsOk());

  EXPECT_EQ(Order(1, "cheese")->delivery(), 1);
  EXPECT_THAT(Order(1, "butter"), IsRefusal("REQUEST_ID_REUSED"));
  EXPECT_THAT(dairy_.deliveries(), ElementsAre(Pair("butter", 1), Pair("cheese", 1)));
}

TEST_F(MutateAcrossTest, RefusesWhatItsOwnBodyRefusesAndAsksNobody) {
  EXPECT_THAT(Order(1, ""), NamesField("order"));

  EXPECT_THAT(dairy_.deliveries(), IsEmpty());
  EXPECT_THAT(Order(1, "cheese"), IsOk());
}

TEST_F(MutateAcrossTest, PassesOnTheRefusalOfTheOtherSideAndForgetsTheRequest) {
  EXPECT_THAT(Order(1, "too much cheese"), IsRefusal("TOO_MUCH_ORDERED"));

  EXPECT_THAT(Order(1, "less cheese"), IsOk());
}

TEST_F(MutateAcrossTest, GoesOnAfterARestart) {
  HeldPerforms held(&orders_);
  const auto interrupted = Begin(&Milk::OrderMilk, OrderMilkOf(1, "cheese"));
  held.Await(1);
  process_->intents.Stop();
  EXPECT_THAT(interrupted->Wait(), StatusIs(absl::StatusCode::kUnavailable));
  held.ReleaseBut("cheese", absl::UnavailableError("the answer was lost"));
  Restart();
  EXPECT_THAT(Order(1, "cheese"), StatusIs(absl::StatusCode::kUnavailable));

  ASSERT_THAT(process_->intents.Resume(), IsOk());
  held.Await(1);
  held.Release();

  EXPECT_EQ(Order(1, "cheese")->delivery(), 1);
  EXPECT_THAT(dairy_.deliveries(), ElementsAre(Pair("cheese", 1)));
}

TEST_F(MutateAcrossTest, MayAskFirst) {
  std::atomic<int> asked{0};
  process_->service.ask = [&](Handlers::Finish<int64_t> done) {
    ++asked;
    std::move(done)(250);
  };
  OrderOfferRequest request;
  request.set_request_id(RequestIdOf(1));
  request.set_order("cheese");

  ASSERT_THAT(Call(&Milk::OrderOffer, request), IsOk());
  ASSERT_THAT(Call(&Milk::OrderOffer, request), IsOk());

  EXPECT_EQ(asked, 1);
  EXPECT_THAT(dairy_.deliveries(), ElementsAre(Pair("cheese of 250 g", 1)));
}

TEST_F(MutateAcrossTest, AnswersTheSameToARepeatThatAsksInVainWhileItIsUnderWay) {
  HeldPerforms held(&orders_);
  std::atomic<int> asked{0};
  process_->service.ask = [&](Handlers::Finish<int64_t> done) {
    if (++asked == 1) return std::move(done)(250);
    std::move(done)(absl::AbortedError("the milk is taken, by this very request"));
  };
  OrderOfferRequest request;
  request.set_request_id(RequestIdOf(1));
  request.set_order("cheese");
  const auto first = Begin(&Milk::OrderOffer, request);
  held.Await(1);
  const auto second = Begin(&Milk::OrderOffer, request);
  request.set_request_id(RequestIdOf(2));
  EXPECT_THAT(Call(&Milk::OrderOffer, request), StatusIs(absl::StatusCode::kAborted));

  held.Release();

  ASSERT_THAT(first->Wait(), IsOk());
  ASSERT_THAT(second->Wait(), IsOk());
  EXPECT_EQ(first->Wait()->delivery(), second->Wait()->delivery());
  EXPECT_EQ(asked, 3);
}

class AsyncTest : public MilkTest {};

TEST_F(AsyncTest, AnswersWhenItIsDone) {
  const auto call = Begin(&Milk::AwaitMilk, AwaitMilkRequest());
  Handlers::Finish<AwaitMilkResponse> finish = process_->service.TakeAwaiting();
  EXPECT_FALSE(call->HasEnded());

  std::thread([&] { std::move(finish)(AwaitMilkResponse()); }).join();

  EXPECT_THAT(call->Wait(), IsOk());
}

TEST_F(AsyncTest, TellsWhyNot) {
  const auto call = Begin(&Milk::AwaitMilk, AwaitMilkRequest());

  process_->service.TakeAwaiting()(
      Refuse(absl::StatusCode::kNotFound, "NO_MILK_TODAY", "come back tomorrow"));

  EXPECT_THAT(call->Wait(), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(call->Wait(), IsRefusal("NO_MILK_TODAY"));
}

}  // namespace
}  // namespace milkway::runtime
