// A milkwayd that is started for a measurement and ends with it.

#ifndef MILKWAY_TESTS_BENCH_LOAD_SERVER_PROCESS_H_
#define MILKWAY_TESTS_BENCH_LOAD_SERVER_PROCESS_H_

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace milkway::bench {

class ServerProcess {
 public:
  // Starts `program` on `data_folder` and waits until it listens.
  static absl::StatusOr<std::unique_ptr<ServerProcess>> Start(const std::string& program,
                                                              const std::string& data_folder);
  // Ends it as an operator does.
  ~ServerProcess();

  const std::string& address() const { return address_; }
  // Resident memory of the process.
  int64_t ResidentBytes() const;
  // Processor time that it has used, over all cores.
  double CpuSeconds() const;

 private:
  ServerProcess(pid_t process, std::string address)
      : process_(process), address_(std::move(address)) {}

  const pid_t process_;
  const std::string address_;
};

// Size of all files below `folder`.
int64_t BytesOnDisk(const std::string& folder);

}  // namespace milkway::bench

#endif  // MILKWAY_TESTS_BENCH_LOAD_SERVER_PROCESS_H_
