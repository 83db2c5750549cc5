// Somebody who records whatever can happen in a programme, at random, and enters what is
// answered in the story.
//
// Each step draws from a generator of its own, seeded with the number of the step: what
// is chosen depends on the seed and on the story so far.

#ifndef MILKWAY_TESTS_PROGRAMME_CLERK_H_
#define MILKWAY_TESTS_PROGRAMME_CLERK_H_

#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "google/protobuf/message.h"
#include "milkway/consumption/v1/distributions.grpc.pb.h"
#include "milkway/inventory/v1/purchases.grpc.pb.h"
#include "milkway/shipments/v1/shipments.grpc.pb.h"
#include "services/runtime/sensitivity.h"
#include "tests/programme/books.h"
#include "tests/programme/running_system.h"
#include "tests/programme/step.h"
#include "tests/programme/story.h"

namespace milkway::programme {

namespace shp = shipments::v1;

inline constexpr char kAdmin[] = "admin:test";
inline constexpr char kSecondPerson[] = "procurement:bo";

// How a step may be refused.
struct Expected {
  std::set<std::string> must = {};  // not empty: with one of these it is refused
  std::set<std::string> may = {};
  std::string class_day = {};  // that a step of the same burst may be recording too
  // What leaves which accounts, and when: STOCK_MISSING is right if one of them is short.
  std::map<AccountId, int64_t> leaves_g = {};
  int64_t leaves_us = 0;
  // Lots of a correction that overrules the books, and its day. Only a count after serving
  // of that day can say no: it keeps its figure, so that what the correction gives back or
  // finds later on the day is taken away again at the count.
  std::set<LotPlace> counted = {};
  int32_t counted_day = 0;
};

class Clerk {
 public:
  Clerk(uint64_t seed, RunningSystem* system, Story* story, const Books* books);

  // The catalogue, places, schools with their children, and the first purchases.
  void Settle();
  // Takes some steps at once and waits until each is answered. Returns how many.
  int TakeBurst();
  // Once the books are read after a burst: whoever was refused for want of stock was
  // refused rightly.
  void JudgeShortages();

 private:
  using Entering = std::function<void()>;
  // What to do with a call that was answered OK.
  enum class Twist {
    kAgain,      // the same answer, and nothing more happens
    kOtherBody,  // refused: the request id is taken
    kSpoilt,     // refused: a field is no good
    kStranger,   // refused: who must not
  };
  using Memory = std::function<void(Twist)>;

  template <typename Service, typename Response, typename Async, typename Request>
  void Ask(clients::UnaryMethod<Async, Request, Response> method, const Request& request,
           const Expected& expected, std::function<void(const Response&)> enter,
           const std::string& caller = kAdmin);
  template <typename Service, typename Response, typename Async, typename Request>
  void AskAgain(clients::UnaryMethod<Async, Request, Response> method, Request request,
                const std::string& caller, const std::string& answer, Twist twist);
  // True if the step is done; false if it was rightly refused. Anything else fails.
  bool Judge(const google::protobuf::Message& request, const std::string& refusal,
             const Expected& expected);
  bool IsCountedAfterServing(const Expected& expected) const;
  static bool ChangeBody(google::protobuf::Message* request);
  void Spoil(google::protobuf::Message* request);
  void Twisted();

  void TakeStep();
  void AnswerAll();

  // Settling: clerk_settling.cc.
  void MakeProduct(const std::string& product_id, int64_t pack_g, int64_t protein_mg);
  void MakePlace(const std::string& location_id, inv::LocationKind kind, const std::string& zone);
  void MakeSchool(const std::string& school_id);

  // Purchases and supplier returns: clerk_purchases.cc.
  void Buy() { BuyOn(TodayOrBefore()); }
  void BuyOn(int32_t day);
  inv::PurchaseLine SomeLine(int32_t day);
  inv::PurchaseCost SomeCost(int32_t day);
  void EnterPurchase(const inv::Purchase& purchase, const inv::RecordPurchaseResponse& answer);
  void AddCost();
  void AttachPurchasePaper();
  void ReturnToSupplier();

  // Stock: clerk_stock.cc.
  void Adjust();
  void CountStock();
  void CountShelf();
  inv::StockCount SomeCount(const std::string& place, int64_t lot, int64_t us);
  void EnterCount(const inv::StockCount& count, const inv::RecordCountResponse& answer);
  void OpenPacks();
  void FinishPacks();

  // Recalls: clerk_recalls.cc.
  void PlaceRecall();
  void LiftRecall();
  void Acknowledge();

  // Shipments: clerk_shipments.cc.
  void DraftShipment();
  void Dispatch();
  void Cancel();
  void PassMilestone();
  void RecordLeg();
  void AttachShipmentPaper();
  void MeasureTemperatures();

  // What arrives and what does not: clerk_receipts.cc.
  void Receive();
  void CorrectReceipt();
  void Lose();
  void Return();
  void Release();
  void Resolve();
  void Countersign();
  std::vector<shipments::Arrived> SomeArrivals(const Shipment& shipment);
  shp::Receipt SomeReceipt(const std::string& shipment_id,
                           const std::vector<shipments::Arrived>& lines);
  // A shipment that left and that no other step of this burst touches; empty: none.
  std::string SomeShipment();

  // Class records: clerk_servings.cc.
  void Serve();
  void ServeMany();
  void CorrectServing();
  con::RecordDistributionRequest SomeRecord();
  std::vector<con::DistributionLine> SomeLines(const std::string& school, int32_t day,
                                               con::Incident* incident);
  std::vector<int32_t> SomeChildren(const School& school, int32_t day);
  Expected ExpectedOf(const std::string& school_id, int32_t day,
                      const google::protobuf::RepeatedPtrField<con::DistributionLine>& lines,
                      const con::Incident& incident, bool may_overrule) const;
  Expected ExpectedOf(const con::RecordDistributionRequest& request);
  void EnterRecord(const con::RecordDistributionRequest& request,
                   const con::RecordDistributionResponse& answer);

