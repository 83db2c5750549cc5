// The one wrapper round every handler.
//
// It finds the caller, enforces the method's access policy and the caller's limits,
// honours deadline and cancellation, remembers requests, writes the audit log, turns
// errors into gRPC statuses, counts and times the call, and logs one JSON line. A handler
// is then: parse, call one use case, answer.
//
//   grpc::ServerUnaryReactor* CatalogService::CreateProduct(Context* context,
//       const v1::CreateProductRequest* request, v1::CreateProductResponse* response) {
//     return handlers_.Mutate(context, request, response,
//         [this, request](storage::Transaction& transaction, const runtime::Call& call)
//             -> absl::StatusOr<v1::CreateProductResponse> {
//           ASSIGN_OR_RETURN(const Product product, ParseProduct(request->product()));
//           RETURN_IF_ERROR(catalog_.CreateProduct(transaction, product));
//           return ToCreateProductResponse(product);
//         });
//   }
//
// `request` lives until the reactor is done, so a body may refer to it.

#ifndef MILKWAY_SERVICES_RUNTIME_HANDLER_H_
#define MILKWAY_SERVICES_RUNTIME_HANDLER_H_

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"
#include "services/runtime/access.h"
#include "services/runtime/audit/audit_log.h"
#include "services/runtime/call.h"
#include "services/runtime/caller_limits.h"
#include "services/runtime/intent.h"
#include "services/runtime/once.h"
#include "storage/store.h"

namespace milkway::runtime {

class CallLog;
class Clock;
class Metrics;
class RefusalBudget;
class ScopeOwner;

// What the handlers of one service share. Thread-safe.
class Handlers {
 public:
  template <typename Response>
  using Finish = absl::AnyInvocable<void(absl::StatusOr<Response>) &&>;

  // All must outlive the handlers.
  struct Parts {
    storage::Store* store = nullptr;
    const OnceTable* once = nullptr;
    IntentRunner* intents = nullptr;  // may be null where nothing spans services
    const Access* access = nullptr;
    const Clock* clock = nullptr;
    Metrics* metrics = nullptr;
    CallLog* log = nullptr;  // may be null: no log
    // True once the process stops: then only other services may still call, so that
    // what people began can end. May be null: never.
    const std::atomic<bool>* stopping = nullptr;
    // Binds the tokens of pages (page.h); may be empty.
    std::string page_key;
    // What belongs to whom in this service; null: nothing but itself to itself.
    const ScopeOwner* scope_owner = nullptr;
    // Keeps who changed what, and who read of single children; none: nothing is kept.
    std::optional<AuditLog> audit;
    // May be null: refusals are not kept.
    RefusalBudget* refusals = nullptr;
    // What each caller may have under way; null: without limit.
    CallerLimits* caller_limits = nullptr;
  };
  explicit Handlers(Parts parts) : parts_(parts) {}

  // A read: `read(const storage::Reader&, const Call&) → absl::StatusOr<Response>`
  // on a fresh snapshot. What it tells of single children is told once the audit log says
  // so, durably.
  template <typename Request, typename Response, typename Read>
  grpc::ServerUnaryReactor* Query(grpc::CallbackServerContext* context, const Request* request,
                                  Response* response, Read read);

  // A change within this service, once per request->request_id():
  // `change(storage::Transaction&, const Call&) → absl::StatusOr<Response>`. Confidential
  // fields (sensitivity.h) are not remembered: when the request comes again they are empty
  // in its answer.
  template <typename Request, typename Response, typename Change>
  grpc::ServerUnaryReactor* Mutate(grpc::CallbackServerContext* context, const Request* request,
                                   Response* response, Change change);

  // The same for a change that needs to know something of another service first:
  // `ask(const Call&, Finish<Facts>)` calls its finisher exactly once, from any
  // thread; then `change(storage::Transaction&, const Call&, const Facts&)`. A
  // request that was answered before is answered without asking; one that was made before
  // and is under way is answered as that, even if what it asks is refused by now.
  template <typename Facts, typename Request, typename Response, typename Ask, typename Change>
  grpc::ServerUnaryReactor* MutateAfter(grpc::CallbackServerContext* context,
                                        const Request* request, Response* response, Ask ask,
                                        Change change);

