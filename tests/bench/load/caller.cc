#include "tests/bench/load/caller.h"

#include <cstdlib>

namespace milkway::bench {

clients::CallOptions AsAdmin(std::chrono::milliseconds deadline) {
  clients::CallOptions options;
  options.deadline = deadline;
  if (const char* token = std::getenv("MILKWAY_TOKEN"); token != nullptr && *token != '\0') {
    options.token = token;
  } else {
    options.caller = "admin:bench";
  }
  return options;
}

}  // namespace milkway::bench
