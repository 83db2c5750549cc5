// Throwaway copies of the servers, for a dry run.

#ifndef MILKWAY_CLIENTS_CLI_IMPORT_SANDBOXES_H_
#define MILKWAY_CLIENTS_CLI_IMPORT_SANDBOXES_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/connection.h"
#include "clients/cli/interrupt.h"

namespace milkway::cli {

// Not thread-safe.
class Sandboxes {
 public:
  // Opens one for every process, in the order in which they lean on each other; each
  // learns where the earlier ones are. They are those of the processes that `connection`
  // calls, opened by whoever it calls as; it must outlive them. A request to stop waits
  // until it is open, so that none stays open.
  static absl::StatusOr<std::unique_ptr<Sandboxes>> Open(const Connection& connection,
                                                         Connection::Notice notice);
  ~Sandboxes();
  Sandboxes(const Sandboxes&) = delete;
  Sandboxes& operator=(const Sandboxes&) = delete;

  // Where they listen.
  const Addresses& addresses() const { return sandbox_addresses_; }

 private:
  struct Opened {
    Endpoint* process;
    std::string sandbox_id;
  };

  Sandboxes(const Connection& connection, Connection::Notice notice)
      : connection_(connection.addresses(), connection.policy(), &never_, std::move(notice)) {
    connection_.CallAs(connection);
  }
  absl::Status OpenAt(Endpoint* process);

  Interrupt never_;
  Connection connection_;
  std::vector<Opened> opened_;
  Addresses sandbox_addresses_;
  // By service name.
  std::vector<std::pair<std::string, std::string>> peers_;
};

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_IMPORT_SANDBOXES_H_
