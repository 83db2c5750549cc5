// What of a call goes into the audit log, and what never does.

#include "services/runtime/audit/audit_entry.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "runtime_testing.pb.h"
#include "services/runtime/audit/refusal_budget.h"
#include "services/runtime/audit/setting_changes.h"
#include "tests/runtime/audit_fixture.h"

namespace milkway::runtime {
namespace {

using ::testing::HasSubstr;
using testing::IdsOf;
using ::testing::Not;
using testing::ServeMilkRequest;

const std::string kMethod = "milkway.runtime.testing.SoundService/ServeMilk";

AuditEntry EntryOf(const google::protobuf::Message& request, const Call& call = {}) {
  return MakeAuditEntry(records::v1::AUDIT_KIND_CHANGE, call, kMethod, &request);
}

TEST(AuditEntryTest, SaysWhoCalledFromWhereAndForWhom) {
  Call call;
  call.caller = {"wang", common::v1::ROLE_SCHOOL_CONTACT, {"changyuan"}, "session-7", ""};
  call.now_us = 1'000;
  call.peer = "203.0.113.7";
  testing::AddMilkRequest request;
  request.set_request_id("01976b0e-7c1e-7000-8000-5e0a1b2c3d4e");

  const AuditEntry entry = EntryOf(request, call);

  EXPECT_EQ(entry.caller_id(), "wang");
  EXPECT_EQ(entry.role(), common::v1::ROLE_SCHOOL_CONTACT);
  EXPECT_EQ(entry.session_id(), "session-7");
  EXPECT_EQ(entry.address(), "203.0.113.7");
  EXPECT_EQ(entry.recorded_us(), 1'000);
  EXPECT_EQ(entry.method(), kMethod);
  EXPECT_EQ(entry.request_id(), "01976b0e-7c1e-7000-8000-5e0a1b2c3d4e");
}

TEST(AuditEntryTest, NamesIdsWhereverTheyStandInARequest) {
  ServeMilkRequest request;
  request.mutable_serving()->set_school_id("changyuan");
  request.mutable_serving()->add_lots("a lot has no id here");
  request.add_more()->set_school_id("lushan");
  request.add_more()->set_school_id("changyuan");

  const AuditEntry entry = EntryOf(request);

  EXPECT_EQ(IdsOf(entry), "school_id=changyuan school_id=lushan");
  EXPECT_EQ(entry.ids_left_out(), 0);
}

TEST(AuditEntryTest, NamesNumbersOfStudentsAndLots) {
  testing::GetChildMilkRequest child;
  child.set_school_id("changyuan");
  child.set_student_number(17);
  testing::ListLotsRequest lots;
  lots.set_location_id("warehouse");
  lots.add_lot_ids(4);
  lots.add_lot_ids(9);
  (*lots.mutable_labels())["school_id"] = "not an id of the request";

  EXPECT_EQ(IdsOf(EntryOf(child)), "school_id=changyuan student_number=17");
  EXPECT_EQ(IdsOf(EntryOf(lots)), "location_id=warehouse lot_ids=4 lot_ids=9");
}

TEST(AuditEntryTest, KeepsNoTextThatIsNoId) {
  for (const std::string& text :
       {std::string("王小明"), std::string("Wang Xiaoming"), std::string("a\nb"),
        std::string(kAuditedIdBytesMax + 1, 'a'), std::string("\xff\xfe", 2)}) {
    ServeMilkRequest request;
    request.mutable_serving()->set_school_id(text);

    const AuditEntry entry = EntryOf(request);

    EXPECT_EQ(IdsOf(entry), "");
    EXPECT_EQ(entry.ids_left_out(), 1);
  }
}

TEST(AuditEntryTest, KeepsNoRequestIdThatIsNoId) {
  testing::AddMilkRequest request;
  request.set_request_id("王小明");

  EXPECT_EQ(EntryOf(request).request_id(), "");
}

TEST(AuditEntryTest, CountsTheIdsThatAreTooMany) {
  ServeMilkRequest request;
  for (int number = 0; number < 60; ++number) {
    request.add_more()->set_school_id(absl::StrCat("school-", number));
  }

  const AuditEntry entry = EntryOf(request);

  EXPECT_EQ(entry.ids_size(), kAuditedIdsMax);
  EXPECT_EQ(entry.ids_left_out(), 10);
}

TEST(SettingChangesTest, ShowsASettingBeforeAndAfter) {
  testing::Serving before;
  before.set_quantity_g(20);
  testing::Serving after;
  after.set_quantity_g(25);
  SettingChanges changes;
  changes.Add(&before, &after);
  changes.Add(nullptr, &after);
  changes.Add(&before, nullptr);
  changes.Add(&after, &after);
  AuditEntry entry;
  changes.MoveTo(&entry);

  ASSERT_EQ(entry.settings_size(), 3);
  EXPECT_EQ(entry.settings(0).type(), "milkway.runtime.testing.Serving");
  EXPECT_EQ(entry.settings(0).before_json(), R"({"quantity_g":"20"})");
  EXPECT_EQ(entry.settings(0).after_json(), R"({"quantity_g":"25"})");
  EXPECT_EQ(entry.settings(1).before_json(), "");
  EXPECT_EQ(entry.settings(2).after_json(), "");
}

TEST(SettingChangesTest, LeavesPersonalFieldsOut) {
  testing::Helper before;
  before.set_name("王小明");
  before.set_duty("cook");
  testing::Helper after = before;
  after.set_name("李四");
  SettingChanges changes;
  changes.Add(&before, &after);
  AuditEntry entry;
  changes.MoveTo(&entry);

  ASSERT_EQ(entry.settings_size(), 1);
  EXPECT_EQ(entry.settings(0).after_json(), R"json({"name":"(left out)","duty":"cook"})json");
  EXPECT_TRUE(entry.settings(0).personal_changed());
  EXPECT_THAT(entry.SerializeAsString(), Not(HasSubstr("王小明")));
  EXPECT_THAT(entry.SerializeAsString(), Not(HasSubstr("李四")));
}

TEST(SettingChangesTest, SaysWhetherPersonalFieldsChangedTooOrNot) {
  const auto helper = [](const char* name, const char* duty) {
    testing::Helper made;
    made.set_name(name);
    made.set_duty(duty);
    return made;
  };
  const testing::Helper cook = helper("王小明", "cook");
  const testing::Helper other_cook = helper("李四", "cook");
  const testing::Helper driver = helper("王小明", "driver");
  const testing::Helper other_driver = helper("李四", "driver");
  SettingChanges changes;
  changes.Add(&cook, &other_cook);
  changes.Add(&cook, &driver);
  changes.Add(&cook, &other_driver);
  AuditEntry entry;
  changes.MoveTo(&entry);

  ASSERT_EQ(entry.settings_size(), 3);
  EXPECT_TRUE(entry.settings(0).personal_changed());
  EXPECT_FALSE(entry.settings(1).personal_changed());
  EXPECT_TRUE(entry.settings(2).personal_changed());
}

TEST(SettingChangesTest, SaysOnlyHowLongAVeryLongSettingIs) {
  testing::Serving after;
  for (int number = 0; number < 5'000; ++number) after.add_lots("a lot");
  SettingChanges changes;
  changes.Add(nullptr, &after);
  AuditEntry entry;
  changes.MoveTo(&entry);

  EXPECT_THAT(entry.settings(0).after_json(), HasSubstr("left_out_bytes"));
}

TEST(RefusalBudgetTest, KeepsAHundredAndThenOneASecond) {
  RefusalBudget budget;
  int kept = 0;
  for (int call = 0; call < 1'000; ++call) kept += budget.Take(true, 0).has_value() ? 1 : 0;

  EXPECT_EQ(kept, RefusalBudget::kAtOnce);
  EXPECT_EQ(budget.Take(true, RefusalBudget::kPauseUs), 900);
  EXPECT_EQ(budget.Take(true, RefusalBudget::kPauseUs), std::nullopt);
  EXPECT_EQ(budget.Take(true, 2 * RefusalBudget::kPauseUs), 1);
}

TEST(RefusalBudgetTest, OfStrangersDoesNotHideTheOneOfCallers) {
  RefusalBudget budget;
  for (int call = 0; call < 1'000; ++call) (void)budget.Take(false, 0);

  EXPECT_EQ(budget.Take(true, 0), 0);
}

TEST(RefusalBudgetTest, IsNotMoreAfterALongTime) {
  RefusalBudget budget;
  (void)budget.Take(true, 0);
  int kept = 0;
  for (int call = 0; call < 1'000; ++call) {
    kept += budget.Take(true, int64_t{86'400} * 1'000'000).has_value() ? 1 : 0;
  }

  EXPECT_EQ(kept, RefusalBudget::kAtOnce);
}

}  // namespace
}  // namespace milkway::runtime
