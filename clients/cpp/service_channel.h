// The way from one service to another.

#ifndef MILKWAY_CLIENTS_CPP_SERVICE_CHANNEL_H_
#define MILKWAY_CLIENTS_CPP_SERVICE_CHANNEL_H_

#include <memory>
#include <string>
#include <utility>

#include "clients/cpp/unary_call.h"
#include "grpcpp/channel.h"

namespace milkway::clients {

// A channel, and what proves at its other end that a service calls.
class ServiceChannel {
 public:
  // No way there is.
  ServiceChannel() = default;

  // Whoever calls is believed: the other end takes the development header.
  static ServiceChannel WithDevelopmentHeader(std::shared_ptr<grpc::Channel> channel) {
    return {std::move(channel), Proof::kDevelopmentHeader, ""};
  }

  // Into the same process, or a sandbox, which knows its own by `process_key`.
  static ServiceChannel WithinProcess(std::shared_ptr<grpc::Channel> channel,
                                      std::string process_key) {
    return {std::move(channel), Proof::kProcessKey, std::move(process_key)};
  }

  // The transport proves it: a certificate, or a socket that nobody else can open.
  static ServiceChannel WithTransport(std::shared_ptr<grpc::Channel> channel) {
    return {std::move(channel), Proof::kTransport, ""};
  }

  // Null if there is no way.
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

  // How `caller`, such as "service:shipments", calls through the channel.
  CallOptions OptionsFor(const std::string& caller) const {
    CallOptions options;
    if (proof_ == Proof::kDevelopmentHeader) {
      options.caller = caller;
    } else {
      options.service = caller.substr(caller.find(':') + 1);
      options.process_key = process_key_;
    }
    return options;
  }

 private:
  enum class Proof { kDevelopmentHeader, kProcessKey, kTransport };

  ServiceChannel(std::shared_ptr<grpc::Channel> channel, Proof proof, std::string process_key)
      : channel_(std::move(channel)), proof_(proof), process_key_(std::move(process_key)) {}

  std::shared_ptr<grpc::Channel> channel_;
  Proof proof_ = Proof::kTransport;
  std::string process_key_;
};

}  // namespace milkway::clients

#endif  // MILKWAY_CLIENTS_CPP_SERVICE_CHANNEL_H_
