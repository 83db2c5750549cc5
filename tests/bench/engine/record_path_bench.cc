// The way of class records through consumption and the ledger without gRPC: reserved,
// posted and stored, in three durable transactions a group.

#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "benchmark/benchmark.h"
#include "clients/cpp/status_macros.h"
#include "milkway/inventory/v1/stock.pb.h"
#include "services/consumption/posting_draft.h"
#include "services/consumption/recording.h"
#include "services/consumption/schools.h"
#include "services/consumption/student_set.h"
#include "services/consumption/students.h"
#include "services/inventory/batch_post.h"
#include "tests/bench/engine/bench_books.h"
#include "tests/bench/engine/bench_store.h"

namespace milkway::bench {
namespace {

namespace con = consumption;
namespace inv = inventory;

constexpr int kSchools = 100;
constexpr int kClasses = 10;
constexpr int32_t kChildren = 60;
constexpr int64_t kRecordsInGroup = 100;

void EnrolChildren(storage::Store& store) {
  Require(store.TransactAndWait([](storage::Transaction& transaction) {
    for (int school = 0; school < kSchools; ++school) {
      con::rec::SchoolRecord record;
      record.set_time_zone(kTimeZone);
      record.set_name_en("school");
      record.set_name_zh("学校");
      RETURN_IF_ERROR(con::RegisterSchool(transaction, SchoolName(school), record).status());
      std::vector<con::Enrolment> enrolments;
      for (int32_t number = 1; number <= kClasses * kChildren; ++number) {
        con::Enrolment& enrolment = enrolments.emplace_back();
        enrolment.student_number = number;
        enrolment.student.set_class_name(absl::StrCat("class ", (number - 1) / kChildren));
        enrolment.student.set_enrolled_day(kFirstDay.days);
      }
      RETURN_IF_ERROR(con::EnrolStudents(transaction, SchoolName(school), enrolments).status());
    }
    return absl::OkStatus();
  }));
}

class RecordPath {
 public:
  RecordPath() {
    BuyMilk(*store_, kSchools);
    EnrolChildren(*store_);
    auto once = runtime::OnceTable::Open(runtime::ServiceTag::kInventory, store_.get());
    Require(once.status());
    once_ = *std::move(once);
  }

  // Takes `groups` of records on their way at once, and waits for all.
  void RecordGroups(int groups) {
    absl::BlockingCounter left(groups);
    std::vector<Group> all(static_cast<size_t>(groups));
    for (Group& group : all) {
      for (int64_t index = 0; index < kRecordsInGroup; ++index) {
        group.recordings.push_back(NextRecording());
      }
      Reserve(&group, &left);
    }
    left.Wait();
  }

 private:
  struct Group {
    std::vector<con::Recording> recordings;
    std::vector<con::rec::PendingRecord> pending;
    std::optional<inv::DraftBatch> drafts;
    inv::v1::BatchPostResponse posted;
  };

  con::Recording NextRecording() {
    const int64_t number = next_++;
    const int64_t class_number = number / kSchools;
    con::Recording recording;
    recording.request_id = {3, static_cast<uint64_t>(number)};
    recording.recorded_by = "bench";
    con::Distribution& distribution = recording.distribution;
    const int school = static_cast<int>(number % kSchools);
    distribution.school_id = SchoolName(school);
    distribution.served_on =
        LocalDate{kFirstDay.days + 1 + static_cast<int32_t>(class_number / kClasses)};
    distribution.class_name = absl::StrCat("class ", class_number % kClasses);
    distribution.session = "daily";
    con::DistributionLine& line = distribution.lines.emplace_back();
    line.lot = LotId{school + 1};
    line.serving_g = 25;
    line.students.resize(kChildren);
    std::iota(line.students.begin(), line.students.end(),
              static_cast<int32_t>(class_number % kClasses) * kChildren + 1);
    return recording;
  }

  void Reserve(Group* group, absl::BlockingCounter* left) {
    store_->Transact(
        [this, group](storage::Transaction& transaction) {
          group->pending.clear();
          for (const con::Recording& recording : group->recordings) {
            ASSIGN_OR_RETURN(con::rec::PendingRecord pending,
                             con::ReserveDistribution(transaction, schools_, recording, 1));
            group->pending.push_back(std::move(pending));
          }
          return absl::OkStatus();
        },
        [this, group, left](absl::Status status) {
          Require(status);
          Post(group, left);
        });
  }

  void Post(Group* group, absl::BlockingCounter* left) {
    inv::v1::BatchPostRequest request;
    for (const con::rec::PendingRecord& pending : group->pending) {
      Require(con::FillDraft(pending, request.add_drafts()));
    }
    auto drafts = inv::DraftBatch::Parse(request, *once_);
    Require(drafts.status());
    group->drafts = *std::move(drafts);
    store_->Transact(
        [this, group](storage::Transaction& transaction) {
          return group->drafts->Post(transaction, *once_, 0, &group->posted).status();
        },
        [this, group, left](absl::Status status) {
          Require(status);
          Store(group, left);
        });
  }

  void Store(Group* group, absl::BlockingCounter* left) {
    store_->Transact(
        [group](storage::Transaction& transaction) {
          for (size_t index = 0; index < group->pending.size(); ++index) {
            const inv::v1::PostingResult& posted = group->posted.results(static_cast<int>(index));
            if (posted.has_refusal()) return absl::InternalError(posted.refusal().message());
            RETURN_IF_ERROR(con::StoreDistribution(transaction, group->pending[index],
                                                   {posted.position(), posted.recorded_us()})
                                .status());
          }
          return absl::OkStatus();
        },
        [left](absl::Status status) {
          Require(status);
          left->DecrementCount();
        });
  }

  BenchStore store_;
  std::optional<runtime::OnceTable> once_;
  con::SchoolCache schools_;
  int64_t next_ = 1;
};

// Items are servings of one child. `range(0)` groups of 100 class records are under
// way at once.
void BM_RecordClasses(benchmark::State& state) {
  RecordPath path;
  const int groups = static_cast<int>(state.range(0));
  for (auto _ : state) path.RecordGroups(groups);
  state.SetItemsProcessed(state.iterations() * groups * kRecordsInGroup * kChildren);
}
BENCHMARK(BM_RecordClasses)->Arg(1)->Arg(8)->Arg(32)->UseRealTime()->Unit(benchmark::kMillisecond);

// 60 of 600 children, one in ten of them absent.
void BM_EncodeAndDecodeAClass(benchmark::State& state) {
  con::StudentSet students;
  for (int32_t number = 121; number <= 180; ++number) {
    if (number % 10 != 0) students.push_back(number);
  }
  for (auto _ : state) {
    const auto decoded = con::DecodeStudents(con::EncodeStudents(students));
    Require(decoded.status());
    benchmark::DoNotOptimize(decoded);
  }
}
BENCHMARK(BM_EncodeAndDecodeAClass);

}  // namespace
}  // namespace milkway::bench
