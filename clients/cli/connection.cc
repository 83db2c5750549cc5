#include "clients/cli/connection.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "clients/cli/failure.h"
#include "clients/cpp/status.h"
#include "clients/cpp/status_macros.h"
#include "clients/cpp/unary_call.h"
#include "grpcpp/create_channel.h"

namespace milkway::cli {

namespace {

std::shared_ptr<grpc::Channel> OpenChannel(const std::string& address,
                                           const clients::ChannelFiles& files) {
  return grpc::CreateCustomChannel(address, clients::CredentialsFor(address, files),
                                   clients::UsualArguments());
}

// Every process asks every 5 seconds which keys sign tokens: one that does not know the key of
// a token that was just made will soon.
constexpr absl::Duration kKeysHeardWithin = absl::Seconds(10);
constexpr absl::Duration kKeysPause = absl::Milliseconds(500);

bool IsUnanswered(const absl::Status& status) {
  return status.code() == absl::StatusCode::kUnavailable ||
         status.code() == absl::StatusCode::kDeadlineExceeded ||
         status.code() == absl::StatusCode::kCancelled;
}

// Its keys were rotated, it expired, or it says more than the person may do by now: a new
// one may be taken.
bool IsTokenNotTaken(const absl::Status& status) {
  if (status.code() != absl::StatusCode::kUnauthenticated) return false;
  const std::string reason = RefusalOf(status).reason;
  return reason == "TOKEN_EXPIRED" || reason == "TOKEN_INVALID" || reason == "SESSION_ENDED";
}

absl::Status Unanswered(const Endpoint& endpoint, const absl::Status& last) {
  const absl::string_view advice =
      endpoint.answered ? "" : "; is it running? ops/up starts one, --server HOST:PORT names one";
  return absl::UnavailableError(absl::StrCat("no answer from the server at ", endpoint.address,
                                             " (", last.message(), ")", advice));
}

}  // namespace

bool IsTransient(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kCancelled:
      return true;
    case absl::StatusCode::kResourceExhausted:
      // Whoever tried too often is told how long to wait.
      return RefusalOf(status).reason != "TOO_MANY_ATTEMPTS";
    case absl::StatusCode::kAborted:
      // This one stays true however often the call is repeated.
      return RefusalOf(status).reason != "REVISION_CHANGED";
    default:
      return false;
  }
}

Connection::Connection(const Addresses& addresses, RetryPolicy policy, Interrupt* interrupt,
                       Notice notice)
    : addresses_(addresses), policy_(policy), interrupt_(*interrupt), notice_(std::move(notice)) {}

std::vector<std::string> Connection::places() const {
  if (tokens_) return places_;
  const std::vector<std::string> parts = absl::StrSplit(caller_, absl::MaxSplits(':', 2));
  if (parts.size() < 3) return {};
  return absl::StrSplit(parts[2], ',');
}

Endpoint* Connection::EndpointAt(const std::string& address) {
  for (Endpoint& endpoint : endpoints_) {
    if (endpoint.address == address) return &endpoint;
  }
  endpoints_.push_back({address, OpenChannel(address, addresses_.files)});
  return &endpoints_.back();
}

Endpoint& Connection::EndpointOf(const google::protobuf::Descriptor& request) {
  const std::string& package = request.file()->package();
  for (const auto& [name, address] : {std::pair("inventory", &addresses_.inventory),
                                      {"shipments", &addresses_.shipments},
                                      {"consumption", &addresses_.consumption},
                                      {"impact", &addresses_.impact},
                                      {"trace", &addresses_.trace},
                                      {"planning", &addresses_.planning},
                                      {"accounts", &addresses_.accounts}}) {
    if (package == absl::StrCat("milkway.", name, ".v1")) return *EndpointAt(*address);
  }
  // Only a new service that nobody added here.
  std::fprintf(stderr, "no address is known for %s\n", package.c_str());
  std::abort();
}

