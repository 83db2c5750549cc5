// One thing that somebody records: a call that is asked until it is answered.

#ifndef MILKWAY_TESTS_PROGRAMME_STEP_H_
#define MILKWAY_TESTS_PROGRAMME_STEP_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cpp/unary_call.h"
#include "grpcpp/channel.h"

namespace milkway::programme {

// What an answer adds to the story. Answers to calls that were under way at once are
// entered in the order in which the ledger took them.
struct Event {
  int64_t position = 0;  // in the log; 0: nothing was posted
  std::function<void()> enter;
};

class Step {
 public:
  virtual ~Step() = default;
  // "shipments": who is asked.
  virtual std::string Service() const = 0;
  // Asks; `done` is called once, on a thread of gRPC.
  virtual void Send(const std::shared_ptr<grpc::Channel>& channel, std::function<void()> done) = 0;
  // False while nobody knows what became of it.
  virtual bool IsAnswered() const = 0;
  virtual void Hear(std::vector<Event>* events) = 0;
};

// The service behind a message: "shipments" of "milkway.shipments.v1.GetShipmentRequest".
template <typename Message>
std::string ServiceOf() {
  const std::string& name = Message::descriptor()->full_name();
  const size_t begin = name.find('.') + 1;
  return name.substr(begin, name.find('.', begin) - begin);
}

template <typename Service, typename Async, typename Request, typename Response>
class Call final : public Step {
 public:
  using Method = clients::UnaryMethod<Async, Request, Response>;
  using Answer = absl::StatusOr<Response>;
  using Hearing = std::function<void(const Answer&, std::vector<Event>*)>;

  Call(Method method, Request request, std::string caller, Hearing hear)
      : method_(method),
        request_(std::move(request)),
        caller_(std::move(caller)),
        hear_(std::move(hear)) {}

  std::string Service() const override { return ServiceOf<Request>(); }

  void Send(const std::shared_ptr<grpc::Channel>& channel, std::function<void()> done) override {
    stub_ = std::make_unique<typename Service::Stub>(channel);
    clients::CallUnary<Response>(stub_->async(), method_, {caller_, std::chrono::seconds(60)},
                                 request_, [this, done = std::move(done)](Answer answer) {
                                   answer_ = std::move(answer);
                                   done();
                                 });
  }

  bool IsAnswered() const override {
    return !absl::IsUnavailable(answer_.status()) && !absl::IsCancelled(answer_.status());
  }

  void Hear(std::vector<Event>* events) override { hear_(answer_, events); }

 private:
  const Method method_;
  const Request request_;
  const std::string caller_;
  const Hearing hear_;
  std::unique_ptr<typename Service::Stub> stub_;
  Answer answer_ = absl::UnavailableError("not asked yet");
};

}  // namespace milkway::programme

#endif  // MILKWAY_TESTS_PROGRAMME_STEP_H_
