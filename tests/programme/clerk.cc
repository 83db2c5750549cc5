#include "tests/programme/clerk.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/runtime/dates.h"
#include "services/runtime/errors.h"
#include "services/runtime/once.h"

namespace milkway::programme {

namespace {

constexpr int kBurstSteps = 96;
constexpr int64_t kMicrosPerHour = 60 * kMicrosPerMinute;
constexpr size_t kMemoriesMax = 400;
// Numbers of one world's steps are far below.
constexpr uint64_t kStepsOfAWorldMax = 1'000'000;

}  // namespace

common::v1::ZonedTime InChina(int64_t us) { return ToZonedTime({us, kChinaMinutes}); }

int32_t ChinaDay(int64_t us) { return LocalDateOf({us, kChinaMinutes}).days; }

std::string DateOf(int32_t day) { return FormatDate(LocalDate{day}); }

std::string RefusalOf(const absl::Status& status) {
  if (status.ok()) return "";
  const std::string reason = runtime::PartsOf(status).reason;
  if (absl::IsInvalidArgument(status)) return "INVALID_ARGUMENT";
  if (absl::IsPermissionDenied(status) && reason != "COUNTERSIGNER_SAME") {
    return "PERMISSION_DENIED";
  }
  return reason.empty() ? absl::StatusCodeToString(status.code()) : reason;
}

Clerk::Clerk(uint64_t seed, RunningSystem* system, Story* story, const Books* books)
    : seed_(seed),
      system_(*system),
      story_(*story),
      books_(*books),
      random_(seed),
      now_us_(testing::InProcessSystem::kStartUs) {}

std::string Clerk::NextRequestId() {
  return runtime::FormatRequestId({0x0197'0000'0000'7000, ++last_request_});
}

std::string Clerk::NextId(const char* what) { return absl::StrCat(what, "-", ++last_id_); }

int32_t Clerk::Today() const { return ChinaDay(now_us_); }

int32_t Clerk::TodayOrBefore() { return ChinaDay(When()); }

// Often on the hour, so that things happen at one instant.
int64_t Clerk::When() {
  int64_t us = now_us_ - Below(3) * kMicrosPerHour;
  if (OneIn(2)) us = now_us_ - Below(120 * 24) * kMicrosPerHour;
  return OneIn(3) ? us - Below(kMicrosPerHour) : us - us % kMicrosPerHour;
}

int64_t Clerk::SomeLot(const std::string& place, int32_t day) {
  const std::map<int64_t, int64_t>& usable = books_.UsableAt(place);
  if (usable.empty()) return 0;
  for (int tries = 0; tries < 6; ++tries) {
    const int64_t id = AnyOf(usable).first;
    const Lot& lot = story_.lots.at(id);
    if (lot.bought_day <= day && day <= lot.expires_day) return id;
  }
  return AnyOf(usable).first;
}

bool Clerk::Judge(const google::protobuf::Message& request, const std::string& refusal,
                  const Expected& expected) {
  const std::string& name = request.GetDescriptor()->name();
  ++story_.tally[refusal.empty() ? name : absl::StrCat(name, " ", refusal)];
  const auto told = [&] {
    return absl::StrCat("\"", refusal, "\" to ", name, " ", request.ShortDebugString());
  };
  if (!expected.leaves_g.empty() && (refusal == "STOCK_MISSING" || refusal == "LOT_QUARANTINED")) {
    shortages_.emplace_back(expected, told());
  }
  if (!expected.counted.empty() && expected.must.empty() && refusal == "STOCK_MISSING") {
    shortages_.emplace_back(expected, told());
    return false;
  }
  const bool may_be_beaten = contested_.count(expected.class_day) > 0;
  if (may_be_beaten &&
      (refusal == "DISTRIBUTION_RECORDED" || refusal == "DISTRIBUTION_UNDER_WAY")) {
    return false;
  }
  if (!expected.must.empty()) {
    EXPECT_GT(expected.must.count(refusal), 0u)
        << "not refused with " << *expected.must.begin() << ": " << told();
    return false;
  }
  EXPECT_TRUE(refusal.empty() || expected.may.count(refusal) > 0) << told();
  return refusal.empty();
}

void Clerk::TakeStep() {
  random_.seed(seed_ * kStepsOfAWorldMax + ++step_);
  struct Choice {
    int weight;
    void (Clerk::*step)();
  };
  static constexpr Choice kChoices[] = {
      {3, &Clerk::Buy},
      {2, &Clerk::AddCost},
      {1, &Clerk::AttachPurchasePaper},
      {2, &Clerk::ReturnToSupplier},
      {9, &Clerk::Adjust},
      {8, &Clerk::CountStock},
      {3, &Clerk::CountShelf},
      {4, &Clerk::OpenPacks},
      {4, &Clerk::FinishPacks},
      {1, &Clerk::PlaceRecall},
      {1, &Clerk::LiftRecall},
      {2, &Clerk::Acknowledge},
      {9, &Clerk::DraftShipment},
      {12, &Clerk::Dispatch},
      {1, &Clerk::Cancel},
      {3, &Clerk::PassMilestone},
      {2, &Clerk::RecordLeg},
      {3, &Clerk::AttachShipmentPaper},
      {1, &Clerk::MeasureTemperatures},
      {22, &Clerk::Receive},
      {10, &Clerk::CorrectReceipt},
      {3, &Clerk::Lose},
      {5, &Clerk::Return},
      {4, &Clerk::Release},
      {6, &Clerk::Resolve},
      {3, &Clerk::Countersign},
      {60, &Clerk::Serve},
      {20, &Clerk::ServeMany},
      {45, &Clerk::CorrectServing},
      {1, &Clerk::PutTerm},
      {1, &Clerk::SetPolicy},
      {2, &Clerk::Give},
      {5, &Clerk::Allocate},
      {30, &Clerk::Twisted},
  };
  int total = 0;
  for (const Choice& choice : kChoices) total += choice.weight;
  int64_t dice = Below(total);
  for (const Choice& choice : kChoices) {
    if ((dice -= choice.weight) < 0) return (this->*choice.step)();
  }
}

int Clerk::TakeBurst() {
  touched_.clear();
  contested_.clear();
  last_position_ = books_.LastPosition();
  burst_steps_ = 0;
  int idle = 0;
  random_.seed(seed_ * kStepsOfAWorldMax + ++step_);
  if (OneIn(2)) ChangeRosters();
  while (burst_steps_ < kBurstSteps && idle < kBurstSteps) {
    const size_t before = burst_.size();
    TakeStep();
    // A batch has counted its further records itself.
    burst_steps_ += static_cast<int>(burst_.size() - before);
    if (burst_.size() == before) ++idle;
  }
  AnswerAll();
  random_.seed(seed_ * kStepsOfAWorldMax + ++step_);
  now_us_ += Below(90) * kMicrosPerMinute;
  system_.clock().Set(now_us_);
  return burst_steps_;
}

bool Clerk::IsCountedAfterServing(const Expected& expected) const {
  return std::any_of(story_.counts.begin(), story_.counts.end(), [&](const Count& count) {
    return count.after_serving && expected.counted.count(count.at) > 0 &&
           ChinaDay(count.counted_us) == expected.counted_day;
  });
}

// What another step of the burst moved may have been short in between.
void Clerk::JudgeShortages() {
  for (const auto& [expected, told] : shortages_) {
    const bool is_short =
        std::any_of(expected.leaves_g.begin(), expected.leaves_g.end(),
                    [this, &expected = expected](auto& row) {
                      const auto& [account, leaves_g] = row;
                      return books_.LastMoved(account) > last_position_ ||
                             books_.LowestFrom(account, expected.leaves_us) < leaves_g;
                    });
    EXPECT_TRUE(is_short || IsCountedAfterServing(expected)) << "there is enough: " << told;
  }
  shortages_.clear();
}

void Clerk::AnswerAll() {
  system_.Answer(burst_);
  std::vector<Event> events;
  for (const auto& step : burst_) step->Hear(&events);
  std::stable_sort(events.begin(), events.end(),
                   [](const Event& a, const Event& b) { return a.position < b.position; });
  for (const Event& event : events) event.enter();
  burst_.clear();
  if (memories_.size() > kMemoriesMax) {
    random_.seed(seed_ * kStepsOfAWorldMax + ++step_);
    std::shuffle(memories_.begin(), memories_.end(), random_);
    memories_.resize(kMemoriesMax / 2);
  }
}

void Clerk::Twisted() {
  if (memories_.empty()) return;
  constexpr Twist kTwists[] = {Twist::kAgain,     Twist::kAgain,  Twist::kAgain,
                               Twist::kOtherBody, Twist::kSpoilt, Twist::kStranger};
  const Memory memory = AnyOf(memories_);
  memory(AnyOf(kTwists));
}

}  // namespace milkway::programme