  // A change that another service takes part in, once per request->request_id():
  // `decide(storage::Transaction&, const Call&) → absl::StatusOr<std::string>`
  // checks, reserves and returns the payload of an intent of `kind`. The kind's
  // answer is a serialized Response.
  template <typename Request, typename Response, typename Decide>
  grpc::ServerUnaryReactor* MutateAcross(grpc::CallbackServerContext* context,
                                         const Request* request, Response* response,
                                         absl::string_view kind, Decide decide);

  // The same, asking first:
  // `decide(storage::Transaction&, const Call&, const Facts&)`.
  template <typename Facts, typename Request, typename Response, typename Ask, typename Decide>
  grpc::ServerUnaryReactor* MutateAcrossAfter(grpc::CallbackServerContext* context,
                                              const Request* request, Response* response,
                                              absl::string_view kind, Ask ask, Decide decide);

  // A change that makes its own transactions: `start(const Call&, const AuditEntry&,
  // Finish<Response>)` must call the finisher exactly once, from any thread, and may refer
  // to `request` until then. The entry goes into the audit log with what is changed; it
  // names no ids of the request, for `start` knows which of them were changed.
  template <typename Request, typename Response, typename Start>
  grpc::ServerUnaryReactor* AsyncChange(grpc::CallbackServerContext* context,
                                        const Request* request, Response* response, Start start);

  // Anything else: `start(const Call&, Finish<Response>)`, as above. A change that is not
  // one of the store, and what is told of single children, is in the audit log before
  // the answer goes out.
  template <typename Request, typename Response, typename Start>
  grpc::ServerUnaryReactor* Async(grpc::CallbackServerContext* context, const Request* request,
                                  Response* response, Start start);

  const Parts& parts() const { return parts_; }

 private:
  Parts parts_;
};

// One call from its access check to its end: what the wrapper keeps of a unary
// call, and what a stream keeps by itself.
class CallScope {
 public:
  // `request_type` names the method. `request` is the message whose scope field is
  // checked, and must live until the end; null where a stream checks every message by
  // itself. `parts` must outlive the scope.
  CallScope(const Handlers::Parts& parts, const grpc::CallbackServerContext& context,
            const google::protobuf::Descriptor* request_type,
            const google::protobuf::Message* request);

  // OK if the caller may make this call and its deadline has not passed.
  const absl::Status& admitted() const { return admitted_; }
  // OK while the caller's token is still taken: what a stream asks before each message, for
  // it may outlive a sign-in. UNAUTHENTICATED or UNAVAILABLE, as Access says; to end with
  // that is no refusal. Not at the same time as any other of these.
  absl::Status StillAdmitted();
  const Call& call() const { return call_; }
  const Handlers::Parts& parts() const { return parts_; }
  // "milkway.inventory.v1.StockService/GetStockCard".
  const std::string& method() const { return method_; }

  // What the audit log is to say of the call. `request` may be null: then it names no ids.
  AuditEntry Entry(AuditKind kind, const google::protobuf::Message* request) const {
    return MakeAuditEntry(kind, call_, method_, request);
  }

  // From now on the call's body can say what it makes of settings.
  void HearSettings();

  // Counts and logs the call; a refusal goes into the audit log, too. Returns what gRPC is
  // to say. Once, last.
  grpc::Status End(const absl::Status& status);

 private:
  absl::Status Admit(const grpc::CallbackServerContext& context,
                     const google::protobuf::Descriptor* request_type,
                     const google::protobuf::Message* request);
  void KeepRefusal(absl::StatusCode code) const;

  const Handlers::Parts& parts_;
  const std::string& method_;
  const google::protobuf::Message* const request_;
  const int64_t started_us_;
  Call call_;
  CallerLimits::Permit permit_;
  absl::Status admitted_;
  bool outlived_token_ = false;
};

}  // namespace milkway::runtime

#include "services/runtime/handler_internal.h"

#endif  // MILKWAY_SERVICES_RUNTIME_HANDLER_H_
