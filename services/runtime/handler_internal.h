// The templates of handler.h. Include that one.

#ifndef MILKWAY_SERVICES_RUNTIME_HANDLER_INTERNAL_H_
#define MILKWAY_SERVICES_RUNTIME_HANDLER_INTERNAL_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "clients/cpp/status_macros.h"
#include "services/runtime/audit/setting_changes.h"
#include "services/runtime/deadline_cap.h"
#include "services/runtime/handler.h"
#include "services/runtime/sensitivity.h"

namespace milkway::runtime {

namespace handler_internal {

// A unary call, from its access check to its answer.
class UnaryCall {
 public:
  UnaryCall(const Handlers::Parts& parts, grpc::CallbackServerContext* context,
            const google::protobuf::Message& request)
      : reactor_(context->DefaultReactor()),
        scope_(parts, *context, request.GetDescriptor(), &request),
        cap_(context, UnaryCallMaxOf(scope_.method())) {}

  grpc::ServerUnaryReactor* reactor() const { return reactor_; }
  const Handlers::Parts& parts() const { return scope_.parts(); }
  const Call& call() const { return scope_.call(); }
  const absl::Status& admitted() const { return scope_.admitted(); }
  CallScope& scope() { return scope_; }

  // As what the audit log keeps the call once it went well; nullopt: not at all.
  std::optional<AuditKind> AuditedAs(const google::protobuf::Descriptor* request_type) const {
    if (!parts().audit.has_value()) return std::nullopt;
    if (parts().access->IsChange(request_type)) return records::v1::AUDIT_KIND_CHANGE;
    if (parts().access->TellsOfChildren(request_type)) return records::v1::AUDIT_KIND_READ;
    return std::nullopt;
  }

  // Ends the call; the request and the response are gone afterwards. Once.
  void Finish(const absl::Status& status) {
    cap_.Lift();
    reactor_->Finish(scope_.End(status));
  }

 private:
  grpc::ServerUnaryReactor* const reactor_;
  CallScope scope_;
  DeadlineCap cap_;
};

// Answers a call that went well, once the audit log says so.
inline void FinishAudited(const std::shared_ptr<UnaryCall>& unary, AuditEntry entry) {
  unary->parts().store->Transact(
      [log = *unary->parts().audit, entry = std::move(entry)](storage::Transaction& transaction) {
        return log.Append(transaction, entry);
      },
      [unary](const absl::Status& status) { unary->Finish(status); });
}

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
    if (unary.parts().audit.has_value()) {
      audit_entry = unary.scope().Entry(records::v1::AUDIT_KIND_CHANGE, &request);
      unary.scope().HearSettings();
    }
    return absl::OkStatus();
  }

  // Runs the work from the start, in a transaction.
  auto Run(storage::Transaction& transaction) {
    if (audit_entry.has_value()) unary.call().settings->Clear();
    return work(transaction, unary.call());
  }

