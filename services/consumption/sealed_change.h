// A change that seals text of children: as Handlers::Mutate, but in three steps, for the
// keys are in a store of their own.
//
//   1. which keys the change needs, by a snapshot of the data;
//   2. those keys, made durable where they are new;
//   3. the change, in one transaction on the data. It seals under the keys, and refuses
//      with CHILD_KEY_CHANGED if one was destroyed since 1.
//
// A key that was made for a change that is then refused has sealed nothing.

#ifndef MILKWAY_SERVICES_CONSUMPTION_SEALED_CHANGE_H_
#define MILKWAY_SERVICES_CONSUMPTION_SEALED_CHANGE_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "clients/cpp/status_macros.h"
#include "google/protobuf/message.h"
#include "services/consumption/child_keys.h"
#include "services/runtime/audit/audit_entry.h"
#include "services/runtime/handler.h"
#include "services/runtime/once.h"
#include "storage/store.h"

namespace milkway::consumption {

// What is remembered of a request: as OnceTable::HashOf, but whoever has not the keys can
// learn nothing of its text from it, by guessing neither.
runtime::BodyHash HashOfSealed(const runtime::OnceTable& once, const KeyRing& ring,
                               const google::protobuf::Message& request);

// One such change under way.
template <typename Request, typename Response, typename Change>
struct SealedChange {
  const runtime::Handlers::Parts& parts;
  const runtime::Call& call;
  const Request& request;
  Change change;
  runtime::RequestId id;
  runtime::AuditEntry audit_entry;
  runtime::Handlers::Finish<Response> finish;
  KeyRing ring = {};
  Response answer = {};
};

// Step 3.
template <typename Request, typename Response, typename Change>
void StoreSealed(std::shared_ptr<SealedChange<Request, Response, Change>> flight) {
  flight->parts.store->Transact(
      [flight](storage::Transaction& transaction) -> absl::Status {
        const runtime::OnceTable& once = *flight->parts.once;
        const runtime::BodyHash hash = HashOfSealed(once, flight->ring, flight->request);
        ASSIGN_OR_RETURN(const auto memory, once.Find(transaction, flight->id, hash));
        if (memory.has_value()) {
          if (flight->answer.ParseFromString(memory->answer)) return absl::OkStatus();
          return absl::DataLossError("a remembered answer is damaged");
        }
        ASSIGN_OR_RETURN(flight->answer, flight->change(transaction, flight->call, flight->ring));
        if (flight->parts.audit.has_value()) {
          RETURN_IF_ERROR(flight->parts.audit->Append(transaction, flight->audit_entry));
        }
        return once.Remember(transaction, flight->id, hash,
                             runtime::handler_internal::BytesToRemember(flight->answer));
      },
      [flight](absl::Status status) {
        if (!status.ok()) return std::move(flight->finish)(std::move(status));
        std::move(flight->finish)(std::move(flight->answer));
      });
}

// `needs(const storage::Reader&, const Call&) → StatusOr<std::vector<ChildKeyName>>`;
// `change(storage::Transaction&, const Call&, const KeyRing&) → StatusOr<Response>`. `keys`
// must outlive the call.
template <typename Request, typename Response, typename Needs, typename Change>
grpc::ServerUnaryReactor* MutateSealed(runtime::Handlers& handlers, const ChildKeys& keys,
                                       grpc::CallbackServerContext* context, const Request* request,
                                       Response* response, Needs needs, Change change) {
  const auto start = [&handlers, &keys, request, needs, change](
                         const runtime::Call& call, const runtime::AuditEntry& entry,
                         runtime::Handlers::Finish<Response> finish) {
    const auto id = runtime::ParseRequestId("request_id", request->request_id());
    if (!id.ok()) return std::move(finish)(id.status());
    auto names = needs(*handlers.parts().store->NewSnapshot(), call);
    if (!names.ok()) return std::move(finish)(names.status());
    using Flight = SealedChange<Request, Response, Change>;
    std::shared_ptr<Flight> flight(
        new Flight{handlers.parts(), call, *request, change, *id,
                   runtime::MakeAuditEntry(runtime::records::v1::AUDIT_KIND_CHANGE, call,
                                           entry.method(), request),
                   std::move(finish)});
    keys.Obtain(*std::move(names), [flight](absl::StatusOr<KeyRing> ring) {
      if (!ring.ok()) return std::move(flight->finish)(ring.status());
      flight->ring = *std::move(ring);
      StoreSealed(flight);
    });
  };
  return handlers.AsyncChange(context, request, response, start);
}

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_SEALED_CHANGE_H_
