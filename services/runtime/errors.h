// Refusals: what a service says when it does not do what it was asked.
//
// A refusal is an absl::Status whose payloads are the standard google.rpc detail
// messages, so that it can cross gRPC without losing its name. All texts are UTF-8.

#ifndef MILKWAY_SERVICES_RUNTIME_ERRORS_H_
#define MILKWAY_SERVICES_RUNTIME_ERRORS_H_

#include <initializer_list>
#include <map>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "grpcpp/support/status.h"

namespace milkway::runtime {

using Metadata = std::map<std::string, std::string>;

// A named refusal; `code` is not OK. `reason` is UPPER_SNAKE_CASE and stable over releases;
// `message` names the thing and the numbers and tells the person what to do;
// `metadata` repeats ids and numbers for programs.
absl::Status Refuse(absl::StatusCode code, absl::string_view reason, absl::string_view message,
                    Metadata metadata = {});

// INVALID_ARGUMENT that names one field by its path, "purchase.lines[2].packs".
// `rule` reads on from the path: "must be between 1 and 10,000,000".
absl::Status InvalidField(absl::string_view field, absl::string_view rule);

// `status` with `prefix` put before the field path it names, if it names one:
// lets a converter of a part know nothing of the whole. A dot goes between, but
// not before an index: "lines" and "[2].packs" make "lines[2].packs".
absl::Status InField(absl::string_view prefix, const absl::Status& status);

// What a refusal says, taken apart again (for answers that carry many).
struct RefusalParts {
  std::string reason;  // empty if the status has no name
  Metadata metadata;
  std::string field;  // empty if it names no field
};
RefusalParts PartsOf(const absl::Status& status);

// True for the codes that say nothing about the request itself, so that trying
// again later is right: UNAVAILABLE, DEADLINE_EXCEEDED, ABORTED, CANCELLED,
// RESOURCE_EXHAUSTED, UNKNOWN, INTERNAL.
bool IsTransient(const absl::Status& status);

// True for what says that the store or the program failed, not that the request was
// refused: DATA_LOSS, INTERNAL, UNAVAILABLE, UNKNOWN. A transaction that met one of
// them must fail as a whole.
bool IsFailure(const absl::Status& status);

// At the border to gRPC: same code and message; details in google.rpc.Status.
// Texts that a client must not read (INTERNAL, DATA_LOSS) give way to a general
// sentence, without details: the caller logs the original. A message above 1,000
// bytes is cut, and details above 3,000 bytes shrink to the refusal's name, for a
// client drops an answer with larger trailers.
grpc::Status ToGrpcStatus(const absl::Status& status);

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_ERRORS_H_
