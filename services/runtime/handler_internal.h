// The templates of handler.h. Include that one.

#ifndef MILKWAY_SERVICES_RUNTIME_HANDLER_INTERNAL_H_
#define MILKWAY_SERVICES_RUNTIME_HANDLER_INTERNAL_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "services/runtime/handler.h"
#include "services/runtime/status_macros.h"

namespace milkway::runtime {

namespace handler_internal {

// A unary call, from its access check to its answer.
class UnaryCall {
 public:
  UnaryCall(const Handlers::Parts& parts, grpc::CallbackServerContext* context,
            const google::protobuf::Message& request)
      : reactor_(context->DefaultReactor()),
        scope_(parts, *context, request.GetDescriptor(), &request) {}

  grpc::ServerUnaryReactor* reactor() const { return reactor_; }
  const Handlers::Parts& parts() const { return scope_.parts(); }
  const Call& call() const { return scope_.call(); }
  const absl::Status& admitted() const { return scope_.admitted(); }

  // Ends the call; the request and the response are gone afterwards. Once.
  void Finish(const absl::Status& status) { reactor_->Finish(scope_.End(status)); }

 private:
  grpc::ServerUnaryReactor* const reactor_;
  CallScope scope_;
};

// A change under way: what its body and its end share.
template <typename Request, typename Response, typename Work>
struct Change {
  Change(const Handlers::Parts& parts, grpc::CallbackServerContext* context,
         const Request* request_in, Response* response_out, Work work_in)
      : unary(parts, context, *request_in),
        request(*request_in),
        response(*response_out),
        work(std::move(work_in)) {}

  // OK if the caller may do this and the request has an id.
  absl::Status Prepare() {
    if (!unary.admitted().ok()) return unary.admitted();
    ASSIGN_OR_RETURN(id, ParseRequestId("request_id", request.request_id()));
    hash = unary.parts().once->HashOf(request);
    return absl::OkStatus();
  }

  void FinishWith(const absl::StatusOr<std::string>& answer) {
    if (!answer.ok()) return unary.Finish(answer.status());
    if (!response.ParseFromString(*answer)) {
      return unary.Finish(absl::DataLossError("a remembered answer is damaged"));
    }
    unary.Finish(absl::OkStatus());
  }

  UnaryCall unary;
  const Request& request;
  Response& response;
  Work work;
  RequestId id;
  BodyHash hash{};
  std::optional<OnceTable::Memory> memory;
  Intent intent;
};

template <typename Request, typename Response, typename Decide>
void StartAcross(std::shared_ptr<Change<Request, Response, Decide>> change, std::string kind) {
  const Handlers::Parts& parts = change->unary.parts();
  parts.store->Transact(
      [change, kind, &parts](storage::Transaction& transaction) -> absl::Status {
        ASSIGN_OR_RETURN(change->memory, parts.once->Find(transaction, change->id, change->hash));
        if (change->memory.has_value()) return absl::OkStatus();
        ASSIGN_OR_RETURN(std::string payload, change->work(transaction, change->unary.call()));
        const Intent::Request request{change->id, change->hash};
        ASSIGN_OR_RETURN(const uint64_t id,
                         parts.intents->Open(transaction, kind, payload,
                                             change->unary.call().caller.id, request));
        change->intent = Intent{id, std::move(payload), change->unary.call().caller.id, request};
        return absl::OkStatus();
      },
      [change, kind, &parts](absl::Status status) {
        if (!status.ok()) return change->unary.Finish(status);
        const bool is_answered = change->memory.has_value() && change->memory->intent_id == 0;
        if (is_answered) return change->FinishWith(std::move(change->memory->answer));
        IntentRunner::Waiter waiter = [change](absl::StatusOr<std::string> answer) {
          change->FinishWith(answer);
        };
        if (!change->memory.has_value()) {
          return parts.intents->Drive(kind, std::move(change->intent), std::move(waiter));
        }
        // Concluded in the meantime: the answer is remembered or forgotten now.
        if (!parts.intents->Await(change->memory->intent_id, waiter)) StartAcross(change, kind);
      });
}

}  // namespace handler_internal

template <typename Request, typename Response, typename Read>
grpc::ServerUnaryReactor* Handlers::Query(grpc::CallbackServerContext* context,
                                          const Request* request, Response* response, Read read) {
  handler_internal::UnaryCall unary(parts_, context, *request);
  absl::Status status = unary.admitted();
  if (status.ok()) {
    const std::shared_ptr<const storage::Snapshot> snapshot = parts_.store->NewSnapshot();
    const storage::Reader& reader = *snapshot;
    absl::StatusOr<Response> answer = read(reader, unary.call());
    status = answer.status();
    if (answer.ok()) *response = *std::move(answer);
  }
  unary.Finish(status);
  return unary.reactor();
}

template <typename Request, typename Response, typename Change>
grpc::ServerUnaryReactor* Handlers::Mutate(grpc::CallbackServerContext* context,
                                           const Request* request, Response* response,
                                           Change change) {
  auto flight = std::make_shared<handler_internal::Change<Request, Response, Change>>(
      parts_, context, request, response, std::move(change));
  grpc::ServerUnaryReactor* reactor = flight->unary.reactor();
  if (absl::Status status = flight->Prepare(); !status.ok()) {
    flight->unary.Finish(status);
    return reactor;
  }
  parts_.store->Transact(
      [this, flight](storage::Transaction& transaction) -> absl::Status {
        ASSIGN_OR_RETURN(flight->memory, parts_.once->Find(transaction, flight->id, flight->hash));
        if (flight->memory.has_value()) return absl::OkStatus();
        ASSIGN_OR_RETURN(const Response answer, flight->work(transaction, flight->unary.call()));
        std::string bytes = answer.SerializeAsString();
        RETURN_IF_ERROR(parts_.once->Remember(transaction, flight->id, flight->hash, bytes));
        flight->memory = OnceTable::Memory{std::move(bytes), 0};
        return absl::OkStatus();
      },
      [flight](absl::Status status) {
        if (!status.ok()) return flight->unary.Finish(status);
        flight->FinishWith(std::move(flight->memory->answer));
      });
  return reactor;
}

template <typename Request, typename Response, typename Decide>
grpc::ServerUnaryReactor* Handlers::MutateAcross(grpc::CallbackServerContext* context,
                                                 const Request* request, Response* response,
                                                 absl::string_view kind, Decide decide) {
  auto flight = std::make_shared<handler_internal::Change<Request, Response, Decide>>(
      parts_, context, request, response, std::move(decide));
  grpc::ServerUnaryReactor* reactor = flight->unary.reactor();
  if (absl::Status status = flight->Prepare(); !status.ok()) {
    flight->unary.Finish(status);
  } else {
    handler_internal::StartAcross(std::move(flight), std::string(kind));
  }
  return reactor;
}

template <typename Request, typename Response, typename Start>
grpc::ServerUnaryReactor* Handlers::Async(grpc::CallbackServerContext* context,
                                          const Request* request, Response* response, Start start) {
  auto unary = std::make_shared<handler_internal::UnaryCall>(parts_, context, *request);
  grpc::ServerUnaryReactor* reactor = unary->reactor();
  if (!unary->admitted().ok()) {
    unary->Finish(unary->admitted());
    return reactor;
  }
  const Call& call = unary->call();
  start(call, Finish<Response>([unary, response](absl::StatusOr<Response> answer) {
          if (answer.ok()) *response = *std::move(answer);
          unary->Finish(answer.status());
        }));
  return reactor;
}

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_HANDLER_INTERNAL_H_
