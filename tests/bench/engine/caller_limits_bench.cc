// What it costs a call that its caller's calls are counted.

#include <string>

#include "absl/strings/str_cat.h"
#include "benchmark/benchmark.h"
#include "services/runtime/caller_limits.h"

namespace milkway::bench {
namespace {

using runtime::CallerLimits;

// Each thread is a caller of its own, or all are the same one.
void BM_AdmitAndReturn(benchmark::State& state) {
  static CallerLimits& limits = *new CallerLimits({.calls = 1'024, .streams = 64});
  const bool is_alone = state.range(0) == 1;
  runtime::Call call;
  call.caller.role = common::v1::ROLE_SCHOOL_CONTACT;
  call.caller.id = is_alone ? absl::StrCat("contact ", state.thread_index()) : "everybody";
  for (auto _ : state) {
    auto permit = limits.Admit(call, CallerLimits::Kind::kCall);
    benchmark::DoNotOptimize(permit);
  }
}
BENCHMARK(BM_AdmitAndReturn)->ArgName("own")->Arg(1)->Arg(0)->Threads(1)->Threads(2);

}  // namespace
}  // namespace milkway::bench
