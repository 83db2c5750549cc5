#include "services/runtime/transport/hand_over.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "services/runtime/transport/steady_time.h"

namespace milkway::runtime {

namespace {

constexpr absl::Duration kStopPatience = absl::Seconds(1);

}  // namespace

uint64_t InodeOf(int descriptor) {
  struct stat status {};
  return fstat(descriptor, &status) == 0 && S_ISSOCK(status.st_mode) ? status.st_ino : 0;
}

void CutOff(int descriptor) {
  // Otherwise the system keeps what has arrived, and lets the sender wait for minutes.
  const linger at_once{1, 0};
  setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  shutdown(descriptor, SHUT_RDWR);
}

HandOver::HandOver(std::vector<std::unique_ptr<Acceptor>> acceptors) {
  for (auto& acceptor : acceptors) lanes_.emplace_back().acceptor = std::move(acceptor);
}

HandOver::~HandOver() { Stop(); }

void HandOver::Start() {
  for (Lane& lane : lanes_) lane.thread = std::thread([this, &lane] { Run(&lane); });
}

bool HandOver::Take(int listener, int descriptor) {
  absl::MutexLock lock(&mutex_);
  if (stopping_ || waiting_.size() >= kWaitingMax) return false;
  waiting_.push_back({listener, descriptor, InodeOf(descriptor)});
  return true;
}

void HandOver::Run(Lane* lane) {
  const auto has_work = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return stopping_ || !waiting_.empty();
  };
  while (true) {
    Acceptor::NewConnectionParameters parameters;
    {
      absl::MutexLock lock(&mutex_, absl::Condition(&has_work));
      if (stopping_) return;
      lane->connection = waiting_.front();
      lane->since = SteadyNow();
      waiting_.pop_front();
      parameters.listener_fd = lane->connection.listener;
      parameters.fd = lane->connection.descriptor;
    }
    lane->acceptor->HandleNewConnection(&parameters);
    absl::MutexLock lock(&mutex_);
    lane->since = absl::InfiniteFuture();
  }
}

void HandOver::CutOffFloods() {
  absl::MutexLock lock(&mutex_);
  CutOffSince(SteadyNow() - (waiting_.empty() ? kKeepsThreadMax : kKeepsOthersMax));
}

void HandOver::CutOffSince(absl::Time time) {
  for (const Lane& lane : lanes_) {
    if (lane.since > time) continue;
    // Unless gRPC has closed it already, and its number is another's.
    const Connection& flood = lane.connection;
    if (InodeOf(flood.descriptor) == flood.inode) CutOff(flood.descriptor);
  }
}

void HandOver::Stop() {
  {
    const auto is_idle = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return std::all_of(lanes_.begin(), lanes_.end(),
                         [](const Lane& lane) { return lane.since == absl::InfiniteFuture(); });
    };
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    for (const Connection& connection : waiting_) close(connection.descriptor);
    waiting_.clear();
    if (!mutex_.AwaitWithTimeout(absl::Condition(&is_idle), kStopPatience)) {
      CutOffSince(SteadyNow());
    }
  }
  for (Lane& lane : lanes_) {
    if (lane.thread.joinable()) lane.thread.join();
  }
}

}  // namespace milkway::runtime
