// The code that lets the first admin in.

#ifndef MILKWAY_SERVICES_ACCOUNTS_SET_UP_CODE_H_
#define MILKWAY_SERVICES_ACCOUNTS_SET_UP_CODE_H_

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace milkway::accounts {

// 32 random bytes as base64url in a file that only the server's owner can read. Whoever can
// read it could as well change the store. Thread-safe.
class SetUpCode {
 public:
  // No code: nothing is right.
  SetUpCode() = default;
  // Writes a new code into `file`, in place of an old one. FAILED_PRECONDITION if that
  // cannot be done.
  static absl::StatusOr<SetUpCode> Write(const std::string& file);

  SetUpCode(SetUpCode&& other) noexcept
      : hash_(std::move(other.hash_)), file_(std::move(other.file_)) {}
  SetUpCode& operator=(SetUpCode&&) = delete;

  bool IsRight(absl::string_view code) const;

  // Removes the file: an admin can sign in now. The code stays right for whoever repeats
  // the request that did it.
  void RemoveFile() const;

 private:
  std::string hash_;  // empty: there is no code
  std::string file_;
};

// Removes a code that an earlier run left.
void RemoveSetUpCode(const std::string& file);

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_SET_UP_CODE_H_
