#include "tests/bench/load/server_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace milkway::bench {

absl::StatusOr<std::unique_ptr<ServerProcess>> ServerProcess::Start(
    const std::string& program, const std::string& data_folder) {
  int ends[2];
  if (pipe(ends) != 0) return absl::InternalError("cannot make a pipe");
  const pid_t process = fork();
  if (process == 0) {
    dup2(ends[1], STDOUT_FILENO);
    // The log of calls belongs to what is measured.
    const int log =
        open((data_folder + "/milkwayd.log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(log, STDERR_FILENO);
    close(ends[0]);
    close(ends[1]);
    execl(program.c_str(), program.c_str(), "--data", data_folder.c_str(), "--listen",
          "127.0.0.1:0", "--insecure-dev-auth", nullptr);
    _exit(127);
  }
  close(ends[1]);
  std::FILE* output = fdopen(ends[0], "r");
  char line[256] = {};
  const bool has_line = std::fgets(line, sizeof(line), output) != nullptr;
  std::fclose(output);
  absl::string_view address = line;
  if (!has_line || !absl::ConsumePrefix(&address, "milkwayd listening on ")) {
    waitpid(process, nullptr, 0);
    return absl::InternalError(
        absl::StrCat(program, " did not start; see ", data_folder, "/milkwayd.log"));
  }
  return std::unique_ptr<ServerProcess>(
      new ServerProcess(process, std::string(absl::StripSuffix(address, "\n"))));
}

ServerProcess::~ServerProcess() {
  kill(process_, SIGTERM);
  waitpid(process_, nullptr, 0);
}

int64_t ServerProcess::ResidentBytes() const {
  int64_t all_pages = 0;
  int64_t resident_pages = 0;
  std::ifstream(absl::StrCat("/proc/", process_, "/statm")) >> all_pages >> resident_pages;
  return resident_pages * sysconf(_SC_PAGESIZE);
}

double ServerProcess::CpuSeconds() const {
  std::ifstream file(absl::StrCat("/proc/", process_, "/stat"));
  std::string stat((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  // The fields after the program's name, which is in brackets; user and system
  // time are the 12th and 13th of them.
  const std::vector<std::string> fields = absl::StrSplit(stat.substr(stat.rfind(')') + 2), ' ');
  int64_t user = 0;
  int64_t system = 0;
  const bool is_read = fields.size() > 12 && absl::SimpleAtoi(fields[11], &user) &&
                       absl::SimpleAtoi(fields[12], &system);
  return is_read ? static_cast<double>(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK))
                 : 0;
}

int64_t BytesOnDisk(const std::string& folder) {
  int64_t bytes = 0;
  std::error_code ignored;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder, ignored)) {
    if (file.is_regular_file(ignored)) bytes += static_cast<int64_t>(file.file_size(ignored));
  }
  return bytes;
}

}  // namespace milkway::bench
