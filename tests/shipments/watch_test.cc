// WatchShipments over gRPC: every change once, in order, over breaks and restarts.

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cpp/unary_call.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/shipments/shipments_system.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::shipments {
namespace {

using ::milkway::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kTeacher[] = "school_contact:wang:school";

// One subscriber.
class Watcher {
 public:
  Watcher(ShipmentsSystem* milkway, const v1::WatchShipmentsRequest& request,
          const std::string& caller = ShipmentsSystem::kProcurement)
      : stub_(milkway->shipments_channel()) {
    clients::Prepare({caller, std::chrono::seconds(30)}, &context_);
    stream_ = stub_.WatchShipments(&context_, request);
  }

  // Reads until `count` changes were heard; fewer if the stream ends.
  std::vector<v1::ShipmentChange> Hear(size_t count) {
    std::vector<v1::ShipmentChange> heard;
    v1::WatchShipmentsResponse message;
    while (heard.size() < count && stream_->Read(&message)) {
      heard.insert(heard.end(), message.changes().begin(), message.changes().end());
      resume_position_ = message.resume_position();
    }
    return heard;
  }
  // Reads one message; false if the stream has ended.
  bool HearMessage() {
    v1::WatchShipmentsResponse message;
    if (!stream_->Read(&message)) return false;
    resume_position_ = message.resume_position();
    return true;
  }
  int64_t resume_position() const { return resume_position_; }
  void Cancel() { context_.TryCancel(); }
  grpc::Status Finish() { return stream_->Finish(); }

 private:
  v1::ShipmentService::Stub stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchShipmentsResponse>> stream_;
  int64_t resume_position_ = 0;
};

std::vector<std::string> TextsOf(const std::vector<v1::ShipmentChange>& changes) {
  std::vector<std::string> texts;
  for (const v1::ShipmentChange& change : changes) {
    texts.push_back(absl::StrCat(change.position(), " ", change.shipment_id(), " ",
                                 v1::ShipmentEventKind_Name(change.kind()).substr(20)));
  }
  return texts;
}

class Watching : public ::testing::Test {
 protected:
  ShipmentsSystem milkway_;
  int64_t lot_ = milkway_.Buy(1'000);
};

TEST_F(Watching, WhatChangedBeforeIsToldAndThenWhatChangesNow) {
  milkway_.Ship("S-1", {{lot_, 10}});
  Watcher watcher(&milkway_, v1::WatchShipmentsRequest());
  EXPECT_THAT(TextsOf(watcher.Hear(2)), ElementsAre("1 S-1 CREATED", "2 S-1 DISPATCHED"));

  auto heard = std::async(std::launch::async, [&] { return watcher.Hear(1); });
  ASSERT_THAT(milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot_, 10}})), IsOk());

  const auto changes = heard.get();
  EXPECT_THAT(TextsOf(changes), ElementsAre("3 S-1 RECEIVED"));
  EXPECT_EQ(changes[0].state(), v1::SHIPMENT_STATE_RECEIVED);
  EXPECT_EQ(changes[0].subject(), "R-1");
}

TEST_F(Watching, FromNowOnOnlyWhatChangesIsToldAndTheStartIsKnown) {
  milkway_.Ship("S-1", {{lot_, 10}});
  v1::WatchShipmentsRequest request;
  request.set_from_now(true);
  Watcher watcher(&milkway_, request);
  ASSERT_TRUE(watcher.HearMessage());
  EXPECT_EQ(watcher.resume_position(), 2);

  ASSERT_THAT(milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot_, 10}})), IsOk());

  EXPECT_THAT(TextsOf(watcher.Hear(1)), ElementsAre("3 S-1 RECEIVED"));
}