  // After the work: what the audit log is to say of it.
  AuditEntry FinishEntry() const {
    AuditEntry entry = *audit_entry;
    unary.call().settings->MoveTo(&entry);
    return entry;
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
  std::optional<AuditEntry> audit_entry;  // none where nothing is kept
  std::optional<OnceTable::Memory> memory;
  Intent intent;
};

// An answer as it is remembered: for ever, so without what tells of people.
template <typename Response>
std::string BytesToRemember(const Response& answer) {
  static const bool can_be_confidential = CanBeConfidential(Response::descriptor());
  if (!can_be_confidential) return answer.SerializeAsString();
  Response remembered = answer;
  RemoveConfidential(&remembered);
  return remembered.SerializeAsString();
}

// Runs the change in a transaction, once, and answers.
template <typename Request, typename Response, typename Work>
void StartMutate(std::shared_ptr<Change<Request, Response, Work>> change) {
  const Handlers::Parts& parts = change->unary.parts();
  parts.store->Transact(
      [change, &parts](storage::Transaction& transaction) -> absl::Status {
        ASSIGN_OR_RETURN(change->memory, parts.once->Find(transaction, change->id, change->hash));
        if (change->memory.has_value()) return absl::OkStatus();
        ASSIGN_OR_RETURN(const Response answer, change->Run(transaction));
        if (change->audit_entry.has_value()) {
          RETURN_IF_ERROR(parts.audit->Append(transaction, change->FinishEntry()));
        }
        RETURN_IF_ERROR(
            parts.once->Remember(transaction, change->id, change->hash, BytesToRemember(answer)));
        change->memory = OnceTable::Memory{answer.SerializeAsString(), 0};
        return absl::OkStatus();
      },
      [change](absl::Status status) {
        if (!status.ok()) return change->unary.Finish(status);
        change->FinishWith(std::move(change->memory->answer));
      });
}

template <typename Request, typename Response, typename Decide>
void StartAcross(std::shared_ptr<Change<Request, Response, Decide>> change, std::string kind) {
  const Handlers::Parts& parts = change->unary.parts();
  parts.store->Transact(
      [change, kind, &parts](storage::Transaction& transaction) -> absl::Status {
        ASSIGN_OR_RETURN(change->memory, parts.once->Find(transaction, change->id, change->hash));
        if (change->memory.has_value()) return absl::OkStatus();
        ASSIGN_OR_RETURN(std::string payload, change->Run(transaction));
        ASSIGN_OR_RETURN(const uint64_t id, parts.intents->TakeId(transaction));
        change->intent = Intent{id, std::move(payload), change->unary.call().caller.id,
                                Intent::Request{change->id, change->hash}, ""};
        if (change->audit_entry.has_value()) {
          change->intent.audit_entry = change->FinishEntry().SerializeAsString();
        }
        return parts.intents->Open(transaction, kind, change->intent);
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

// A change with what it had to ask first. What the asking was refused is said here, where
// a request that was made before has had its answer: what that one did may be why.
template <typename Facts, typename Work>
struct WithFacts {
  auto operator()(storage::Transaction& transaction, const Call& call)
      -> decltype(std::declval<Work&>()(transaction, call, std::declval<const Facts&>())) {
    RETURN_IF_ERROR(facts.status());
    return work(transaction, call, *facts);
  }

  Work work;
  absl::StatusOr<Facts> facts = absl::UnknownError("not asked");
};

// Asks for the facts and goes on with `start`, unless the request is answered.
template <typename Facts, typename Flight, typename Ask, typename Start>
grpc::ServerUnaryReactor* AskThenStart(std::shared_ptr<Flight> flight, Ask ask, Start start) {
  grpc::ServerUnaryReactor* reactor = flight->unary.reactor();
  absl::Status status = flight->Prepare();
  if (status.ok()) {
    const Handlers::Parts& parts = flight->unary.parts();
    auto memory = parts.once->Find(*parts.store->NewSnapshot(), flight->id, flight->hash);
    status = memory.status();
    const bool is_answered = status.ok() && memory->has_value() && (*memory)->intent_id == 0;
    if (is_answered) {
      flight->FinishWith((*memory)->answer);
      return reactor;
    }
  }
  if (!status.ok()) {
    flight->unary.Finish(status);
    return reactor;
  }
  const Call& call = flight->unary.call();
  const CallOfThread scope(&call);
  ask(call, Handlers::Finish<Facts>([flight, start](absl::StatusOr<Facts> facts) {
        flight->work.facts = std::move(facts);
        start(flight);
      }));
  return reactor;
}

}  // namespace handler_internal

template <typename Request, typename Response, typename Read>
grpc::ServerUnaryReactor* Handlers::Query(grpc::CallbackServerContext* context,
                                          const Request* request, Response* response, Read read) {
  handler_internal::UnaryCall unary(parts_, context, *request);
  grpc::ServerUnaryReactor* reactor = unary.reactor();
  absl::Status status = unary.admitted();
  if (status.ok()) {
    const std::shared_ptr<const storage::Snapshot> snapshot = parts_.store->NewSnapshot();
    const storage::Reader& reader = *snapshot;
    const CallOfThread scope(&unary.call());
    absl::StatusOr<Response> answer = read(reader, unary.call());
    status = answer.status();
    if (answer.ok()) *response = *std::move(answer);
  }
  const std::optional<AuditKind> kept =
      status.ok() ? unary.AuditedAs(request->GetDescriptor()) : std::nullopt;
  if (!kept.has_value()) {
    unary.Finish(status);
    return reactor;
  }
  AuditEntry entry = unary.scope().Entry(*kept, request);
  handler_internal::FinishAudited(std::make_shared<handler_internal::UnaryCall>(std::move(unary)),
                                  std::move(entry));
  return reactor;
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
  } else {
    handler_internal::StartMutate(std::move(flight));
  }
  return reactor;
}

template <typename Facts, typename Request, typename Response, typename Ask, typename Change>
grpc::ServerUnaryReactor* Handlers::MutateAfter(grpc::CallbackServerContext* context,
                                                const Request* request, Response* response, Ask ask,
                                                Change change) {
  using Work = handler_internal::WithFacts<Facts, Change>;
  auto flight = std::make_shared<handler_internal::Change<Request, Response, Work>>(
      parts_, context, request, response, Work{std::move(change)});
  return handler_internal::AskThenStart<Facts>(
      flight, std::move(ask), [](auto asked) { handler_internal::StartMutate(std::move(asked)); });
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

template <typename Facts, typename Request, typename Response, typename Ask, typename Decide>
grpc::ServerUnaryReactor* Handlers::MutateAcrossAfter(grpc::CallbackServerContext* context,
                                                      const Request* request, Response* response,
                                                      absl::string_view kind, Ask ask,
                                                      Decide decide) {
  using Work = handler_internal::WithFacts<Facts, Decide>;
  auto flight = std::make_shared<handler_internal::Change<Request, Response, Work>>(
      parts_, context, request, response, Work{std::move(decide)});
  return handler_internal::AskThenStart<Facts>(
      flight, std::move(ask), [kind = std::string(kind)](auto asked) {
        handler_internal::StartAcross(std::move(asked), kind);
      });
}

template <typename Request, typename Response, typename Start>
grpc::ServerUnaryReactor* Handlers::AsyncChange(grpc::CallbackServerContext* context,
                                                const Request* request, Response* response,
                                                Start start) {
  auto unary = std::make_shared<handler_internal::UnaryCall>(parts_, context, *request);
  grpc::ServerUnaryReactor* reactor = unary->reactor();
  if (!unary->admitted().ok()) {
    unary->Finish(unary->admitted());
    return reactor;
  }
  const Call& call = unary->call();
  const CallOfThread scope(&call);
  start(call, unary->scope().Entry(records::v1::AUDIT_KIND_CHANGE, nullptr),
        Finish<Response>([unary, response](absl::StatusOr<Response> answer) {
          const absl::Status status = answer.status();
          if (answer.ok()) *response = *std::move(answer);
          unary->Finish(status);
        }));
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
  const CallOfThread scope(&call);
  start(call, Finish<Response>([unary, request, response](absl::StatusOr<Response> answer) {
          if (!answer.ok()) return unary->Finish(answer.status());
          *response = *std::move(answer);
          const std::optional<AuditKind> kept = unary->AuditedAs(request->GetDescriptor());
          if (!kept.has_value()) return unary->Finish(absl::OkStatus());
          handler_internal::FinishAudited(unary, unary->scope().Entry(*kept, request));
        }));
  return reactor;
}

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_HANDLER_INTERNAL_H_
