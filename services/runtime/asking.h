// Threads that may wait for other services.
//
// A question to another service that needs the answer to the one before reads best as
// plain code that waits. A gRPC thread must never wait, so such code runs here.

#ifndef MILKWAY_SERVICES_RUNTIME_ASKING_H_
#define MILKWAY_SERVICES_RUNTIME_ASKING_H_

#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "clients/cpp/status_macros.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "services/runtime/peer.h"

namespace milkway::runtime {

// Thread-safe.
class Asking {
 public:
  // Hears OK, then it may ask and wait; or at once, on the caller's thread, why it must
  // not: RESOURCE_EXHAUSTED if too many wait, UNAVAILABLE once stopped.
  using Task = absl::AnyInvocable<void(const absl::Status&) &&>;

  static constexpr size_t kTasksMax = 10'000;

  explicit Asking(int threads);
  // Runs what is queued; after Stop that is quick, for no question goes out any more.
  ~Asking();

  void Run(Task task);

  // Runs `answer() → absl::StatusOr<Response>` and hands it to `finish`.
  template <typename Response, typename Finish, typename Answer>
  void Reply(Finish finish, Answer answer) {
    Run([finish = std::move(finish),
         answer = std::move(answer)](const absl::Status& admitted) mutable {
      std::move(finish)(admitted.ok() ? answer() : absl::StatusOr<Response>(admitted));
    });
  }

  // One question, waiting for its answer: only within a task. UNAVAILABLE once stopped.
  template <typename Response, typename Service, typename Request>
  absl::StatusOr<Response> Ask(
      const Peer<Service>& peer,
      clients::UnaryMethod<typename Peer<Service>::Async, Request, Response> method,
      Request request) {
    if (absl::Status begun = BeginQuestion(); !begun.ok()) return begun;
    absl::StatusOr<Response> result = absl::UnknownError("no answer");
    absl::Notification answered;
    peer.template Call<Response>(method, std::move(request), [&](absl::StatusOr<Response> answer) {
      result = std::move(answer);
      answered.Notify();
    });
    answered.WaitForNotification();
    EndQuestion();
    return result;
  }

  // A list, page by page to its end. RESOURCE_EXHAUSTED if it has more than `rows_max`.
  template <typename Item, typename Service, typename Request, typename Response>
  absl::StatusOr<std::vector<Item>> AskAll(
      const Peer<Service>& peer,
      clients::UnaryMethod<typename Peer<Service>::Async, Request, Response> method,
      Request request, const google::protobuf::RepeatedPtrField<Item>& (Response::*items)() const,
      size_t rows_max) {
    std::vector<Item> all;
    request.set_page_size(1000);
    do {
      ASSIGN_OR_RETURN(const Response page, (Ask<Response>(peer, method, request)));
      const auto& rows = (page.*items)();
      all.insert(all.end(), rows.begin(), rows.end());
      if (all.size() > rows_max) {
        return absl::ResourceExhaustedError(
            absl::StrCat("a list of another service has more than ", rows_max, " rows"));
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return all;
  }

  // No question goes out any more; returns when those under way are answered.
  void Stop();

  bool IsStopping() const;

 private:
  void RunTasks();
  absl::Status BeginQuestion();
  void EndQuestion();

  mutable absl::Mutex mutex_;
  std::deque<Task> tasks_ ABSL_GUARDED_BY(mutex_);
  int questions_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_ASKING_H_
