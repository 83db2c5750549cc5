// Why a command did not do what it was asked: for people, and as the program's
// exit code.

#ifndef MILKWAY_CLIENTS_CLI_FAILURE_H_
#define MILKWAY_CLIENTS_CLI_FAILURE_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace milkway::cli {

// What the program ends with. Scripts rely on these numbers.
enum ExitCode : int {
  kDone = 0,
  kRefused = 1,        // refused by the server, rows refused, or the books differ
  kWrongUsage = 2,     // the command line is wrong; nothing was asked of a server
  kUnreachable = 3,    // no answer from the server
  kInterrupted = 130,  // Ctrl-C, as shells have it
};

// An error in what the user typed.
absl::Status UsageError(absl::string_view message);

// UNAVAILABLE and DEADLINE_EXCEEDED are kUnreachable, CANCELLED is kInterrupted,
// a UsageError is kWrongUsage, every other error kRefused.
ExitCode ExitCodeOf(const absl::Status& status);

// A field that the server found wrong.
struct FieldViolation {
  std::string field;        // path: "purchase.lines[2].expires_on"
  std::string description;  // reads on from the field: "must be a day YYYY-MM-DD"
};

// What the server said, taken apart.
struct Refusal {
  absl::StatusCode code = absl::StatusCode::kUnknown;
  std::string message;
  std::string reason;  // "STOCK_MISSING"; empty if the refusal has no name
  std::map<std::string, std::string> metadata;
  std::vector<FieldViolation> fields;
};
Refusal RefusalOf(const absl::Status& status);

// The message for a person, with the refusal's name behind it:
// "gift G-1 has 10.00 AUD left (GIFT_OVERSPENT)".
std::string Explain(const absl::Status& status);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_FAILURE_H_
