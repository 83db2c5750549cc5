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
#include "clients/cpp/status_macros.h"
#include "nlohmann/json.hpp"

namespace milkway::cli {

namespace {

using nlohmann::json;

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

// All of `text` into the file, on the disk. False with errno set otherwise.
bool WriteAll(int descriptor, const std::string& text) {
  size_t written = 0;
  while (written < text.size()) {
    const ssize_t count = write(descriptor, text.data() + written, text.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    written += static_cast<size_t>(count);
  }
  return fsync(descriptor) == 0;
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
  unlink(draft.c_str());
  const int descriptor = open(draft.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  const bool is_written = descriptor >= 0 && WriteAll(descriptor, content.dump(2) + "\n");
  const int error = errno;
  if (descriptor >= 0) close(descriptor);
  if (!is_written || rename(draft.c_str(), path_.c_str()) != 0) {
    return Refused(path_, absl::StrCat("cannot be written (", std::strerror(error), ")"));
  }
  return absl::OkStatus();
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

SessionFile::Lock::Lock(const SessionFile& file) {
  if (!file.MakeFolder().ok()) return;
  const std::string path = absl::StrCat(file.path_, ".lock");
  descriptor_ = open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor_ < 0) return;
  while (flock(descriptor_, LOCK_EX) != 0 && errno == EINTR) {
  }
}

SessionFile::Lock::~Lock() {
  if (descriptor_ >= 0) close(descriptor_);
}

}  // namespace milkway::cli
