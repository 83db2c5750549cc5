#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/runtime/dates.h"
#include "tests/programme/clerk.h"
#include "tests/programme/places.h"

namespace milkway::programme {

namespace {

constexpr int kBatchMax = 24;
constexpr int32_t kUnknownChild = 99'999;

ClassDay ClassDayOf(const con::Distribution& distribution) {
  return {distribution.school_id(), ParseDate("served_on", distribution.served_on())->days,
          distribution.class_name(), distribution.session()};
}

std::string TextOf(const ClassDay& class_day) {
  const auto& [school, day, class_name, session] = class_day;
  return absl::StrCat("class day ", school, " ", day, " ", class_name, " ", session);
}

con::DistributionRevision RevisionOf(const con::Distribution& distribution) {
  con::DistributionRevision revision;
  *revision.mutable_lines() = distribution.lines();
  *revision.mutable_absent_numbers() = distribution.absent_numbers();
  *revision.mutable_refused_numbers() = distribution.refused_numbers();
  return revision;
}

}  // namespace

// Children who may be served on the day; now and then any.
std::vector<int32_t> Clerk::SomeChildren(const School& school, int32_t day) {
  const bool is_careless = OneIn(25);
  const int64_t skips = Upto(6);
  std::vector<int32_t> children;
  for (const auto& [number, child] : school.children) {
    const bool may_drink = child.IsEnrolledOn(day) && !child.IsExcludedOn(day);
    if ((may_drink || is_careless) && !OneIn(skips)) children.push_back(number);
  }
  if (OneIn(200)) children.push_back(kUnknownChild);
  std::shuffle(children.begin(), children.end(), random_);
  if (children.size() > 16) children.resize(16);
  return children;
}

std::vector<con::DistributionLine> Clerk::SomeLines(const std::string& school_id, int32_t day,
                                                    con::Incident* incident) {
  const School& school = story_.schools.at(school_id);
  std::vector<int32_t> children = SomeChildren(school, day);
  std::vector<con::DistributionLine> lines;
  std::set<int64_t> lots;
  for (int64_t left = OneIn(3) ? Upto(3) : 1; left > 0; --left) {
    con::DistributionLine line;
    const int64_t lot = SomeLot(school_id, day);
    line.set_lot_id(lot == 0 || OneIn(20) ? AnyOf(story_.lots).first : lot);
    if (!lots.insert(line.lot_id()).second) continue;
    const bool goes_home = OneIn(15);
    line.set_serving_g(15 + 5 * Below(4));
    if (goes_home) {
      line.set_pack_g(story_.lots.at(line.lot_id()).pack_g);
      line.set_take_home_packs(1);
      line.set_serving_g(line.pack_g());
    }
    size_t count = left == 1 ? children.size() : static_cast<size_t>(Below(4));
    if (goes_home) count = std::min<size_t>(count, 3);
    for (; count > 0 && !children.empty(); --count) {
      line.add_student_numbers(children.back());
      children.pop_back();
    }
    if (OneIn(4) || line.student_numbers().empty()) line.set_wasted_g(Upto(300));
    if (goes_home && line.student_numbers().empty()) continue;
    lines.push_back(std::move(line));
  }
  if (lines.empty() || !OneIn(12)) return lines;
  // Somebody who must not was given some, and they say so.
  for (const auto& [number, child] : school.children) {
    const bool is_listed =
        std::any_of(lines.begin(), lines.end(), [n = number](const con::DistributionLine& line) {
          return std::count(line.student_numbers().begin(), line.student_numbers().end(), n) > 0;
        });
    if (is_listed || lines[0].take_home_packs() > 0) continue;
    if (!child.IsEnrolledOn(day) || !child.IsExcludedOn(day)) continue;
    lines[0].add_student_numbers(number);
    incident->add_student_numbers(number);
    incident->set_note("looked after");
    break;
  }
  return lines;
}

con::RecordDistributionRequest Clerk::SomeRecord() {
  con::RecordDistributionRequest request;
  request.set_request_id(NextRequestId());
  con::Distribution& distribution = *request.mutable_distribution();
  distribution.set_school_id(AnyOf(kSchools));
  const int32_t day = TodayOrBefore();
  distribution.set_served_on(DateOf(day));
  distribution.set_class_name(AnyOf(kClasses));
  distribution.set_session(absl::StrCat("cup ", Upto(80)));
  con::Incident incident;
  for (con::DistributionLine& line : SomeLines(distribution.school_id(), day, &incident)) {
    *distribution.add_lines() = std::move(line);
  }
  if (!incident.note().empty()) *request.mutable_incident() = incident;
  if (OneIn(3)) {
    const int64_t start_us = int64_t{day} * kMicrosPerDay - kChinaMinutes * kMicrosPerMinute;
    *distribution.mutable_served_at() = InChina(start_us + Below(24) * 60 * kMicrosPerMinute);
  }
  if (OneIn(3)) request.set_discrepancy_reason("it was drunk");
  if (!OneIn(10)) request.set_fefo_override_reason("the first at hand");
  return request;
}

// The roster decides first, then the ledger; nothing overrules the roster, and nothing
// stops a record of what was really drunk.
Expected Clerk::ExpectedOf(const std::string& school_id, int32_t day,
                           const google::protobuf::RepeatedPtrField<con::DistributionLine>& lines,
                           const con::Incident& incident, bool may_overrule) const {
  Expected expected;
  const School& school = story_.schools.at(school_id);
  const std::set<int32_t> stated(incident.student_numbers().begin(),
                                 incident.student_numbers().end());
  for (const con::DistributionLine& line : lines) {
    for (const int32_t number : line.student_numbers()) {
      const auto child = school.children.find(number);
      if (child == school.children.end()) {
        expected.must.insert("STUDENT_UNKNOWN");
      } else if (!child->second.IsEnrolledOn(day)) {
        expected.must.insert("STUDENT_NOT_ENROLLED");
      } else if (child->second.IsExcludedOn(day) && !stated.count(number)) {
        expected.must.insert("STUDENT_EXCLUDED");
      }
    }
  }
  if (!may_overrule) expected.may = LedgerRefusals();
  expected.may.insert("FEFO_OVERRIDE_REASON_REQUIRED");
  return expected;
}

Expected Clerk::ExpectedOf(const con::RecordDistributionRequest& request) {
  const con::Distribution& distribution = request.distribution();
  const ClassDay class_day = ClassDayOf(distribution);
  Expected expected =
      ExpectedOf(distribution.school_id(), std::get<1>(class_day), distribution.lines(),
                 request.incident(), !request.discrepancy_reason().empty());
  for (const con::DistributionLine& line : distribution.lines()) {
    expected.leaves_g[{line.lot_id(), inv::ACCOUNT_KIND_USABLE, distribution.school_id()}] =
        line.serving_g() * line.student_numbers_size() + line.wasted_g();
  }
  // Without a time it is the last second of the day.
  expected.leaves_us = distribution.has_served_at()
                           ? distribution.served_at().instant().seconds() * 1'000'000
                           : (std::get<1>(class_day) + int64_t{1}) * kMicrosPerDay -
                                 kChinaMinutes * kMicrosPerMinute - 1'000'000;
  Touch(absl::StrCat("children of ", distribution.school_id()));
  const auto standing = story_.class_days.find(class_day);
  const bool is_first = Touch(TextOf(class_day));
  if (standing != story_.class_days.end() && is_first) expected.must = {"DISTRIBUTION_RECORDED"};
  if (!is_first) contested_.insert(TextOf(class_day));
  expected.class_day = TextOf(class_day);
  return expected;
}

void Clerk::EnterRecord(const con::RecordDistributionRequest& request,
                        const con::RecordDistributionResponse& answer) {
  const con::Distribution& distribution = request.distribution();
  const int64_t id = answer.distribution_id();
  const ClassDay class_day = ClassDayOf(distribution);
  story_.TakeClaim(answer.position(), inv::POSTING_KIND_DISTRIBUTION,
                   absl::StrCat("distribution/", id), answer.found_g());
  EXPECT_TRUE(story_.class_days.emplace(class_day, id).second)
      << "recorded twice: " << TextOf(class_day);
  Record record = {distribution.school_id(),
                   std::get<1>(class_day),
                   distribution.class_name(),
                   distribution.session(),
                   {}};
  record.versions.push_back(RevisionOf(distribution));
  record.versions.back().set_position(answer.position());
  if (request.has_incident()) *record.versions.back().mutable_incident() = request.incident();
  EXPECT_TRUE(story_.records.emplace(id, std::move(record)).second) << "record " << id << " twice";
  record_ids_.push_back(id);
}

void Clerk::Serve() {
  con::RecordDistributionRequest request = SomeRecord();
  if (request.distribution().lines().empty()) return;
  if (touched_.count(absl::StrCat("roster of ", request.distribution().school_id())) > 0) return;
  Ask<con::DistributionService, con::RecordDistributionResponse>(
      &con::DistributionService::Stub::async::RecordDistribution, request, ExpectedOf(request),
      [this, request](const con::RecordDistributionResponse& answer) {
        EnterRecord(request, answer);
      });
}

namespace {

// A batch, asked until each of its records is answered.
class Batch final : public Step {
 public:
  using Hearing = std::function<void(size_t, const con::DistributionResult&, std::vector<Event>*)>;

