// The milkway program: from the command line to the exit code.

#ifndef MILKWAY_CLIENTS_CLI_PROGRAM_H_
#define MILKWAY_CLIENTS_CLI_PROGRAM_H_

#include <string>
#include <vector>

#include "clients/cli/connection.h"
#include "clients/cli/console.h"
#include "clients/cli/interrupt.h"

namespace milkway::cli {

// `arguments` are those after the program's name. `policy` says how long to wait for
// servers; --retry-for overrides its total.
int RunProgram(const std::vector<std::string>& arguments, RetryPolicy policy, Console* console,
               Interrupt* interrupt);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_PROGRAM_H_
