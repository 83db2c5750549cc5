// What the audit log costs: saying who called, and adding a row.

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "benchmark/benchmark.h"
#include "clients/cpp/status_macros.h"
#include "milkway/consumption/v1/schools.pb.h"
#include "services/runtime/audit/audit_log.h"
#include "services/runtime/audit/audit_verify.h"
#include "tests/bench/engine/bench_store.h"

namespace milkway::bench {
namespace {

using runtime::AuditEntry;
using runtime::AuditLog;

constexpr AuditLog kLog(runtime::ServiceTag::kConsumption);

runtime::Call BenchCall() {
  runtime::Call call;
  call.caller = {"wang", common::v1::ROLE_SCHOOL_CONTACT, {"changyuan"}, "session-1", ""};
  call.now_us = 1'764'000'000'000'000;
  call.peer = "203.0.113.7";
  return call;
}

AuditEntry BenchEntry(int64_t students) {
  consumption::v1::EnrolStudentsRequest request;
  request.set_request_id("01976b0e-7c1e-7000-8000-5e0a1b2c3d4e");
  request.set_school_id("changyuan");
  for (int64_t number = 1; number <= students; ++number) {
    request.add_students()->set_student_number(static_cast<int32_t>(number));
  }
  return runtime::MakeAuditEntry(runtime::records::v1::AUDIT_KIND_CHANGE, BenchCall(),
                                 "milkway.consumption.v1.SchoolService/EnrolStudents", &request);
}

// A call that names `range(0)` students, read and made into an entry.
void BM_MakeAuditEntry(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(BenchEntry(state.range(0)));
}
BENCHMARK(BM_MakeAuditEntry)->Arg(1)->Arg(50)->Arg(5'000);

absl::Status AppendMany(storage::Store& store, const AuditEntry& entry, int rows) {
  // Many rows in one transaction, so that the sync is spread thin.
  return store.TransactAndWait([&](storage::Transaction& transaction) {
    for (int row = 0; row < rows; ++row) RETURN_IF_ERROR(kLog.Append(transaction, entry));
    return absl::OkStatus();
  });
}

// All that a row adds to a transaction, but the disk's sync.
void BM_AppendAuditRow(benchmark::State& state) {
  constexpr int kRows = 1'000;
  BenchStore store;
  const AuditEntry entry = BenchEntry(state.range(0));
  for (auto _ : state) Require(AppendMany(*store, entry, kRows));
  state.SetItemsProcessed(state.iterations() * kRows);
}
BENCHMARK(BM_AppendAuditRow)->Arg(0)->Arg(1)->Arg(50)->UseRealTime();

void BM_VerifyAuditLog(benchmark::State& state) {
  constexpr int kRows = 100'000;
  BenchStore store;
  const AuditEntry entry = BenchEntry(1);
  for (int row = 0; row < kRows; row += 1'000) Require(AppendMany(*store, entry, 1'000));
  const auto snapshot = store->NewSnapshot();
  for (auto _ : state) {
    const auto finding = VerifyAuditLog(*snapshot, kLog, {}, [] { return true; });
    Require(finding.status());
    benchmark::DoNotOptimize(finding);
  }
  state.SetItemsProcessed(state.iterations() * kRows);
}
BENCHMARK(BM_VerifyAuditLog)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace milkway::bench
