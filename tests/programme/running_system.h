// All services of a programme, running, with many calls under way at once. Now and then
// the system stops or loses its power in the middle of them, and what was not answered
// is asked again.

#ifndef MILKWAY_TESTS_PROGRAMME_RUNNING_SYSTEM_H_
#define MILKWAY_TESTS_PROGRAMME_RUNNING_SYSTEM_H_

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/programme/step.h"
#include "tests/support/in_process_system.h"

namespace milkway::programme {

class RunningSystem {
 public:
  using Stores = testing::InProcessSystem::Stores;

  RunningSystem(Stores stores, uint64_t seed);

  // Asks all steps at once, and again whatever was not answered, until everything is.
  void Answer(const std::vector<std::unique_ptr<Step>>& steps);
  // Stops and starts again, with a power cut to come or without.
  void Restart();
  // From now on the power stays.
  void RestartForGood();

  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Ask(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                            Response*),
                               const Request& request) {
    return testing::CallAndWait(ChannelTo(ServiceOf<Request>()), method, request);
  }

  const std::shared_ptr<grpc::Channel>& ChannelTo(const std::string& service) {
    return channels_.at(service);
  }
  runtime::FakeClock& clock() { return system_.clock(); }
  int power_cuts() const { return power_cuts_; }
  int stops() const { return stops_; }

 private:
  void SendAll(const std::vector<Step*>& steps);
  void Connect();
  testing::PowerCut NextCut();

  testing::InProcessSystem system_;
  std::mt19937_64 random_;
  std::map<std::string, std::shared_ptr<grpc::Channel>> channels_;
  bool is_stopped_ = false;
  int power_cuts_ = 0;
  int stops_ = 0;
};

}  // namespace milkway::programme

#endif  // MILKWAY_TESTS_PROGRAMME_RUNNING_SYSTEM_H_