std::vector<Endpoint*> Connection::Processes() {
  std::vector<Endpoint*> processes;
  for (const std::string* address :
       {&addresses_.inventory, &addresses_.shipments, &addresses_.consumption, &addresses_.impact,
        &addresses_.trace, &addresses_.planning, &addresses_.accounts}) {
    if (address->empty()) continue;
    Endpoint* process = EndpointAt(*address);
    if (std::find(processes.begin(), processes.end(), process) == processes.end()) {
      processes.push_back(process);
    }
  }
  return processes;
}

std::vector<std::string> Connection::ServicesAt(const Endpoint& process) const {
  std::vector<std::string> services;
  if (addresses_.inventory == process.address) services.push_back("inventory");
  if (addresses_.shipments == process.address) services.push_back("shipments");
  if (addresses_.consumption == process.address) services.push_back("consumption");
  if (addresses_.impact == process.address) services.push_back("impact");
  if (addresses_.trace == process.address) services.push_back("trace");
  if (addresses_.planning == process.address) services.push_back("planning");
  if (addresses_.accounts == process.address) services.push_back("accounts");
  return services;
}

absl::Status Connection::Attempt(std::chrono::milliseconds deadline,
                                 absl::FunctionRef<grpc::Status(grpc::ClientContext*)> attempt) {
  if (says_nothing_) return AttemptAs({"", deadline}, attempt);
  if (tokens_) return AttemptSignedIn(deadline, attempt);
  return AttemptAs({caller_, deadline}, attempt);
}

absl::Status Connection::AttemptSignedIn(
    std::chrono::milliseconds deadline,
    absl::FunctionRef<grpc::Status(grpc::ClientContext*)> attempt) {
  clients::CallOptions caller;
  caller.deadline = deadline;
  ASSIGN_OR_RETURN(caller.token, tokens_(/*renew=*/false));
  absl::Status status = AttemptAs(caller, attempt);
  if (!IsTokenNotTaken(status)) return status;
  const std::string before = caller.token;
  ASSIGN_OR_RETURN(caller.token, tokens_(/*renew=*/true));
  if (caller.token == before) return status;
  status = AttemptAs(caller, attempt);
  const absl::Time heard_of_keys = absl::Now() + kKeysHeardWithin;
  while (RefusalOf(status).reason == "TOKEN_INVALID" && absl::Now() < heard_of_keys) {
    RETURN_IF_ERROR(interrupt_.Check());
    interrupt_.SleepFor(kKeysPause);
    status = AttemptAs(caller, attempt);
  }
  return status;
}

absl::Status Connection::AttemptAs(const clients::CallOptions& caller,
                                   absl::FunctionRef<grpc::Status(grpc::ClientContext*)> attempt) {
  grpc::ClientContext context;
  clients::Prepare(caller, &context);
  const Interrupt::CallScope scope(&interrupt_, &context);
  return clients::FromGrpcStatus(attempt(&context));
}

absl::Status Connection::Repeat(Endpoint& endpoint, std::chrono::milliseconds deadline,
                                absl::FunctionRef<grpc::Status(grpc::ClientContext*)> attempt) {
  const absl::Time start = absl::Now();
  absl::Duration pause = absl::FromChrono(policy_.first_pause);
  const absl::Duration longest_pause = absl::FromChrono(policy_.longest_pause);
  for (bool noticed = false;;) {
    if (absl::Status stop = interrupt_.Check(); !stop.ok()) return stop;
    absl::Status status = Attempt(deadline, attempt);
    if (status.code() == absl::StatusCode::kCancelled) RETURN_IF_ERROR(interrupt_.Check());
    if (!IsUnanswered(status)) endpoint.answered = true;
    if (!IsTransient(status)) return status;

    const auto patience =
        endpoint.answered ? policy_.total : std::min(policy_.first_answer, policy_.total);
    if (absl::Now() + pause - start > absl::FromChrono(patience)) {
      return IsUnanswered(status) ? Unanswered(endpoint, status) : status;
    }
    if (endpoint.answered && !noticed) {
      notice_(absl::StrCat("the server at ", endpoint.address, " cannot answer now (",
                           status.message(), "); trying again for up to ",
                           absl::FormatDuration(absl::FromChrono(patience))));
      noticed = true;
    }
    interrupt_.SleepFor(pause);
    pause = std::min(pause * 2, longest_pause);
  }
}

}  // namespace milkway::cli
