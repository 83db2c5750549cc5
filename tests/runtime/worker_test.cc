// A thread that works off what it is given.

#include "services/runtime/worker.h"

#include <atomic>
#include <memory>
#include <set>
#include <thread>
#include <vector>

#include "absl/synchronization/notification.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace milkway::runtime {
namespace {

using ::testing::ElementsAre;

TEST(Worker, RunsTasksInTheirOrderOnOneOtherThread) {
  std::vector<int> order;
  std::set<std::thread::id> threads;
  {
    Worker worker;
    for (int task = 1; task <= 4; ++task) {
      worker.Run([&, task] {
        order.push_back(task);
        threads.insert(std::this_thread::get_id());
      });
    }
  }

  EXPECT_THAT(order, ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(threads.size(), 1u);
  EXPECT_EQ(threads.count(std::this_thread::get_id()), 0u);
}

TEST(Worker, RunsATaskWhenItComes) {
  Worker worker;
  for (int time = 0; time < 3; ++time) {
    absl::Notification is_run;
    worker.Run([&] { is_run.Notify(); });
    is_run.WaitForNotification();
  }
}

TEST(Worker, DoesNotMakeTheGiverWait) {
  absl::Notification may_end;
  std::atomic<int> run{0};
  Worker worker;

  worker.Run([&] { may_end.WaitForNotification(); });
  worker.Run([&] { ++run; });

  EXPECT_EQ(run, 0);
  may_end.Notify();
}

TEST(Worker, TakesTasksFromManyThreads) {
  int run = 0;  // by the worker's one thread only
  {
    Worker worker;
    std::vector<std::thread> givers;
    for (int giver = 0; giver < 8; ++giver) {
      givers.emplace_back([&] {
        for (int task = 0; task < 1'000; ++task) worker.Run([&run] { ++run; });
      });
    }
    for (std::thread& giver : givers) giver.join();
  }
  EXPECT_EQ(run, 8'000);
}

TEST(Worker, MayBeGivenATaskByATask) {
  absl::Notification is_run;
  Worker worker;

  worker.Run([&] { worker.Run([&] { is_run.Notify(); }); });

  is_run.WaitForNotification();
}

TEST(Worker, KeepsWhatATaskOwnsUntilItIsRun) {
  auto owned = std::make_unique<int>(7);
  int seen = 0;
  {
    Worker worker;
    worker.Run([&seen, owned = std::move(owned)] { seen = *owned; });
  }
  EXPECT_EQ(seen, 7);
}

TEST(Worker, TellsALongTaskToEnd) {
  Worker worker;
  EXPECT_FALSE(worker.IsStopping());
  worker.Run([&] {
    while (!worker.IsStopping()) std::this_thread::yield();
  });
  // The destructor waits for the task, and the task for it.
}

TEST(Worker, RunsWhatIsQueuedAlsoAfterItWasToldToStop) {
  std::atomic<int> run{0};
  absl::Notification may_end;
  {
    Worker worker;
    worker.Run([&] { may_end.WaitForNotification(); });
    for (int task = 0; task < 10; ++task) worker.Run([&] { ++run; });
    worker.Stop();
    EXPECT_TRUE(worker.IsStopping());
    may_end.Notify();
  }
  EXPECT_EQ(run, 10);
}

}  // namespace
}  // namespace milkway::runtime
