// Many class records at once over gRPC: batches, streams, crowds of single calls.

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/runtime/errors.h"
#include "tests/consumption/consumption_system.h"
#include "tests/support/deployments.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::NamesField;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Requests = std::vector<v1::RecordDistributionRequest>;
using Loss = testing::UnreliableLink::Loss;

constexpr std::chrono::seconds kPatience{30};

class Many : public testing::InEveryDeployment<ConsumptionSystem> {
 protected:
  using Stream =
      grpc::ClientReaderWriter<v1::StreamDistributionsRequest, v1::StreamDistributionsResponse>;

  // A serving to child 1 + `number` % 60 in session `number`.
  v1::RecordDistributionRequest RequestOf(int number) {
    v1::Distribution distribution = MakeDistribution({{lot_, 1, {1 + number % kStudents}}});
    distribution.set_session(absl::StrCat("s", number));
    return milkway_.MakeRequest(distribution);
  }
  Requests RequestsOf(int count) {
    Requests requests;
    for (int number = 0; number < count; ++number) requests.push_back(RequestOf(number));
    return requests;
  }

  std::unique_ptr<Stream> OpenStream(grpc::ClientContext* context,
                                     const std::string& caller = ConsumptionSystem::kAdmin) {
    clients::Prepare({caller, kPatience}, context);
    return v1::DistributionService::NewStub(milkway_.channel())->StreamDistributions(context);
  }
  static bool Send(Stream* stream, const v1::RecordDistributionRequest& request) {
    v1::StreamDistributionsRequest message;
    *message.mutable_record() = request;
    return stream->Write(message);
  }
  // Reads until the stream ends.
  static std::vector<v1::StreamDistributionsResponse> ReadAll(Stream* stream) {
    std::vector<v1::StreamDistributionsResponse> responses;
    v1::StreamDistributionsResponse response;
    while (stream->Read(&response)) responses.push_back(response);
    return responses;
  }

  // Calls of this method that the inventory has answered.
  int64_t CallsOf(const std::string& method) {
    const std::string metrics = milkway_.system().MetricsOf("inventory");
    const std::string name = absl::StrCat("StockService/", method, "\",code=\"OK\"} ");
    const size_t at = metrics.find(name);
    if (at == std::string::npos) return 0;
    int64_t count = 0;
    const size_t from = at + name.size();
    EXPECT_TRUE(absl::SimpleAtoi(metrics.substr(from, metrics.find('\n', from) - from), &count));
    return count;
  }

  void ExpectRecordedOnce(int count) {
    EXPECT_EQ(milkway_.Balance(lot_, inv::ACCOUNT_KIND_SERVED), count);
    EXPECT_EQ(milkway_.Servings({lot_})->servings(0).servings(), count);
    EXPECT_THAT(milkway_.ListAll(), SizeIs(count));
    EXPECT_THAT(milkway_.Differences(), IsEmpty());
  }

  int64_t lot_ = milkway_.Buy(10);
};

INSTANTIATE_TEST_SUITE_P(EveryDeployment, Many, testing::EveryDeployment(),
                         testing::NameOfDeployment);

