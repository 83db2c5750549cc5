// Sends an import's requests one by one and keeps the report of their rows.

#ifndef MILKWAY_CLIENTS_CLI_IMPORT_SENDER_H_
#define MILKWAY_CLIENTS_CLI_IMPORT_SENDER_H_

#include <cstdint>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/connection.h"
#include "clients/cli/console.h"
#include "clients/cli/failure.h"
#include "clients/cli/import/place_refusal.h"
#include "clients/cli/import/report.h"

namespace milkway::cli {

// True for errors that say nothing about one request and all about the next ones: no
// answer, no permission, no such method, a stop.
bool EndsImport(const absl::Status& status);

// Not thread-safe.
class Sender {
 public:
  // `total_rows` is what there is to do, for progress. All must outlive the sender.
  Sender(Connection* connection, Report* report, Console* console, int64_t total_rows)
      : connection_(*connection), report_(*report), console_(*console), total_rows_(total_rows) {}

  // True if the rows cannot be sent, because one of them is wrong or because of
  // `blocker`; all of them are then marked.
  bool Hold(const RequestRows& rows, std::optional<RowRef> blocker);

  // The response, or nullopt if the request was refused, which is then reported. An
  // error ends the import.
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<std::optional<Response>> Send(grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                                            const Request&,
                                                                            Response*),
                                               const Request& request, const RequestRows& rows) {
    absl::StatusOr<Response> response = connection_.Call(method, request);
    if (response.ok()) return std::make_optional(*std::move(response));
    if (EndsImport(response.status())) return response.status();
    Refuse(RefusalOf(response.status()), rows);
    return std::nullopt;
  }

  // The same for requests whose response says nothing more: if it is OK, the rows are
  // recorded.
  template <typename Stub, typename Request, typename Response>
  absl::Status SendAndRecord(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                          Response*),
                             const Request& request, const RequestRows& rows) {
    absl::StatusOr<std::optional<Response>> response = Send(method, request, rows);
    if (response.ok() && response->has_value()) Record(rows);
    return response.status();
  }

  // The rows are recorded.
  void Record(const RequestRows& rows);

  // Reports the refusal and marks the rows.
  void Refuse(const Refusal& refusal, const RequestRows& rows);

  // Prints the errors that the report got since the last time.
  void PrintErrors() { report_.PrintErrors(&console_); }

  // Shows that `rows` more are done with.
  void Advance(size_t rows);

  Connection& connection() { return connection_; }

 private:
  // Marks what is left of rows that fall together, because of one of them.
  void MarkRest(const RequestRows& rows, RowRef because);

  Connection& connection_;
  Report& report_;
  Console& console_;
  int64_t total_rows_;
  int64_t done_rows_ = 0;
};

// How many different rows a request was made from.
size_t CountRows(const RequestRows& rows);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_IMPORT_SENDER_H_