TEST_F(Watching, ARestartLosesNothingAndRepeatsNothing) {
  std::vector<v1::ShipmentChange> heard;
  v1::WatchShipmentsRequest request;
  for (int round = 0; round < 4; ++round) {
    auto watcher = std::make_unique<Watcher>(&milkway_, request);
    auto reading = std::async(std::launch::async, [&] { return watcher->Hear(10'000); });
    for (int number = 0; number < 5; ++number) {
      milkway_.Ship(absl::StrCat("S-", round, "-", number), {{lot_, 1}});
    }
    // The stream ends by itself while the server stops.
    ASSERT_TRUE(milkway_.Restart());
    const auto changes = reading.get();
    EXPECT_EQ(watcher->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
    heard.insert(heard.end(), changes.begin(), changes.end());
    request.set_after_position(heard.empty() ? 0 : heard.back().position());
  }
  Watcher last(&milkway_, request);
  const auto rest = last.Hear(40 - heard.size());
  heard.insert(heard.end(), rest.begin(), rest.end());

  EXPECT_EQ(TextsOf(heard), TextsOf(milkway_.Changes()));
  EXPECT_EQ(heard.size(), 40U);
}

TEST_F(Watching, APlaceHearsOnlyOfWhatGoesThere) {
  for (int number = 0; number < 6; ++number) {
    const char* destination = number % 2 == 0 ? kSchool : kOtherSchool;
    ASSERT_THAT(milkway_.Create(MakeShipment(absl::StrCat("S-", number), {{lot_, 1}}, destination)),
                IsOk());
  }
  v1::WatchShipmentsRequest request;
  request.set_destination_id(kSchool);

  Watcher watcher(&milkway_, request, kTeacher);

  EXPECT_THAT(TextsOf(watcher.Hear(3)),
              ElementsAre("1 S-0 CREATED", "3 S-2 CREATED", "5 S-4 CREATED"));
}

TEST_F(Watching, NobodyWatchesAnotherPlace) {
  v1::WatchShipmentsRequest request;
  request.set_destination_id(kOtherSchool);
  Watcher elsewhere(&milkway_, request, kTeacher);
  EXPECT_FALSE(elsewhere.HearMessage());
  EXPECT_EQ(elsewhere.Finish().error_code(), grpc::StatusCode::PERMISSION_DENIED);
  Watcher everywhere(&milkway_, v1::WatchShipmentsRequest(), kTeacher);
  EXPECT_FALSE(everywhere.HearMessage());
  EXPECT_EQ(everywhere.Finish().error_code(), grpc::StatusCode::PERMISSION_DENIED);
}

TEST_F(Watching, AWrongStartIsRefused) {
  v1::WatchShipmentsRequest request;
  request.set_after_position(-1);
  Watcher before(&milkway_, request);
  EXPECT_FALSE(before.HearMessage());
  EXPECT_EQ(before.Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  request.set_after_position(3);
  request.set_from_now(true);
  Watcher both(&milkway_, request);
  EXPECT_FALSE(both.HearMessage());
  EXPECT_EQ(both.Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(Watching, WhoGoesAwayIsForgotten) {
  for (int round = 0; round < 20; ++round) {
    Watcher watcher(&milkway_, v1::WatchShipmentsRequest());
    if (round % 2 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(round));
    watcher.Cancel();
    EXPECT_FALSE(watcher.HearMessage());
    EXPECT_EQ(watcher.Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  // The server can stop: no stream was left open.
  ASSERT_TRUE(milkway_.Restart());
}

TEST_F(Watching, WhoDoesNotReadHoldsNobodyUp) {
  Watcher sleeper(&milkway_, v1::WatchShipmentsRequest());
  for (int number = 0; number < 200; ++number) {
    ASSERT_THAT(milkway_.Create(MakeShipment(absl::StrCat("S-", number), {{lot_, 1}})), IsOk());
  }

  EXPECT_EQ(sleeper.Hear(200).size(), 200U);
}

TEST_F(Watching, PagesOfChangesAreTheSameLog) {
  milkway_.Ship("S-1", {{lot_, 10}});
  v1::ListShipmentChangesRequest request;
  request.set_page_size(1);
  const auto first = milkway_.Call(&v1::ShipmentService::Stub::ListShipmentChanges, request);
  ASSERT_THAT(first, IsOk());
  request.set_page_token(first->next_page_token());
  const auto second = milkway_.Call(&v1::ShipmentService::Stub::ListShipmentChanges, request);
  ASSERT_THAT(second, IsOk());

  EXPECT_EQ(first->changes(0).position(), 1);
  EXPECT_EQ(second->changes(0).position(), 2);
  EXPECT_EQ(second->next_page_token(), "");
  EXPECT_THAT(TextsOf(milkway_.Changes(1)), ElementsAre("2 S-1 DISPATCHED"));
  EXPECT_THAT(milkway_.Changes(2), IsEmpty());
}

}  // namespace
}  // namespace milkway::shipments
