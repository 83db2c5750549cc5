// Where a person is signed in, kept between runs of the program.
//
// A file for each server under ${XDG_STATE_HOME:-~/.local/state}/milkway, which nobody else
// can read (0600), in a folder likewise (0700).

#ifndef MILKWAY_CLIENTS_CLI_SESSION_FILE_H_
#define MILKWAY_CLIENTS_CLI_SESSION_FILE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "clients/cli/interrupt.h"
#include "milkway/accounts/v1/sign_in.pb.h"

namespace milkway::cli {

struct StoredSession {
  std::string person_id;
  std::string session_id;
  std::vector<std::string> scopes;
  std::string access_token;
  int64_t access_expires_us = 0;
  std::string refresh_token;
  // The refresh that is under way: if its answer is lost, it is repeated as it was. Empty:
  // none is.
  std::string refresh_request_id;
};

struct StoredState {
  std::optional<StoredSession> session;  // nullopt: nobody is signed in
  // What this device is to whoever signed in on it before, by sign-in name.
  std::map<std::string, std::string> device_token_by_name;
};

StoredSession ToStored(const accounts::v1::SessionTokens& tokens);

class SessionFile {
 public:
  // The file of the server at `address` (HOST:PORT).
  static SessionFile For(const std::string& address);
  explicit SessionFile(std::string path) : path_(std::move(path)) {}

  const std::string& path() const { return path_; }

  // Nothing is stored if there is no file. FAILED_PRECONDITION if it is damaged, or others
  // can read it.
  absl::StatusOr<StoredState> Read() const;

  // In place of what is stored, at once or not at all. FAILED_PRECONDITION.
  absl::Status Write(const StoredState& state) const;

  // While it lives, no other run of the program refreshes the session.
  class Lock {
   public:
    // Waits while another run has it. FAILED_PRECONDITION if that takes longer than
    // `patience`, or if there is no folder that can be written to; CANCELLED once a stop was
    // asked for.
    static absl::StatusOr<Lock> Take(const SessionFile& file, Interrupt* interrupt,
                                     absl::Duration patience = absl::Seconds(60));
    Lock(Lock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    Lock& operator=(Lock&&) = delete;
    ~Lock();

   private:
    explicit Lock(int descriptor) : descriptor_(descriptor) {}

    int descriptor_ = -1;
  };

 private:
  absl::Status MakeFolder() const;

  std::string path_;
};

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_SESSION_FILE_H_