  Batch(con::BatchRecordDistributionsRequest request, Hearing hear)
      : request_(std::move(request)), hear_(std::move(hear)) {}

  std::string Service() const override { return "consumption"; }

  void Send(const std::shared_ptr<grpc::Channel>& channel, std::function<void()> done) override {
    stub_ = std::make_unique<con::DistributionService::Stub>(channel);
    clients::CallUnary<con::BatchRecordDistributionsResponse>(
        stub_->async(), &con::DistributionService::Stub::async::BatchRecordDistributions,
        {kAdmin, std::chrono::seconds(60)}, request_,
        [this,
         done = std::move(done)](absl::StatusOr<con::BatchRecordDistributionsResponse> answer) {
          Compare(answer);
          answer_ = std::move(answer);
          done();
        });
  }

  bool IsAnswered() const override {
    if (absl::IsUnavailable(answer_.status()) || absl::IsCancelled(answer_.status())) return false;
    return !answer_.ok() || std::none_of(answer_->results().begin(), answer_->results().end(),
                                         &Batch::IsWithoutAnswer);
  }

  void Hear(std::vector<Event>* events) override {
    ASSERT_TRUE(answer_.ok()) << answer_.status();
    ASSERT_EQ(answer_->results_size(), request_.records_size());
    for (int index = 0; index < answer_->results_size(); ++index) {
      hear_(static_cast<size_t>(index), answer_->results(index), events);
    }
  }

