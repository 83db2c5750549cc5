// Runs the program as a person would, and makes folders for it to import.

#ifndef MILKWAY_TESTS_CLI_CLI_RUNNER_H_
#define MILKWAY_TESTS_CLI_CLI_RUNNER_H_

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "clients/cli/interrupt.h"

namespace milkway::cli::testing {

struct CliResult {
  int exit_code = -1;
  std::string out;
  std::string err;
};

// Runs `milkway <arguments>`; waits little for servers that do not answer.
CliResult RunCli(const std::vector<std::string>& arguments);
CliResult RunCli(const std::vector<std::string>& arguments, Interrupt* interrupt);

// A folder of its own that is removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string path() const { return path_.string(); }
  void Write(const std::string& name, const std::string& text);

 private:
  std::filesystem::path path_;
};

// A small programme without an error, one or a few rows a file: file name to text.
const std::map<std::string, std::string>& GoodProgramme();

// Writes GoodProgramme, with `changed` files in place of its own.
void WriteProgramme(TemporaryFolder* folder,
                    const std::map<std::string, std::string>& changed = {});

}  // namespace milkway::cli::testing

#endif  // MILKWAY_TESTS_CLI_CLI_RUNNER_H_
