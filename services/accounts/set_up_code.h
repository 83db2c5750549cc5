// The code that lets the first admin in.

#ifndef MILKWAY_SERVICES_ACCOUNTS_SET_UP_CODE_H_
#define MILKWAY_SERVICES_ACCOUNTS_SET_UP_CODE_H_

#include <atomic>
#include <cstdint>
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
  // Writes a new code into `file`, in place of an old one; from `expires_us` on it is
  // wrong. FAILED_PRECONDITION if that cannot be done.
  static absl::StatusOr<SetUpCode> Write(const std::string& file, int64_t expires_us);

  SetUpCode(SetUpCode&& other) noexcept
      : hash_(std::move(other.hash_)),
        file_(std::move(other.file_)),
        expires_us_(other.expires_us_),
        is_spent_(other.is_spent_.load()) {}
  SetUpCode& operator=(SetUpCode&&) = delete;

  // Also of one that is spent, for whoever repeats the request that did it.
  bool IsRight(absl::string_view code, int64_t now_us) const;

  // It did what it was for, or is not needed any more: removes the file.
  void Spend();
  bool IsSpent() const { return is_spent_; }
  // Spends it once it has expired.
  void SpendIfExpired(int64_t now_us);

 private:
  std::string hash_;  // empty: there is no code
  std::string file_;
  int64_t expires_us_ = 0;
  std::atomic<bool> is_spent_{false};
};

// True for a call from the server's own machine, by where it comes from (Call::peer); not
// from its own process, which may hand on what came from elsewhere.
bool IsOfThisMachine(absl::string_view peer);

// Removes a code that an earlier run left.
void RemoveSetUpCode(const std::string& file);

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_SET_UP_CODE_H_
