// Passwords and codes, read from the terminal without showing them, or from the standard
// input: never from the command line, which everybody on the machine can read.

#ifndef MILKWAY_CLIENTS_CLI_SECRET_INPUT_H_
#define MILKWAY_CLIENTS_CLI_SECRET_INPUT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clients/cli/interrupt.h"

namespace milkway::cli {

inline constexpr size_t kSecretBytesMax = 4096;

// One line of the terminal, asked for with `prompt`. A usage error naming `option` if there
// is no terminal; CANCELLED when a stop is asked for. The terminal shows again what is
// typed when this returns.
absl::StatusOr<std::string> AskForSecret(absl::string_view prompt, absl::string_view option,
                                         Interrupt* interrupt);

// The next line of the standard input. A usage error naming `option` if there is none.
absl::StatusOr<std::string> ReadSecretLine(absl::string_view option);

// A password that is set: from the standard input, or from the terminal, twice.
absl::StatusOr<std::string> NewPassword(bool from_stdin, Interrupt* interrupt);

// Overwrites it.
void Wipe(std::string* secret);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_SECRET_INPUT_H_
