#include "clients/cli/secret_input.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "clients/cli/failure.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

namespace {

constexpr int kLookMs = 100;
constexpr char kPasswordOption[] = "--password-stdin";

// The terminal, silent while it lives.
class SilentTerminal {
 public:
  SilentTerminal() : descriptor_(open("/dev/tty", O_RDWR | O_CLOEXEC)) {
    if (descriptor_ < 0 || tcgetattr(descriptor_, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    silent.c_lflag |= ECHONL;
    is_silent_ = tcsetattr(descriptor_, TCSAFLUSH, &silent) == 0;
  }
  ~SilentTerminal() {
    if (is_silent_) tcsetattr(descriptor_, TCSAFLUSH, &before_);
    if (descriptor_ >= 0) close(descriptor_);
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;

  bool is_silent() const { return is_silent_; }
  int descriptor() const { return descriptor_; }

 private:
  const int descriptor_;
  termios before_ = {};
  bool is_silent_ = false;
};

// Byte by byte, so that what follows the line is left for the next one.
absl::StatusOr<std::string> ReadLine(int descriptor, absl::string_view option) {
  std::string line;
  while (line.size() < kSecretBytesMax) {
    char byte = 0;
    const ssize_t count = read(descriptor, &byte, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 || (count == 0 && line.empty())) {
      return UsageError(absl::StrCat("there is nothing to read for ", option));
    }
    if (count == 0 || byte == '\n') {
      if (!line.empty() && line.back() == '\r') line.pop_back();
      return line;
    }
    line.push_back(byte);
  }
  return UsageError(
      absl::StrCat("the line for ", option, " is longer than ", kSecretBytesMax, " bytes"));
}

}  // namespace

absl::StatusOr<std::string> AskForSecret(absl::string_view prompt, absl::string_view option,
                                         Interrupt* interrupt) {
  const SilentTerminal terminal;
  if (!terminal.is_silent()) {
    return UsageError(absl::StrCat("there is no terminal to ask on; use ", option));
  }
  const std::string question = absl::StrCat(prompt, ": ");
  if (write(terminal.descriptor(), question.data(), question.size()) < 0) {
    return absl::UnavailableError("the terminal cannot be written to");
  }
  pollfd waiting = {terminal.descriptor(), POLLIN, 0};
  while (poll(&waiting, 1, kLookMs) <= 0) RETURN_IF_ERROR(interrupt->Check());
  return ReadLine(terminal.descriptor(), prompt);
}

absl::StatusOr<std::string> ReadSecretLine(absl::string_view option) {
  return ReadLine(STDIN_FILENO, option);
}

absl::StatusOr<std::string> NewPassword(bool from_stdin, Interrupt* interrupt) {
  if (from_stdin) return ReadSecretLine(kPasswordOption);
  ASSIGN_OR_RETURN(std::string password, AskForSecret("new password", kPasswordOption, interrupt));
  ASSIGN_OR_RETURN(std::string again, AskForSecret("the same again", kPasswordOption, interrupt));
  const bool is_same = password == again;
  Wipe(&again);
  if (is_same) return password;
  Wipe(&password);
  return UsageError("the two passwords differ");
}

void Wipe(std::string* secret) {
  OPENSSL_cleanse(secret->data(), secret->size());
  secret->clear();
}

}  // namespace milkway::cli
