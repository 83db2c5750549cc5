#include "clients/cli/session_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cli/sync_folder.h"
#include "clients/cpp/status_macros.h"
#include "nlohmann/json.hpp"

namespace milkway::cli {

namespace {

using nlohmann::json;

constexpr absl::Duration kLockPause = absl::Milliseconds(20);

std::string StateFolder() {
  const char* state = std::getenv("XDG_STATE_HOME");
  if (state != nullptr && *state == '/') return absl::StrCat(state, "/milkway");
  const char* home = std::getenv("HOME");
  return absl::StrCat(home != nullptr && *home == '/' ? home : "/nonexistent",
                      "/.local/state/milkway");
}

// A file's name for "[::1]:7700" and what else an address may be.
std::string NameOf(const std::string& address) {
  std::string name;
  for (const char character : address) {
    const bool is_plain = absl::ascii_isalnum(static_cast<unsigned char>(character)) ||
                          character == '.' || character == '-';
    name.push_back(is_plain ? character : '_');
  }
  return name + ".json";
}

absl::Status Refused(const std::string& path, absl::string_view why) {
  return absl::FailedPreconditionError(absl::StrCat("the session file ", path, " ", why));
}

StoredSession SessionOf(const json& text) {
  StoredSession session;
  session.person_id = text.at("person_id");
  session.session_id = text.at("session_id");
  session.scopes = text.at("scopes").get<std::vector<std::string>>();
  session.access_token = text.at("access_token");
  session.access_expires_us = text.at("access_expires_us");
  session.refresh_token = text.at("refresh_token");
  session.refresh_request_id = text.at("refresh_request_id");
  return session;
}

json ToJson(const StoredSession& session) {
  return {{"person_id", session.person_id},
          {"session_id", session.session_id},
          {"scopes", session.scopes},
          {"access_token", session.access_token},
          {"access_expires_us", session.access_expires_us},
          {"refresh_token", session.refresh_token},
          {"refresh_request_id", session.refresh_request_id}};
}

// 0, or why the last step failed.
int ErrorUnless(bool is_done) { return is_done ? 0 : errno; }

// All of `text` into the file, on the disk.
int WriteAll(int descriptor, const std::string& text) {
  size_t written = 0;
  while (written < text.size()) {
    const ssize_t count = write(descriptor, text.data() + written, text.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return count < 0 ? errno : EIO;
    written += static_cast<size_t>(count);
  }
  return ErrorUnless(fsync(descriptor) == 0);
}

// A new file, for its owner only.
int WriteDraft(const std::string& path, const std::string& text) {
  unlink(path.c_str());
  const int descriptor = open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (descriptor < 0) return errno;
  const int error = WriteAll(descriptor, text);
  const int close_error = ErrorUnless(close(descriptor) == 0);
  return error != 0 ? error : close_error;
}

}  // namespace

StoredSession ToStored(const accounts::v1::SessionTokens& tokens) {
  StoredSession session;
  session.person_id = tokens.person().person_id();
  session.session_id = tokens.session_id();
  session.scopes = {tokens.person().scopes().begin(), tokens.person().scopes().end()};
  session.access_token = tokens.access_token();
  session.access_expires_us = tokens.access_expires_us();
  session.refresh_token = tokens.refresh_token();
  return session;
}

SessionFile SessionFile::For(const std::string& address) {
  return SessionFile(absl::StrCat(StateFolder(), "/", NameOf(address)));
}

absl::StatusOr<StoredState> SessionFile::Read() const {
  struct stat facts = {};
  if (stat(path_.c_str(), &facts) != 0) return StoredState();
  if ((facts.st_mode & 077) != 0) {
    return Refused(path_, "may be read by others; remove it and sign in again");
  }
  std::ifstream file(path_);
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  StoredState state;
  try {
    const json content = json::parse(text);
    if (!content.at("session").is_null()) state.session = SessionOf(content.at("session"));
    state.device_token_by_name = content.at("devices").get<std::map<std::string, std::string>>();
  } catch (const json::exception&) {  // the library's way of saying it
    return Refused(path_, "is damaged; remove it and sign in again");
  }
  return state;
}

absl::Status SessionFile::Write(const StoredState& state) const {
  RETURN_IF_ERROR(MakeFolder());
  const json content = {{"session", state.session.has_value() ? ToJson(*state.session) : json()},
                        {"devices", state.device_token_by_name}};
  const std::string draft = absl::StrCat(path_, ".new");
  int error = WriteDraft(draft, content.dump(2) + "\n");
  if (error == 0) error = ErrorUnless(rename(draft.c_str(), path_.c_str()) == 0);
  if (error != 0) {
    unlink(draft.c_str());
  } else {
    error = SyncFolder(std::filesystem::path(path_).parent_path());
  }
  if (error == 0) return absl::OkStatus();
  return Refused(path_, absl::StrCat("cannot be written (", std::strerror(error), ")"));
}

absl::Status SessionFile::MakeFolder() const {
  const std::filesystem::path folder = std::filesystem::path(path_).parent_path();
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error || chmod(folder.c_str(), 0700) != 0) {
    return Refused(path_, absl::StrCat("has no folder, and none can be made: ",
                                       error ? error.message() : std::strerror(errno)));
  }
  return absl::OkStatus();
}

absl::StatusOr<SessionFile::Lock> SessionFile::Lock::Take(const SessionFile& file,
                                                          Interrupt* interrupt,
                                                          absl::Duration patience) {
  RETURN_IF_ERROR(file.MakeFolder());
  const std::string path = absl::StrCat(file.path_, ".lock");
  Lock lock(open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600));
  if (lock.descriptor_ < 0) {
    return Refused(path, absl::StrCat("cannot be locked (", std::strerror(errno), ")"));
  }
  const absl::Time end = absl::Now() + patience;
  while (flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      return Refused(path, absl::StrCat("cannot be locked (", std::strerror(errno), ")"));
    }
    if (absl::Now() >= end) {
      // Not UNAVAILABLE, which would be tried again for as long.
      return absl::FailedPreconditionError(
          absl::StrCat("another run of the program has held the session (", path, ") for ",
                       absl::FormatDuration(patience), "; try again once it has ended, or end it"));
    }
    interrupt->SleepFor(kLockPause);
    RETURN_IF_ERROR(interrupt->Check());
  }
  return lock;
}

SessionFile::Lock::~Lock() {
  if (descriptor_ >= 0) close(descriptor_);
}

}  // namespace milkway::cli