TEST_P(Many, ABatchTakesOrRefusesEachOnItsOwnAndAnswersInOrder) {
  const int64_t small = milkway_.Buy(1);
  const auto of_class = [&](const std::string& class_name, const std::vector<Cups>& cups) {
    return milkway_.MakeRequest(MakeDistribution(cups, class_name));
  };
  Requests requests = {
      of_class("1A", {{lot_, 25, Students(1, 10)}}), of_class("1B", {{lot_, 25, {999}}}),
      of_class("1C", {{small, 500, {1, 2, 3}}}),     of_class("1D", {{lot_, 0, {1}}}),
      of_class("1E", {{small, 500, {1, 2}}}),        of_class("1F", {{small, 500, {1}}})};
  requests[5].set_discrepancy_reason("the bag was fuller than it said");

  const auto answer = milkway_.Batch(requests);

  ASSERT_THAT(answer, IsOk());
  ASSERT_THAT(answer->results(), SizeIs(6));
  EXPECT_EQ(answer->results(0).recorded().served_twice_count(), 0);
  EXPECT_EQ(answer->results(1).refusal().reason(), "STUDENT_UNKNOWN");
  EXPECT_EQ(answer->results(1).refusal().code(), static_cast<int>(absl::StatusCode::kNotFound));
  EXPECT_EQ(answer->results(2).refusal().reason(), "STOCK_MISSING");
  EXPECT_EQ(answer->results(2).refusal().metadata().at("missing_g"), "500");
  EXPECT_EQ(answer->results(3).refusal().field(), "records[3].distribution.lines[0].serving_g");
  EXPECT_EQ(answer->results(4).recorded().served_twice_count(), 2);
  EXPECT_EQ(answer->results(5).recorded().found_g(), 500);
  EXPECT_LT(answer->results(0).recorded().position(), answer->results(4).recorded().position());
  EXPECT_EQ(milkway_.Balance(small, inv::ACCOUNT_KIND_SERVED), 1'500);
  EXPECT_THAT(milkway_.ListAll(), SizeIs(3));
}

TEST_P(Many, ARefusalInABatchIsWordForWordThatOfTheSingleCall) {
  const auto of_unknown_student = milkway_.MakeRequest(MakeDistribution({{lot_, 25, {999}}}, "1A"));
  const auto of_unknown_lot = milkway_.MakeRequest(MakeDistribution({{77, 25, {1}}}, "1A"));
  const auto of_missing_milk =
      milkway_.MakeRequest(MakeDistribution({{lot_, 1'000, Students(1, 11)}}, "1A"));

  for (const auto& request : {of_unknown_student, of_unknown_lot, of_missing_milk}) {
    const auto batch = milkway_.Batch({request});
    ASSERT_THAT(batch, IsOk());
    const v1::Refusal& refusal = batch->results(0).refusal();
    const absl::Status single = milkway_.Record(request).status();
    const runtime::RefusalParts parts = runtime::PartsOf(single);
    EXPECT_EQ(refusal.code(), static_cast<int>(single.code()));
    EXPECT_EQ(refusal.message(), single.message());
    EXPECT_EQ(refusal.reason(), parts.reason);
    EXPECT_EQ(refusal.metadata().size(), parts.metadata.size());
  }
}

TEST_P(Many, ABatchAgainIsAnsweredAsBefore) {
  Requests requests = RequestsOf(20);
  requests.push_back(milkway_.MakeRequest(MakeDistribution({{lot_, 25, {999}}})));
  const auto first = milkway_.Batch(requests);
  ASSERT_THAT(first, IsOk());

  const auto again = milkway_.Batch(requests);

  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->DebugString(), first->DebugString());
  ExpectRecordedOnce(20);
}

TEST_P(Many, RepeatsWithinABatchHappenOnce) {
  const auto request = RequestOf(1);
  auto other_body = request;
  other_body.mutable_distribution()->set_session("another");
  auto other_phone = request;
  other_phone.set_request_id(milkway_.NextRequestId());

  const auto answer = milkway_.Batch({request, request, other_body, other_phone, request});

  ASSERT_THAT(answer, IsOk());
  ASSERT_TRUE(answer->results(0).has_recorded());
  for (const int repeat : {1, 4}) {
    EXPECT_EQ(answer->results(repeat).DebugString(), answer->results(0).DebugString());
  }
  EXPECT_EQ(answer->results(2).refusal().reason(), "REQUEST_ID_REUSED");
  EXPECT_EQ(answer->results(3).refusal().reason(), "DISTRIBUTION_UNDER_WAY");
  ExpectRecordedOnce(1);
}

TEST_P(Many, ARepeatOfWhatIsRefusedInTheSameBatchIsRefusedToo) {
  const auto request = milkway_.MakeRequest(MakeDistribution({{lot_, 1'000, Students(1, 11)}}));

  const auto answer = milkway_.Batch({request, request, request});

  ASSERT_THAT(answer, IsOk());
  for (const v1::DistributionResult& result : answer->results()) {
    EXPECT_EQ(result.refusal().reason(), "STOCK_MISSING");
  }
  EXPECT_EQ(milkway_.Balance(lot_, inv::ACCOUNT_KIND_USABLE), 10'000);
}

TEST_P(Many, ABatchHoldsOneToFiveHundredRecords) {
  EXPECT_THAT(milkway_.Batch({}), NamesField("records"));
  EXPECT_THAT(milkway_.Batch(RequestsOf(501)), NamesField("records"));
  EXPECT_THAT(milkway_.ListAll(), IsEmpty());

  EXPECT_THAT(milkway_.Batch(RequestsOf(500)), IsOk());
  ExpectRecordedOnce(500);
}

TEST_P(Many, AStreamAnswersEachRecordUnderItsRequestId) {
  constexpr int kCount = 2'500;
  const Requests requests = RequestsOf(kCount);
  grpc::ClientContext context;
  const auto stream = OpenStream(&context);
  std::thread writer([&] {
    for (const auto& request : requests) EXPECT_TRUE(Send(stream.get(), request));
    EXPECT_TRUE(Send(stream.get(), requests[7]));  // a repeat
    stream->WritesDone();
  });

  const auto responses = ReadAll(stream.get());
  writer.join();

  EXPECT_TRUE(stream->Finish().ok());
  ASSERT_THAT(responses, SizeIs(kCount + 1));
  std::map<std::string, std::string> answers;
  for (const v1::StreamDistributionsResponse& response : responses) {
    ASSERT_TRUE(response.result().has_recorded()) << response.DebugString();
    const std::string text = response.result().SerializeAsString();
    const auto [known, is_new] = answers.emplace(response.request_id(), text);
    EXPECT_TRUE(is_new ||
                (response.request_id() == requests[7].request_id() && known->second == text));
  }
  for (const auto& request : requests) EXPECT_EQ(answers.count(request.request_id()), 1u);
  ExpectRecordedOnce(kCount);
}

TEST_P(Many, AStreamRefusesARecordAndGoesOn) {
  grpc::ClientContext context;
  const auto stream = OpenStream(&context);
  const auto malformed = milkway_.MakeRequest(MakeDistribution({{lot_, 0, {1}}}));
  const auto unknown = milkway_.MakeRequest(MakeDistribution({{77, 25, {1}}}));
  const auto good = RequestOf(1);
  for (const auto& request : {malformed, unknown, good}) Send(stream.get(), request);
  stream->WritesDone();

  std::map<std::string, v1::DistributionResult> results;
  for (const auto& response : ReadAll(stream.get())) {
    results[response.request_id()] = response.result();
  }

  EXPECT_TRUE(stream->Finish().ok());
  ASSERT_THAT(results, SizeIs(3));
  EXPECT_EQ(results[malformed.request_id()].refusal().field(), "distribution.lines[0].serving_g");
  EXPECT_EQ(results[unknown.request_id()].refusal().reason(), "LOT_UNKNOWN");
  EXPECT_TRUE(results[good.request_id()].has_recorded());
}

TEST_P(Many, AStreamAnswersWhileTheCallerStillSends) {
  grpc::ClientContext context;
  const auto stream = OpenStream(&context);
  v1::StreamDistributionsResponse response;

  for (int number = 0; number < 5; ++number) {
    const auto request = RequestOf(number);
    ASSERT_TRUE(Send(stream.get(), request));
    ASSERT_TRUE(stream->Read(&response));
    EXPECT_EQ(response.request_id(), request.request_id());
  }
  stream->WritesDone();
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_P(Many, AStreamWithoutRecordsEndsWell) {
  grpc::ClientContext context;
  const auto stream = OpenStream(&context);
  stream->WritesDone();

  EXPECT_THAT(ReadAll(stream.get()), IsEmpty());
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_P(Many, ACallerWhoMayNotIsToldBeforeAnyRecord) {
  grpc::ClientContext context;
  const auto stream = OpenStream(&context, "school_contact:wang:school");
  Send(stream.get(), RequestOf(1));
  stream->WritesDone();

  EXPECT_THAT(ReadAll(stream.get()), IsEmpty());
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_THAT(milkway_.ListAll(), IsEmpty());
}

TEST_P(Many, ACallerWhoGoesAwayCanSendTheSameAgain) {
  constexpr int kCount = 1'500;
  const Requests requests = RequestsOf(kCount);
  {
    grpc::ClientContext context;
    const auto stream = OpenStream(&context);
    for (int number = 0; number < 700; ++number) {
      Send(stream.get(), requests[static_cast<size_t>(number)]);
    }
    v1::StreamDistributionsResponse response;
    EXPECT_TRUE(stream->Read(&response));
    context.TryCancel();
    EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  grpc::ClientContext context;
  const auto stream = OpenStream(&context);
  std::thread writer([&] {
    for (const auto& request : requests) Send(stream.get(), request);
    stream->WritesDone();
  });

  const auto responses = ReadAll(stream.get());
  writer.join();

  EXPECT_TRUE(stream->Finish().ok());
  ASSERT_THAT(responses, SizeIs(kCount));
  for (const auto& response : responses) {
    EXPECT_TRUE(response.result().has_recorded()) << response.DebugString();
  }
  ExpectRecordedOnce(kCount);
}

TEST_P(Many, AStreamThatTheServersEndInterruptsEnds) {
  grpc::ClientContext context;
  const auto stream = OpenStream(&context);
  milkway_.system().LinkTo("inventory").Lose(Loss::kRequest, "BatchPost");
  const Requests requests = RequestsOf(50);
  for (const auto& request : requests) ASSERT_TRUE(Send(stream.get(), request));
  stream->WritesDone();
  milkway_.system().LinkTo("inventory").AwaitLoss();

  milkway_.Stop();
  milkway_.system().LinkTo("inventory").LoseNothing();

  for (const auto& response : ReadAll(stream.get())) {
    EXPECT_EQ(response.result().refusal().code(), static_cast<int>(absl::StatusCode::kUnavailable));
  }
  stream->Finish();
  ASSERT_TRUE(milkway_.Restart());
  const auto again = milkway_.Batch(requests);
  ASSERT_THAT(again, IsOk());
  for (const auto& result : again->results()) EXPECT_TRUE(result.has_recorded());
  ExpectRecordedOnce(50);
}

TEST_P(Many, ACrowdOfSingleCallsIsAnsweredRightAndPostedTogether) {
  constexpr int kCount = 600;
  const Requests requests = RequestsOf(kCount);
  const int64_t calls_before = CallsOf("BatchPost");

  const auto answers = milkway_.RecordAtOnce(requests);

  std::map<int64_t, int> ids;
  for (size_t index = 0; index < answers.size(); ++index) {
    ASSERT_THAT(answers[index], IsOk());
    ++ids[answers[index]->distribution_id()];
    const auto shown = milkway_.Get(answers[index]->distribution_id());
    ASSERT_THAT(shown, IsOk());
    EXPECT_EQ(shown->distribution().session(), absl::StrCat("s", index));
    EXPECT_EQ(shown->revisions(0).position(), answers[index]->position());
  }
  EXPECT_THAT(ids, SizeIs(kCount));
  EXPECT_LT(CallsOf("BatchPost") - calls_before, kCount / 3);
  ExpectRecordedOnce(kCount);
}

TEST_P(Many, ACrowdOfTheSameRequestHappensOnce) {
  const auto answers = milkway_.RecordAtOnce(Requests(300, RequestOf(1)));

  for (const auto& answer : answers) {
    ASSERT_THAT(answer, IsOk());
    EXPECT_EQ(answer->SerializeAsString(), answers[0]->SerializeAsString());
  }
  ExpectRecordedOnce(1);
}

TEST_P(Many, OfACrowdOfPhonesWithTheSameClassOneWins) {
  Requests requests(200, RequestOf(1));
  for (auto& request : requests) request.set_request_id(milkway_.NextRequestId());

  const auto answers = milkway_.RecordAtOnce(requests);

  int recorded = 0;
  for (const auto& answer : answers) {
    const std::string reason = runtime::PartsOf(answer.status()).reason;
    if (answer.ok()) ++recorded;
    EXPECT_TRUE(answer.ok() || reason == "DISTRIBUTION_RECORDED" ||
                reason == "DISTRIBUTION_UNDER_WAY")
        << answer.status();
  }
  EXPECT_EQ(recorded, 1);
  ExpectRecordedOnce(1);
}

TEST_P(Many, TheGaugeShowsWhatWaitsForTheLedger) {
  EXPECT_THAT(milkway_.system().MetricsOf("consumption"),
              HasSubstr("milkway_consumption_open_intents 0"));
}

}  // namespace
}  // namespace milkway::consumption
