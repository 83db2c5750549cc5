#include "services/gateway/listener.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <thread>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "boost/asio/basic_socket_acceptor.hpp"
#include "boost/asio/executor_work_guard.hpp"
#include "boost/asio/io_context.hpp"
#include "boost/asio/post.hpp"
#include "boost/asio/steady_timer.hpp"
#include "clients/cpp/server_address.h"
#include "clients/cpp/status_macros.h"
#include "services/gateway/connection.h"
#include "services/runtime/transport/listening_socket.h"

namespace milkway::gateway {

namespace {

namespace asio = boost::asio;
using Protocol = asio::generic::stream_protocol;
using Error = boost::system::error_code;

constexpr absl::Duration kDrainPause = absl::Milliseconds(5);
// When the system has no descriptor left.
constexpr std::chrono::milliseconds kAcceptPause{100};

std::string TextOf(const Protocol::endpoint& endpoint) {
  char text[INET6_ADDRSTRLEN] = "";
  const sockaddr* const address = endpoint.data();
  if (address->sa_family == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(address)->sin_addr, text,
              sizeof(text));
  } else if (address->sa_family == AF_INET6) {
    inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr, text,
              sizeof(text));
  } else {
    return "unix";
  }
  return text;
}

}  // namespace

// One thread, and the connections that it runs.
class Listener::Shard {
 public:
  Shard() : work_(asio::make_work_guard(context_)), thread_([this] { context_.run(); }) {}

  ~Shard() {
    context_.stop();
    thread_.join();
  }

  asio::io_context& context() { return context_; }

  // On its thread.
  void Take(const std::shared_ptr<Connection>& connection) {
    if (is_draining_) return;
    ForgetClosed();
    connections_.push_back(connection);
    connection->Start();
  }

  void Drain() {
    asio::post(context_, [this] {
      is_draining_ = true;
      for (const auto& weak : connections_) {
        if (const auto connection = weak.lock()) connection->Drain();
      }
    });
  }

 private:
  // Once as many are gone as may be there: each costs the same few steps.
  void ForgetClosed() {
    if (connections_.size() < sweep_at_) return;
    std::erase_if(connections_, [](const auto& weak) { return weak.expired(); });
    sweep_at_ = 2 * connections_.size() + 64;
  }

  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::vector<std::weak_ptr<Connection>> connections_;
  size_t sweep_at_ = 64;
  bool is_draining_ = false;
  std::thread thread_;
};

// One listening socket; accepts on the first thread.
class Listener::Acceptor : public std::enable_shared_from_this<Acceptor> {
 public:
  Acceptor(Listener* listener, runtime::ListeningSocket socket, RequestHandler* handler)
      : listener_(*listener),
        socket_(std::move(socket)),
        handler_(handler),
        acceptor_(listener->shards_.front()->context()),
        pause_(listener->shards_.front()->context()) {}

  absl::Status Open() {
    const bool is_file = socket_.address().IsSocketFile();
    sockaddr_storage bound{};
    socklen_t size = sizeof(bound);
    getsockname(socket_.descriptor(), reinterpret_cast<sockaddr*>(&bound), &size);
    // Two owners, each of which closes what it has.
    const int copy = dup(socket_.descriptor());
    Error error;
    acceptor_.assign(Protocol(bound.ss_family, is_file ? 0 : IPPROTO_TCP), copy, error);
    if (!error) return absl::OkStatus();
    return absl::InternalError(
        absl::StrCat("cannot accept at ", socket_.address().ToString(), ": ", error.message()));
  }

  void Accept() {
    Shard* const shard = listener_.shards_[next_shard_++ % listener_.shards_.size()].get();
    acceptor_.async_accept(
        shard->context(),
        [self = shared_from_this(), shard](Error error, Connection::Stream::socket_type socket) {
          self->OnAccepted(shard, error, std::move(socket));
        });
  }

  void Close() {
    asio::post(acceptor_.get_executor(), [self = shared_from_this()] {
      Error ignored;
      self->acceptor_.close(ignored);
      self->pause_.cancel();
    });
  }

 private:
  void OnAccepted(Shard* shard, Error error, Connection::Stream::socket_type socket) {
    if (!acceptor_.is_open()) return;
    if (error) return AcceptLater();
    ConnectionLoad& load = *listener_.load_;
    if (load.connections < listener_.limits_.connections) {
      Error unknown;
      const auto peer = socket.remote_endpoint(unknown);
      auto connection =
          std::make_shared<Connection>(std::move(socket), unknown ? "unknown" : TextOf(peer),
                                       handler_, listener_.limits_, &load);
      asio::post(shard->context(),
                 [shard, connection = std::move(connection)] { shard->Take(connection); });
    } else {
      ++load.refused_connections;
    }
    Accept();
  }

  void AcceptLater() {
    pause_.expires_after(kAcceptPause);
    pause_.async_wait([self = shared_from_this()](Error error) {
      if (!error && self->acceptor_.is_open()) self->Accept();
    });
  }

  Listener& listener_;
  runtime::ListeningSocket socket_;
  RequestHandler* const handler_;
  asio::basic_socket_acceptor<Protocol, asio::io_context::executor_type> acceptor_;
  asio::steady_timer pause_;
  size_t next_shard_ = 0;
};

Listener::Listener(const ConnectionLimits& limits, std::shared_ptr<ConnectionLoad> load)
    : limits_(limits), load_(std::move(load)) {}

absl::StatusOr<std::unique_ptr<Listener>> Listener::Start(const std::vector<Door>& doors,
                                                          int threads,
                                                          const ConnectionLimits& limits,
                                                          std::shared_ptr<ConnectionLoad> load) {
  std::unique_ptr<Listener> listener(new Listener(limits, std::move(load)));
  while (listener->shards_.size() < static_cast<size_t>(threads)) {
    listener->shards_.push_back(std::make_unique<Shard>());
  }
  for (const Door& door : doors) {
    std::vector<std::string>& addresses = listener->addresses_.emplace_back();
    for (const std::string& text : door.addresses) {
      ASSIGN_OR_RETURN(const clients::ServerAddress address, clients::ParseServerAddress(text));
      if (!address.IsLocal()) {
        return absl::InvalidArgumentError(
            absl::StrCat("will not speak HTTP at ", text,
                         ", where others could read it; listen on 127.0.0.1 or unix:PATH, and "
                         "let a reverse proxy with TLS pass calls on"));
      }
      ASSIGN_OR_RETURN(std::vector<runtime::ListeningSocket> sockets, runtime::Listen(address));
      addresses.push_back(sockets.front().address().ToString());
      for (runtime::ListeningSocket& socket : sockets) {
        auto acceptor = std::make_shared<Acceptor>(listener.get(), std::move(socket), door.handler);
        RETURN_IF_ERROR(acceptor->Open());
        listener->acceptors_.push_back(std::move(acceptor));
      }
    }
  }
  for (const auto& acceptor : listener->acceptors_) {
    asio::post(listener->shards_.front()->context(), [acceptor] { acceptor->Accept(); });
  }
  return listener;
}

Listener::~Listener() = default;

bool Listener::Drain(absl::Duration patience) {
  for (const auto& acceptor : acceptors_) acceptor->Close();
  for (const auto& shard : shards_) shard->Drain();
  const absl::Time deadline = absl::Now() + patience;
  while (load_->under_way > 0) {
    if (absl::Now() > deadline) return false;
    absl::SleepFor(kDrainPause);
  }
  return true;
}

}  // namespace milkway::gateway
