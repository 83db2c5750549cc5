#include "clients/cli/console.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/text.h"

namespace milkway::cli {

namespace {

constexpr absl::Duration kTerminalInterval = absl::Milliseconds(100);
constexpr absl::Duration kPlainInterval = absl::Seconds(10);
constexpr int64_t kBarWidth = 24;

std::string Bar(int64_t done, int64_t total) {
  const int64_t filled = total > 0 ? std::min(done, total) * kBarWidth / total : 0;
  return absl::StrCat("[", std::string(static_cast<size_t>(filled), '#'),
                      std::string(static_cast<size_t>(kBarWidth - filled), ' '), "]");
}

}  // namespace

void Console::Print(absl::string_view text) {
  ClearProgress();
  out_ << text << std::flush;
}

void Console::Say(absl::string_view message) {
  ClearProgress();
  // Data of others may be in it; the lines are ours.
  for (const absl::string_view part : absl::StrSplit(message, '\n')) {
    err_ << Printable(part) << '\n';
  }
  err_ << std::flush;
}

void Console::ShowProgress(absl::string_view task, int64_t done, int64_t total) {
  const absl::Time now = absl::Now();
  if (progress_task_ != task) {
    progress_task_ = std::string(task);
    // A short task on a pipe says nothing at all.
    if (!err_is_terminal_ && next_progress_ == absl::InfinitePast()) {
      next_progress_ = now + kPlainInterval;
    }
  }
  if (now < next_progress_) return;
  const std::string counts = absl::StrCat(WithThousands(done), " of ", WithThousands(total));
  if (err_is_terminal_) {
    err_ << "\r\x1b[K" << Bar(done, total) << ' ' << task << ' ' << counts << std::flush;
    progress_shown_ = true;
    next_progress_ = now + kTerminalInterval;
  } else {
    err_ << task << ' ' << counts << std::endl;
    next_progress_ = now + kPlainInterval;
  }
}

void Console::ClearProgress() {
  if (!progress_shown_) return;
  err_ << "\r\x1b[K" << std::flush;
  progress_shown_ = false;
}

}  // namespace milkway::cli
