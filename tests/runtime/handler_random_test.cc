// A hundred thousand calls, many at a time, repeated with the same body and with
// others, cancelled, cut off by restarts: each request happens once or not at all.

#include <algorithm>
#include <cstdio>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/runtime/audit/audit_verify.h"
#include "services/runtime/errors.h"
#include "tests/runtime/audit_fixture.h"
#include "tests/runtime/milk_fixture.h"
#include "tests/support/random_seed.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::runtime {
namespace {

using ::milkway::testing::IsOk;
using testing::AddMilkOf;
using testing::AddMilkRequest;
using testing::AddMilkResponse;
using testing::ClientCall;
using testing::Milk;
using testing::MilkCounter;
using testing::MilkTest;

constexpr size_t kCalls = 100'000;
constexpr size_t kCallsOfALifeMax = 20'000;
constexpr size_t kUnderWay = 256;
constexpr int kVariants = 3;
constexpr int kSchools = 5;

std::string SchoolOf(uint64_t number) { return absl::StrCat("school ", number % kSchools); }

// One of the bodies that callers send under request `number`; some are refused.
AddMilkRequest RequestOf(uint64_t number, int variant) {
  const bool is_refused = (number + variant) % 7 == 0;
  const int64_t quantity_g = 1 + variant + (is_refused ? MilkCounter::kAdditionGMax : 0);
  return AddMilkOf(number, SchoolOf(number), quantity_g);
}

class RandomCalls : public MilkTest {
 protected:
  struct Sent {
    uint64_t number;
    int variant;
    std::shared_ptr<ClientCall<AddMilkResponse>> call;  // null once its answer is known
    absl::StatusOr<AddMilkResponse> answer;
  };
  // What the store remembers of a request that was done.
  struct Done {
    int variant;
    AddMilkResponse answer;
  };

  // Sends new requests and old ones again until enough are sent or the process ends,
  // quietly or in the middle.
  void LiveOnce() {
    const auto stub = testing::MilkService::NewStub(server_->InProcessChannel());
    const size_t end = std::min(kCalls, sent_.size() + 1 + random_() % kCallsOfALifeMax);
    while (sent_.size() < end) {
      if (random_() % 10 < 5) ++last_number_;
      const uint64_t back =
          random_() % 10 < 8 ? std::min<uint64_t>(last_number_, 30) : last_number_;
      const uint64_t number = last_number_ - random_() % back;
      const int variant = random_() % 10 < 8 ? 0 : static_cast<int>(random_() % kVariants);
      sent_.push_back({number, variant,
                       testing::StartCall(stub.get(), &Milk::AddMilk, RequestOf(number, variant)),
                       absl::UnknownError("not known yet")});
      if (random_() % 30 == 0) sent_.back().call->context()->TryCancel();
      if (sent_.size() > kUnderWay) Hear(&sent_[sent_.size() - kUnderWay]);
    }
    if (random_() % 2 == 0) {
      for (Sent& sent : sent_) Hear(&sent);
    }
  }

  // Waits for the answer.
  static void Hear(Sent* sent) {
    if (sent->call == nullptr) return;
    sent->answer = sent->call->Wait();
    sent->call.reset();
  }

  std::map<uint64_t, Done> DoneRequests() {
    std::map<uint64_t, Done> done;
    const auto snapshot = store_->NewSnapshot();
    for (uint64_t number = 1; number <= last_number_; ++number) {
      for (int variant = 0; variant < kVariants; ++variant) {
        const AddMilkRequest request = RequestOf(number, variant);
        const auto memory =
            process_->once.Find(*snapshot, *ParseRequestId("request_id", request.request_id()),
                                process_->once.HashOf(request));
        if (!memory.ok() || !memory->has_value()) continue;
        Done& entry = done[number];
        entry.variant = variant;
        EXPECT_TRUE(entry.answer.ParseFromString((*memory)->answer));
      }
    }
    return done;
  }

  // The store holds what the requests that were done make, and no more.
  void ExpectStoreHolds(const std::map<uint64_t, Done>& done) {
    ASSERT_FALSE(done.empty());
    std::map<std::string, int64_t> milk;
    std::set<int64_t> additions;
    for (const auto& [number, entry] : done) {
      milk[SchoolOf(number)] += RequestOf(number, entry.variant).quantity_g();
      additions.insert(entry.answer.additions());
    }
    for (const auto& [school_id, grams] : milk) EXPECT_EQ(MilkAt(school_id), grams) << school_id;
    EXPECT_EQ(Additions(), static_cast<int64_t>(done.size()));
    EXPECT_EQ(additions.size(), done.size());
    EXPECT_EQ(*additions.rbegin(), static_cast<int64_t>(done.size()));
  }

  // Nobody heard of what was not done, nor of it being done otherwise.
  void ExpectHeard(const Sent& sent, const std::map<uint64_t, Done>& done) {
    const absl::StatusOr<AddMilkResponse>& answer = sent.answer;
    const auto entry = done.find(sent.number);
    const std::string reason = PartsOf(answer.status()).reason;
    if (answer.ok()) {
      ASSERT_NE(entry, done.end());
      EXPECT_EQ(sent.variant, entry->second.variant);
      EXPECT_EQ(answer->SerializeAsString(), entry->second.answer.SerializeAsString());
    } else if (reason == "TOO_MUCH_MILK") {
      EXPECT_GT(RequestOf(sent.number, sent.variant).quantity_g(), MilkCounter::kAdditionGMax);
    } else if (reason == "REQUEST_ID_REUSED") {
      ASSERT_NE(entry, done.end());
      EXPECT_NE(sent.variant, entry->second.variant);
    } else {
      EXPECT_TRUE(absl::IsCancelled(answer.status()) || absl::IsUnavailable(answer.status()))
          << answer.status();
    }
  }

  // The audit log has a row for each of them, and no other.
  void ExpectAudited(const std::map<uint64_t, Done>& done) {
    std::multiset<std::string> audited;
    for (const AuditEntry& entry :
         testing::EntriesOf(*store_, AuditLog(ServiceTag::kConsumption))) {
      EXPECT_EQ(entry.kind(), records::v1::AUDIT_KIND_CHANGE);
      audited.insert(entry.request_id());
    }
    std::multiset<std::string> wanted;
    for (const auto& [number, what] : done) wanted.insert(testing::RequestIdOf(number));
    EXPECT_EQ(audited, wanted);
    const auto finding = VerifyAuditLog(*store_->NewSnapshot(), AuditLog(ServiceTag::kConsumption),
                                        {}, [] { return true; });
    ASSERT_TRUE(finding.ok()) << finding.status();
    EXPECT_EQ(finding->problem, "");
  }

  std::mt19937 random_{::milkway::testing::RandomSeed()};
  uint64_t last_number_ = 1;
  std::vector<Sent> sent_;
};

TEST_F(RandomCalls, HappenOnceOrNotAtAll) {
  int lives = 0;
  while (sent_.size() < kCalls && !HasFailure()) {
    ++lives;
    LiveOnce();
    Restart();
  }

  const std::map<uint64_t, Done> done = DoneRequests();
  ExpectStoreHolds(done);
  ExpectAudited(done);
  for (Sent& sent : sent_) {
    Hear(&sent);
    ExpectHeard(sent, done);
    if (HasFailure()) break;
  }
  EXPECT_GT(done.size(), kCalls / 4);
  printf("%d lives, %zu calls, %zu requests done\n", lives, sent_.size(), done.size());
}

}  // namespace
}  // namespace milkway::runtime
