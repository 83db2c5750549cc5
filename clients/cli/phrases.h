// What people read instead of the contract's words: "arrived at the port 已到港" for
// arrived_port. Options, files and --json keep the words.

#ifndef MILKWAY_CLIENTS_CLI_PHRASES_H_
#define MILKWAY_CLIENTS_CLI_PHRASES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "milkway/shipments/v1/journeys.pb.h"
#include "milkway/shipments/v1/kinds.pb.h"

namespace milkway::cli {

// In English, and in Chinese; a milestone of a newer server is "something happened".
absl::string_view PhraseOf(shipments::v1::MilestoneKind kind);
absl::string_view ChinesePhraseOf(shipments::v1::MilestoneKind kind);
absl::string_view PhraseOf(shipments::v1::ShipmentEventKind kind);

// A word that says it already, but for the lines in it: "partly received".
std::string Spoken(absl::string_view word);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_PHRASES_H_
