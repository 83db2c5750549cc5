// The wrapper writes the audit log: a row for each change and each look at a child.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/runtime/audit/audit_verify.h"
#include "services/runtime/audit/setting_changes.h"
#include "services/runtime/service_tables.h"
#include "tests/runtime/audit_fixture.h"
#include "tests/runtime/milk_fixture.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::runtime {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::StatusIs;
using testing::AddMilkOf;
using testing::AddOfferRequest;
using testing::AwaitChildMilkRequest;
using testing::AwaitMilkRequest;
using testing::AwaitMilkResponse;
using ::testing::ElementsAre;
using testing::EntriesOf;
using testing::GetChildMilkRequest;
using testing::GetMilkRequest;
using testing::IdsOf;
using ::testing::IsEmpty;
using testing::Milk;
using testing::MilkTest;
using testing::OrderMilkOf;
using testing::OrderOfferRequest;
using testing::RequestIdOf;
using ::testing::SizeIs;

constexpr AuditLog kLog(ServiceTag::kConsumption);
constexpr char kPrefix[] = "milkway.runtime.testing.MilkService/";

class AuditedCall : public MilkTest {
 protected:
  std::vector<AuditEntry> Entries() { return EntriesOf(*store_, kLog); }
  // "AddMilk"
  std::vector<std::string> Methods() {
    std::vector<std::string> methods;
    for (const AuditEntry& entry : Entries()) {
      methods.push_back(entry.method().substr(sizeof(kPrefix) - 1));
    }
    return methods;
  }
  static GetChildMilkRequest ChildOf(const std::string& school_id, int32_t number) {
    GetChildMilkRequest request;
    request.set_school_id(school_id);
    request.set_student_number(number);
    return request;
  }
  // Waits until what nobody waits for is written.
  void Settle() {
    EXPECT_THAT(store_->TransactAndWait([](storage::Transaction&) { return absl::OkStatus(); }),
                IsOk());
  }
};

TEST_F(AuditedCall, ThatChangesSomethingLeavesARow) {
  ASSERT_THAT(Call(&Milk::AddMilk, AddMilkOf(1, "changyuan", 250), "school_contact:wang:changyuan"),
              IsOk());

  ASSERT_THAT(Entries(), SizeIs(1));
  const AuditEntry entry = Entries().front();
  EXPECT_EQ(entry.position(), 1u);
  EXPECT_EQ(entry.kind(), records::v1::AUDIT_KIND_CHANGE);
  EXPECT_EQ(entry.method(), std::string(kPrefix) + "AddMilk");
  EXPECT_EQ(entry.caller_id(), "wang");
  EXPECT_EQ(entry.role(), common::v1::ROLE_SCHOOL_CONTACT);
  EXPECT_EQ(entry.address(), "127.0.0.1");
  EXPECT_EQ(entry.request_id(), RequestIdOf(1));
  EXPECT_EQ(entry.recorded_us(), process_->clock.NowUs());
  EXPECT_EQ(IdsOf(entry), "school_id=changyuan");
}

TEST_F(AuditedCall, ThatIsRepeatedLeavesNoSecondRow) {
  for (int time = 0; time < 3; ++time) {
    ASSERT_THAT(Call(&Milk::AddMilk, AddMilkOf(1, "changyuan", 250)), IsOk());
  }
  ASSERT_THAT(Call(&Milk::AddMilk, AddMilkOf(1, "changyuan", 251)), IsRefusal("REQUEST_ID_REUSED"));

  EXPECT_THAT(Methods(), ElementsAre("AddMilk"));
}

