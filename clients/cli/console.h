// What the program says: results on one stream; messages and progress on another.

#ifndef MILKWAY_CLIENTS_CLI_CONSOLE_H_
#define MILKWAY_CLIENTS_CLI_CONSOLE_H_

#include <cstdint>
#include <ostream>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace milkway::cli {

// Not thread-safe.
class Console {
 public:
  // Both streams must outlive the console. On a terminal progress is one line
  // that is drawn over; elsewhere it is a plain line now and then.
  Console(std::ostream* out, std::ostream* err, bool err_is_terminal)
      : out_(*out), err_(*err), err_is_terminal_(err_is_terminal) {}

  // Results, as they are.
  void Print(absl::string_view text);

  // A message for a person, on the stream of messages: a line, or some.
  void Say(absl::string_view message);

  // Shows how far a long task is, not too often.
  void ShowProgress(absl::string_view task, int64_t done, int64_t total);

  // Takes the progress line off the terminal.
  void ClearProgress();

 private:
  std::ostream& out_;
  std::ostream& err_;
  bool err_is_terminal_;
  bool progress_shown_ = false;
  std::string progress_task_;
  absl::Time next_progress_ = absl::InfinitePast();
};

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_CONSOLE_H_
