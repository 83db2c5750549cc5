// What a proof proves, in words.

#ifndef MILKWAY_CLIENTS_VERIFY_VERIFY_PROOF_H_
#define MILKWAY_CLIENTS_VERIFY_VERIFY_PROOF_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace milkway::proof {

// What the verifier knows from elsewhere; each may be empty.
struct Trusted {
  std::string log_key;     // name+id+key, as the log's operator publishes it
  std::string checkpoint;  // a signed note that somebody kept
};

// Checks everything that `proof` (the text of a file) holds, and gives a sentence for
// each thing that it proves. INVALID_ARGUMENT with the first thing that is wrong.
absl::StatusOr<std::vector<std::string>> VerifyProof(absl::string_view proof,
                                                     const Trusted& trusted);

}  // namespace milkway::proof

#endif  // MILKWAY_CLIENTS_VERIFY_VERIFY_PROOF_H_