TEST_F(AuditedCall, ThatIsRefusedByARuleLeavesNoRow) {
  ASSERT_THAT(Call(&Milk::AddMilk, AddMilkOf(1, "changyuan", 100'000)), IsRefusal("TOO_MUCH_MILK"));
  ASSERT_THAT(Call(&Milk::OrderMilk, OrderMilkOf(2, "too much cheese")),
              IsRefusal("TOO_MUCH_ORDERED"));

  EXPECT_THAT(Entries(), IsEmpty());
}

TEST_F(AuditedCall, ThatSpansServicesLeavesARowOnceItIsConcluded) {
  testing::HeldPerforms held(&orders_);
  const auto call = Begin(&Milk::OrderMilk, OrderMilkOf(1, "cheese"), "admin:li");
  held.Await(1);
  EXPECT_THAT(Entries(), IsEmpty());
  held.Release();
  ASSERT_THAT(call->Wait(), IsOk());

  ASSERT_THAT(Methods(), ElementsAre("OrderMilk"));
  EXPECT_EQ(Entries().front().caller_id(), "li");
  EXPECT_EQ(Entries().front().request_id(), RequestIdOf(1));
}

TEST_F(AuditedCall, ThatACrashInterruptedLeavesARowWhenItGoesOn) {
  orders_.perform = [](const std::vector<Intent>& intents, IntentKind::Performed done) {
    std::move(done)(testing::OrderKind::Outcomes(intents.size(), absl::UnavailableError("away")));
  };
  const auto call = Begin(&Milk::OrderMilk, OrderMilkOf(1, "cheese"), "admin:li");
  while (process_->intents.OpenCount() == 0) absl::SleepFor(absl::Milliseconds(1));
  Restart();
  (void)call->Wait();
  EXPECT_THAT(Entries(), IsEmpty());

  orders_.perform = nullptr;
  ASSERT_THAT(process_->intents.Resume(), IsOk());
  while (process_->intents.OpenCount() > 0) absl::SleepFor(absl::Milliseconds(1));
  ASSERT_THAT(Methods(), ElementsAre("OrderMilk"));
  EXPECT_EQ(Entries().front().caller_id(), "li");
  EXPECT_EQ(Entries().front().address(), "127.0.0.1");
}

TEST_F(AuditedCall, ThatAsksFirstLeavesARow) {
  process_->service.ask = [](Handlers::Finish<int64_t> done) { std::move(done)(7); };
  AddOfferRequest add;
  add.set_request_id(RequestIdOf(1));
  add.set_school_id("changyuan");
  OrderOfferRequest order;
  order.set_request_id(RequestIdOf(2));
  order.set_order("cheese");
  ASSERT_THAT(Call(&Milk::AddOffer, add), IsOk());
  ASSERT_THAT(Call(&Milk::AddOffer, add), IsOk());
  ASSERT_THAT(Call(&Milk::OrderOffer, order), IsOk());
  ASSERT_THAT(Call(&Milk::OrderOffer, order), IsOk());

  EXPECT_THAT(Methods(), ElementsAre("AddOffer", "OrderOffer"));
}

TEST_F(AuditedCall, ThatChangesSomethingElsewhereLeavesARowOnceItWentWell) {
  const auto good = Begin(&Milk::AwaitMilk, AwaitMilkRequest());
  process_->service.TakeAwaiting()(AwaitMilkResponse());
  ASSERT_THAT(good->Wait(), IsOk());
  const auto bad = Begin(&Milk::AwaitMilk, AwaitMilkRequest());
  process_->service.TakeAwaiting()(absl::NotFoundError("no milk"));
  (void)bad->Wait();

  EXPECT_THAT(Methods(), ElementsAre("AwaitMilk"));
}

TEST_F(AuditedCall, ThatReadsNothingOfAChildLeavesNoRow) {
  ASSERT_THAT(Call(&Milk::GetMilk, GetMilkRequest()), IsOk());

  EXPECT_THAT(Entries(), IsEmpty());
}

TEST_F(AuditedCall, ThatReadsOfAChildLeavesARow) {
  ASSERT_THAT(Call(&Milk::GetChildMilk, ChildOf("changyuan", 17), "school_contact:wang:changyuan"),
              IsOk());
  AwaitChildMilkRequest other;
  other.set_student_number(18);
  ASSERT_THAT(Call(&Milk::AwaitChildMilk, other), IsOk());

  ASSERT_THAT(Methods(), ElementsAre("GetChildMilk", "AwaitChildMilk"));
  EXPECT_EQ(Entries()[0].kind(), records::v1::AUDIT_KIND_READ);
  EXPECT_EQ(IdsOf(Entries()[0]), "school_id=changyuan student_number=17");
  EXPECT_EQ(Entries()[1].kind(), records::v1::AUDIT_KIND_READ);
  EXPECT_EQ(IdsOf(Entries()[1]), "student_number=18");
}

TEST_F(AuditedCall, ThatIsToldNothingOfAChildLeavesNoRow) {
  EXPECT_THAT(Call(&Milk::GetChildMilk, ChildOf("changyuan", 101)),
              StatusIs(absl::StatusCode::kNotFound));

  EXPECT_THAT(Entries(), IsEmpty());
}

TEST_F(AuditedCall, ThatMayNotBeMadeLeavesARow) {
  EXPECT_THAT(Call(&Milk::GetChildMilk, ChildOf("lushan", 3), "school_contact:wang:changyuan"),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Call(&Milk::AddMilk, AddMilkOf(1, "lushan", 1), "nobody at all"),
              StatusIs(absl::StatusCode::kUnauthenticated));
  Settle();

  ASSERT_THAT(Methods(), ElementsAre("GetChildMilk", "AddMilk"));
  EXPECT_EQ(Entries()[0].kind(), records::v1::AUDIT_KIND_REFUSAL);
  EXPECT_EQ(Entries()[0].caller_id(), "wang");
  EXPECT_EQ(Entries()[0].code(), static_cast<int>(absl::StatusCode::kPermissionDenied));
  EXPECT_EQ(IdsOf(Entries()[0]), "school_id=lushan student_number=3");
  EXPECT_EQ(Entries()[1].caller_id(), "");
  // Whatever a stranger writes: it could be anything, as often as he likes.
  EXPECT_EQ(IdsOf(Entries()[1]), "");
  EXPECT_EQ(Entries()[1].request_id(), "");
  EXPECT_EQ(Entries()[1].address(), "127.0.0.1");
  EXPECT_EQ(Entries()[1].code(), static_cast<int>(absl::StatusCode::kUnauthenticated));
}

TEST_F(AuditedCall, ThatMayNotBeMadeAThousandTimesLeavesAHundredRows) {
  for (int number = 0; number < 1'000; ++number) {
    (void)Call(&Milk::GetMilk, GetMilkRequest(), "donor:curious");
  }
  process_->clock.Set(process_->clock.NowUs() + RefusalBudget::kPauseUs);
  (void)Call(&Milk::GetMilk, GetMilkRequest(), "donor:curious");
  Settle();

  ASSERT_THAT(Entries(), SizeIs(RefusalBudget::kAtOnce + 1));
  EXPECT_EQ(Entries().back().refusals_left_out(), 900);
}

TEST_F(AuditedCall, ThatMayNotBeMadeByAStrangerHidesNoRefusalOfACaller) {
  for (int number = 0; number < 200; ++number) {
    (void)Call(&Milk::GetMilk, GetMilkRequest(), number % 2 == 0 ? "donor" : "nobody at all");
  }
  (void)Call(&Milk::GetMilk, GetMilkRequest(), "donor:curious");
  Settle();

  ASSERT_THAT(Entries(), SizeIs(RefusalBudget::kAtOnce + 1));
  EXPECT_EQ(Entries().back().caller_id(), "curious");
  EXPECT_EQ(Entries().back().refusals_left_out(), 0);
}

TEST_F(AuditedCall, ThatMayNotBeMadeNamesFewIds) {
  GetMilkRequest request;
  for (int number = 0; number < 40; ++number) {
    request.add_lot_ids(absl::StrCat("lot-", number));
  }
  (void)Call(&Milk::GetMilk, request, "donor:curious");
  Settle();

  ASSERT_THAT(Entries(), SizeIs(1));
  EXPECT_EQ(IdsOf(Entries()[0]),
            "lot_ids=lot-0 lot_ids=lot-1 lot_ids=lot-2 lot_ids=lot-3 "
            "lot_ids=lot-4");
  EXPECT_EQ(Entries()[0].ids_left_out(), 35);
}

TEST_F(AuditedCall, SaysWhatItMadeOfSettings) {
  testing::Serving serving;
  serving.set_quantity_g(25);
  int bodies = 0;
  process_->service.in_body = [&](const runtime::Call& call) {
    call.Changed(nullptr, &serving);
    return ++bodies < 2 ? absl::OkStatus() : absl::FailedPreconditionError("not this one");
  };
  ASSERT_THAT(Call(&Milk::AddMilk, AddMilkOf(1, "changyuan", 250)), IsOk());
  (void)Call(&Milk::AddMilk, AddMilkOf(2, "changyuan", 250));

  ASSERT_THAT(Entries(), SizeIs(1));
  ASSERT_EQ(Entries().front().settings_size(), 1);
  EXPECT_EQ(Entries().front().settings(0).after_json(), R"({"quantity_g":"25"})");
}

// A read that could not be written down is not answered.
TEST(AuditedRead, IsNotAnsweredByAStoreThatTakesNoRows) {
  milkway::testing::MemoryStore store;
  testing::Dairy dairy;
  testing::OrderKind orders(&dairy);
  testing::MilkProcess process(store.get(), &orders);
  auto server = Server::Start("127.0.0.1:0", {&process.service}, store.get());
  ASSERT_TRUE(server.ok()) << server.status();
  const auto stub = testing::MilkService::NewStub(
      grpc::CreateChannel((*server)->address(), grpc::InsecureChannelCredentials()));
  // A damaged end of the log: nothing can be added to it.
  ASSERT_THAT(store->TransactAndWait([](storage::Transaction& transaction) {
    return transaction.Put(TableKey(ServiceTag::kConsumption, kAuditHeadTable), "damaged");
  }),
              IsOk());
  GetChildMilkRequest request;
  request.set_student_number(17);

  const auto answer =
      testing::StartCall(stub.get(), &Milk::GetChildMilk, request, "admin:li")->Wait();

  EXPECT_THAT(answer, StatusIs(absl::StatusCode::kDataLoss));
  server->reset();
}

}  // namespace
}  // namespace milkway::runtime