  // Rosters and calendars: clerk_schools.cc.
  void ChangeStudent();
  void Enrol();
  void Transfer();
  void RollOver();
  void PutTerm();
  void SetPolicy();
  void ChangeRosters();
  // A school of whose children nothing else is recorded in this burst; empty: none.
  std::string QuietSchool();

  // Gifts: clerk_gifts.cc.
  void Give();
  void Allocate();

  // Chance.
  int64_t Below(int64_t limit) { return static_cast<int64_t>(random_() % uint64_t(limit)); }
  int64_t Upto(int64_t last) { return 1 + Below(last); }
  bool OneIn(int64_t times) { return Below(times) == 0; }
  template <typename Things>
  auto& AnyOf(Things& things) {
    return *std::next(std::begin(things), Below(static_cast<int64_t>(std::size(things))));
  }
  // A lot with usable stock at the place: mostly one that may be drunk on the day. 0: none.
  int64_t SomeLot(const std::string& place, int32_t day);
  // Now, or up to 120 days before it.
  int64_t When();
  int64_t WhenFrom(int64_t us) { return std::max(us, When()); }
  int32_t TodayOrBefore();
  int32_t Today() const;
  std::string NextRequestId();
  std::string NextId(const char* what);
  // True for the first step of this burst that touches the thing.
  bool Touch(const std::string& thing) { return touched_.insert(thing).second; }

  const uint64_t seed_;
  RunningSystem& system_;
  Story& story_;
  const Books& books_;
  std::mt19937_64 random_;
  uint64_t step_ = 0;
  uint64_t last_request_ = 0;
  int64_t last_id_ = 0;
  int64_t now_us_;
  int burst_steps_ = 0;
  std::vector<std::unique_ptr<Step>> burst_;
  std::set<std::string> touched_;
  std::set<std::string> contested_;  // class days that two phones record at once
  std::vector<Memory> memories_;
  std::vector<std::pair<Expected, std::string>> shortages_;  // that were told, with the request
  int64_t last_position_ = 0;                                // before the burst
  std::vector<std::string> drafts_;
  std::vector<std::string> under_way_;  // shipments that left
  std::vector<int64_t> record_ids_;
};

constexpr int32_t kChinaMinutes = 480;
common::v1::ZonedTime InChina(int64_t us);
int32_t ChinaDay(int64_t us);
std::string DateOf(int32_t day);
// The name of a refusal; empty if it is OK.
std::string RefusalOf(const absl::Status& status);

// Refusals of the ledger that depend on what else happens at once.
inline const std::set<std::string>& LedgerRefusals() {
  static const auto* const kRefusals =
      new std::set<std::string>{"STOCK_MISSING", "LOT_QUARANTINED", "LOT_EXPIRED", "LOT_RECALLED",
                                "FEFO_OVERRIDE_REASON_REQUIRED"};
  return *kRefusals;
}

// Where the ledger has what was answered; 0: nowhere, or in several places.
template <typename Response>
int64_t PositionOf(const Response& response) {
  if constexpr (requires { response.position(); }) return response.position();
  return 0;
}

template <typename Service, typename Response, typename Async, typename Request>
void Clerk::Ask(clients::UnaryMethod<Async, Request, Response> method, const Request& request,
                const Expected& expected, std::function<void(const Response&)> enter,
                const std::string& caller) {
  using Asked = Call<Service, Async, Request, Response>;
  auto hear = [=, this](const typename Asked::Answer& answer, std::vector<Event>* events) {
    if (!Judge(request, RefusalOf(answer.status()), expected)) return;
    events->push_back({PositionOf(*answer), [=, this] {
                         enter(*answer);
                         memories_.push_back([=, this](Twist twist) {
                           AskAgain<Service>(method, request, caller, answer->SerializeAsString(),
                                             twist);
                         });
                       }});
  };
  burst_.push_back(std::make_unique<Asked>(method, request, caller, std::move(hear)));
}

template <typename Service, typename Response, typename Async, typename Request>
void Clerk::AskAgain(clients::UnaryMethod<Async, Request, Response> method, Request request,
                     const std::string& caller, const std::string& answer, Twist twist) {
  using Asked = Call<Service, Async, Request, Response>;
  Expected expected;
  if (twist == Twist::kOtherBody) {
    if (!ChangeBody(&request)) return;
    expected.must = {"REQUEST_ID_REUSED"};
  } else if (twist == Twist::kSpoilt) {
    request.set_request_id(NextRequestId());
    Spoil(&request);
    expected.must = {"INVALID_ARGUMENT"};
  } else if (twist == Twist::kStranger) {
    expected.must = {"PERMISSION_DENIED"};
  }
  auto hear = [=, this](const typename Asked::Answer& heard, std::vector<Event>*) {
    if (!Judge(request, RefusalOf(heard.status()), expected)) return;
    // What tells something of a child is not remembered with a request.
    auto first = *heard;
    ASSERT_TRUE(first.ParseFromString(answer));
    runtime::RemoveConfidential(&first);
    EXPECT_EQ(heard->SerializeAsString(), first.SerializeAsString()) << request.DebugString();
  };
  burst_.push_back(std::make_unique<Asked>(
      method, request, twist == Twist::kStranger ? "auditor:ann" : caller, std::move(hear)));
}

}  // namespace milkway::programme

#endif  // MILKWAY_TESTS_PROGRAMME_CLERK_H_
