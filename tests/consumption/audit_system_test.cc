// What the audit logs say of class records: a row a call, and what it accounts for.

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/consumption/v1/calendar.grpc.pb.h"
#include "milkway/consumption/v1/paper.grpc.pb.h"
#include "services/runtime/audit/audit_query.h"
#include "tests/consumption/consumption_system.h"
#include "tests/support/deployments.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::CallAndWait;
using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using runtime::AuditEntry;
using runtime::AuditLog;
using runtime::ServiceTag;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kContact[] = "school_contact:zhang:school";

class AuditedRecords : public testing::InEveryDeployment<ConsumptionSystem> {
 protected:
  AuditedRecords() { lot_ = milkway_.Buy(100); }

  // Of the log of a service, the oldest first, from a place on.
  std::vector<AuditEntry> Entries(ServiceTag service, uint64_t after) {
    std::vector<AuditEntry> entries;
    const AuditLog log(service);
    const auto snapshot = milkway_.system().StoreOf(NameOf(service)).NewSnapshot();
    const auto page = runtime::FindAuditEntries(*snapshot, {log}, runtime::AuditFilter(),
                                                runtime::AuditPlace(), 10'000);
    EXPECT_THAT(page, IsOk());
    for (auto found = page->entries.rbegin(); found != page->entries.rend(); ++found) {
      if (found->entry.position() > after) entries.push_back(found->entry);
    }
    return entries;
  }
  // The rows that are there are none of the test's.
  void Begin() {
    consumption_rows_ = Entries(ServiceTag::kConsumption, 0).size();
    inventory_rows_ = Entries(ServiceTag::kInventory, 0).size();
  }
  // "RecordDistribution 1 by lin: school_id=school", the newest last.
  std::vector<std::string> Rows() {
    return Told(Entries(ServiceTag::kConsumption, consumption_rows_));
  }
  std::vector<std::string> InventoryRows() {
    return Told(Entries(ServiceTag::kInventory, inventory_rows_));
  }

  std::vector<v1::RecordDistributionRequest> Classes(int count, int day) {
    std::vector<v1::RecordDistributionRequest> requests;
    for (int number = 0; number < count; ++number) {
      requests.push_back(milkway_.MakeRequest(
          MakeDistribution({{.lot = lot_, .students = Students(1 + number, 1)}},
                           absl::StrCat("class ", number), day)));
    }
    return requests;
  }

  int64_t lot_ = 0;

 private:
  static std::vector<std::string> Told(const std::vector<AuditEntry>& entries) {
    std::vector<std::string> rows;
    for (const AuditEntry& entry : entries) {
      std::string row = absl::StrCat(entry.method().substr(entry.method().find('/') + 1), " ",
                                     entry.records(), " by ", entry.caller_id());
      if (!entry.on_behalf_of().empty()) absl::StrAppend(&row, " for ", entry.on_behalf_of());
      for (const auto& id : entry.ids()) absl::StrAppend(&row, " ", id.name(), "=", id.value());
      rows.push_back(row);
    }
    return rows;
  }

  uint64_t consumption_rows_ = 0;
  uint64_t inventory_rows_ = 0;
};

INSTANTIATE_TEST_SUITE_P(EveryDeployment, AuditedRecords, testing::EveryDeployment(),
                         testing::NameOfDeployment);

TEST_P(AuditedRecords, OneHasARow) {
  Begin();
  const auto request = milkway_.MakeRequest(MakeDistribution({{.lot = lot_, .students = {1, 2}}}));
  ASSERT_THAT(milkway_.Record(request, kContact), IsOk());
  ASSERT_THAT(milkway_.Record(request, kContact), IsOk());

  EXPECT_THAT(Rows(), ElementsAre("RecordDistribution 1 by zhang school_id=school"));
  const std::vector<AuditEntry> entries = Entries(ServiceTag::kConsumption, 0);
  EXPECT_EQ(entries.back().request_id(), request.request_id());
  EXPECT_EQ(entries.back().role(), common::v1::ROLE_SCHOOL_CONTACT);
}

TEST_P(AuditedRecords, AreInTheLedgersLogOnBehalfOfWhoSentThem) {
  Begin();
  ASSERT_THAT(
      milkway_.Record(milkway_.MakeRequest(MakeDistribution({{.lot = lot_, .students = {1}}})),
                      kContact),
      IsOk());

  // One posting, wherever in the log it lies: other leaves may have come before it.
  EXPECT_THAT(InventoryRows(),
              ElementsAre(::testing::MatchesRegex("BatchPost 1 by consumption for zhang "
                                                  "first_position=([0-9]+) last_position=.*")));
}

TEST_P(AuditedRecords, ThatAreRefusedHaveNone) {
  Begin();
  EXPECT_THAT(milkway_.Record(MakeDistribution({{.lot = lot_, .students = {9'999}}})),
              ::testing::Not(IsOk()));
  // More milk than there is: the ledger refuses.
  EXPECT_THAT(
      milkway_.Record(MakeDistribution(
          {{.lot = lot_, .serving_g = 1'000, .students = Students(1, 60), .wasted_g = 900'000}})),
      IsRefusal("STOCK_MISSING"));

  EXPECT_THAT(Rows(), IsEmpty());
  EXPECT_THAT(InventoryRows(), IsEmpty());
}

TEST_P(AuditedRecords, OfABatchHaveOneRowThatCountsThoseThatStand) {
  auto requests = Classes(20, 10);
  requests.push_back(requests.front());  // a repeat
  requests.push_back(
      milkway_.MakeRequest(MakeDistribution({{.lot = lot_, .students = {9'999}}}, "refused", 10)));
  Begin();
  ASSERT_THAT(milkway_.Batch(requests), IsOk());
  ASSERT_THAT(milkway_.Batch(requests), IsOk());

  EXPECT_THAT(Rows(), ElementsAre("BatchRecordDistributions 20 by lin school_id=school"));
}

TEST_P(AuditedRecords, OfManyCallsAtOnceAreAllAccountedFor) {
  Begin();
  for (const auto& answer : milkway_.RecordAtOnce(Classes(50, 11))) ASSERT_THAT(answer, IsOk());

  EXPECT_THAT(Rows(), SizeIs(50));
  int64_t posted = 0;
  for (const AuditEntry& entry : Entries(ServiceTag::kInventory, 0)) {
    if (absl::EndsWith(entry.method(), "/BatchPost")) posted += entry.records();
  }
  EXPECT_EQ(posted, 50);
}

TEST_P(AuditedRecords, OfAStreamAreCounted) {
  Begin();
  grpc::ClientContext context;
  clients::Prepare({"admin:stream"}, &context);
  auto stub = v1::DistributionService::NewStub(milkway_.channel());
  const auto stream = stub->StreamDistributions(&context);
  for (const auto& request : Classes(30, 12)) {
    v1::StreamDistributionsRequest message;
    *message.mutable_record() = request;
    ASSERT_TRUE(stream->Write(message));
  }
  stream->WritesDone();
  v1::StreamDistributionsResponse response;
  while (stream->Read(&response)) EXPECT_TRUE(response.result().has_recorded());
  ASSERT_TRUE(stream->Finish().ok());

  int64_t recorded = 0;
  for (const AuditEntry& entry : Entries(ServiceTag::kConsumption, 0)) {
    if (entry.caller_id() == "stream") recorded += entry.records();
  }
  EXPECT_EQ(recorded, 30);
}

TEST_P(AuditedRecords, ThatAreCorrectedHaveARow) {
  const auto recorded = milkway_.Record(MakeDistribution({{.lot = lot_, .students = {1, 2}}}));
  ASSERT_THAT(recorded, IsOk());
  Begin();
  ASSERT_THAT(milkway_.Correct(recorded->distribution_id(), {{.lot = lot_, .students = {1}}}),
              IsOk());

  EXPECT_THAT(Rows(), ElementsAre(absl::StrCat("CorrectDistribution 0 by lin school_id=school "
                                               "distribution_id=",
                                               recorded->distribution_id(), " lot_id=", lot_,
                                               " student_numbers=1")));
}

TEST_P(AuditedRecords, OfASheetOfPaperHaveARowForWhatItRecords) {
  v1::GetPaperSheetRequest asked;
  asked.set_school_id(kSchool);
  asked.set_class_name("1A");
  asked.set_month("2025-06");
  const auto sheet =
      CallAndWait(milkway_.channel(), &v1::PaperSheetService::Stub::GetPaperSheet, asked, kContact);
  ASSERT_THAT(sheet, IsOk());
  v1::EnterPaperSheetRequest request;
  request.set_school_id(kSchool);
  request.set_class_name("1A");
  request.set_month("2025-06");
  request.set_sheet_number(sheet->sheet_number());
  v1::PaperDay& day = *request.add_days();
  day.set_day("2025-06-09");
  day.set_lot_id(lot_);
  day.set_serving_g(25);
  v1::PaperMarks& row = *request.add_rows();
  row.set_student_number(sheet->rows(0).student_number());
  row.set_check_digit(sheet->rows(0).check_digit());
  row.set_marks("1");
  const auto enter = [&] {
    return CallAndWait(milkway_.channel(), &v1::PaperSheetService::Stub::EnterPaperSheet, request,
                       kContact);
  };
  Begin();
  request.set_dry_run(true);
  ASSERT_THAT(enter(), IsOk());
  EXPECT_THAT(Rows(), IsEmpty());
  request.set_dry_run(false);
  ASSERT_THAT(enter(), IsOk());
  ASSERT_THAT(enter(), IsOk());

  EXPECT_THAT(Rows(), ElementsAre("EnterPaperSheet 1 by zhang school_id=school"));
}

TEST_P(AuditedRecords, ThatAreReadHaveARow) {
  ASSERT_THAT(milkway_.Record(MakeDistribution({{.lot = lot_, .students = {1, 2}}})), IsOk());
  Begin();
  v1::ListDistributionsRequest request;
  request.set_school_id(kSchool);
  ASSERT_THAT(milkway_.List(request, kContact), IsOk());

  EXPECT_THAT(Rows(), ElementsAre("ListDistributions 0 by zhang school_id=school"));
  EXPECT_EQ(Entries(ServiceTag::kConsumption, 0).back().kind(),
            runtime::records::v1::AUDIT_KIND_READ);
}

TEST_P(AuditedRecords, StandByATermAsItWasAndAsItIs) {
  v1::PutTermRequest request;
  request.set_request_id(milkway_.NextRequestId());
  request.set_school_id(kSchool);
  request.mutable_term()->set_term_id("2025-spring");
  request.mutable_term()->set_first_day("2025-03-01");
  request.mutable_term()->set_last_day("2025-07-01");
  const auto stored =
      CallAndWait(milkway_.channel(), &v1::CalendarService::Stub::PutTerm, request, kContact);
  ASSERT_THAT(stored, IsOk());
  request.set_request_id(milkway_.NextRequestId());
  request.mutable_term()->set_etag(stored->term().etag());
  request.mutable_term()->set_last_day("2025-07-11");
  ASSERT_THAT(
      CallAndWait(milkway_.channel(), &v1::CalendarService::Stub::PutTerm, request, kContact),
      IsOk());

  const std::vector<AuditEntry> entries = Entries(ServiceTag::kConsumption, 0);
  ASSERT_GE(entries.size(), 2u);
  const AuditEntry& made = entries[entries.size() - 2];
  const AuditEntry& changed = entries.back();
  ASSERT_EQ(made.settings_size(), 1);
  EXPECT_EQ(made.settings(0).before_json(), "");
  EXPECT_THAT(made.settings(0).after_json(), HasSubstr("2025-07-01"));
  ASSERT_EQ(changed.settings_size(), 1);
  EXPECT_THAT(changed.settings(0).before_json(), HasSubstr("2025-07-01"));
  EXPECT_THAT(changed.settings(0).after_json(), HasSubstr("2025-07-11"));
}

}  // namespace
}  // namespace milkway::consumption