 private:
  // The server stopped, or its power went, before this record's turn.
  static bool IsWithoutAnswer(const con::DistributionResult& result) {
    const auto code = static_cast<absl::StatusCode>(result.refusal().code());
    return code == absl::StatusCode::kUnavailable || code == absl::StatusCode::kCancelled;
  }

  // What was recorded once stays recorded as it was told.
  void Compare(const absl::StatusOr<con::BatchRecordDistributionsResponse>& again) {
    if (!again.ok() || !answer_.ok()) return;
    for (int index = 0; index < again->results_size(); ++index) {
      if (!answer_->results(index).has_recorded() || IsWithoutAnswer(again->results(index))) {
        continue;
      }
      EXPECT_EQ(again->results(index).SerializeAsString(),
                answer_->results(index).SerializeAsString());
    }
  }

  const con::BatchRecordDistributionsRequest request_;
  const Hearing hear_;
  std::unique_ptr<con::DistributionService::Stub> stub_;
  absl::StatusOr<con::BatchRecordDistributionsResponse> answer_ =
      absl::UnavailableError("not asked yet");
};

std::string RefusalOf(const con::DistributionResult& result) {
  const con::Refusal& refusal = result.refusal();
  const bool is_malformed = refusal.code() == static_cast<int>(absl::StatusCode::kInvalidArgument);
  return is_malformed ? "INVALID_ARGUMENT" : refusal.reason();
}

}  // namespace

void Clerk::ServeMany() {
  con::BatchRecordDistributionsRequest batch;
  std::vector<Expected> expected;
  for (int64_t count = 2 + Below(kBatchMax); count > 0; --count) {
    con::RecordDistributionRequest request = SomeRecord();
    if (request.distribution().lines().empty()) continue;
    if (touched_.count(absl::StrCat("roster of ", request.distribution().school_id())) > 0)
      continue;
    expected.push_back(ExpectedOf(request));
    *batch.add_records() = std::move(request);
  }
  if (batch.records().empty()) return;
  burst_steps_ += batch.records_size() - 1;
  burst_.push_back(std::make_unique<Batch>(
      batch, [this, batch, expected](size_t index, const con::DistributionResult& result,
                                     std::vector<Event>* events) {
        const con::RecordDistributionRequest& request = batch.records(static_cast<int>(index));
        if (!Judge(request, RefusalOf(result), expected[index])) return;
        events->push_back({result.recorded().position(),
                           [this, request, result] { EnterRecord(request, result.recorded()); }});
      }));
}

void Clerk::CorrectServing() {
  if (record_ids_.empty()) return;
  const int64_t id = AnyOf(record_ids_);
  const Record& record = story_.records.at(id);
  const ClassDay class_day = {record.school, record.day, record.class_name, record.session};
  if (touched_.count(absl::StrCat("roster of ", record.school)) > 0) return;
  if (!Touch(absl::StrCat("record ", id)) || !Touch(TextOf(class_day))) return;
  Touch(absl::StrCat("children of ", record.school));
  con::CorrectDistributionRequest request;
  request.set_request_id(NextRequestId());
  request.set_school_id(record.school);
  request.set_distribution_id(id);
  request.set_reason("counted again");
  con::Incident incident;
  if (!OneIn(4)) {
    for (auto& line : SomeLines(record.school, record.day, &incident)) *request.add_lines() = line;
  }
  if (!incident.note().empty()) *request.mutable_incident() = incident;
  if (!OneIn(3)) request.set_discrepancy_reason("it was drunk");
  request.set_fefo_override_reason("the first at hand");
  const auto revision = static_cast<int32_t>(record.versions.size());
  if (OneIn(4)) request.set_revision(OneIn(4) ? revision + 1 : revision);
  Expected expected = ExpectedOf(record.school, record.day, request.lines(), request.incident(),
                                 !request.discrepancy_reason().empty());
  if (!request.discrepancy_reason().empty()) {
    expected.counted_day = record.day;
    for (const auto* lines : {&record.standing().lines(), &request.lines()}) {
      for (const con::DistributionLine& line : *lines) {
        expected.counted.emplace(line.lot_id(), record.school);
      }
    }
  }
  if (request.revision() > revision) expected.must = {"REVISION_CHANGED"};
  if (record.is_withdrawn()) expected.must = {"DISTRIBUTION_WITHDRAWN"};
  Ask<con::DistributionService, con::CorrectDistributionResponse>(
      &con::DistributionService::Stub::async::CorrectDistribution, request, expected,
      [this, id, request, class_day](const con::CorrectDistributionResponse& answer) {
        Record& corrected = story_.records.at(id);
        con::DistributionRevision version;
        *version.mutable_lines() = request.lines();
        if (request.has_incident()) *version.mutable_incident() = request.incident();
        version.set_position(answer.position());
        corrected.versions.push_back(std::move(version));
        EXPECT_EQ(static_cast<size_t>(answer.revision()), corrected.versions.size());
        if (corrected.is_withdrawn()) story_.class_days.erase(class_day);
        story_.TakeClaim(answer.position(), inv::POSTING_KIND_DISTRIBUTION,
                         absl::StrCat("distribution/", id), answer.found_g());
      });
}

}  // namespace milkway::programme
