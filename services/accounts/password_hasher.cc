#include "services/accounts/password_hasher.h"

#include <sodium.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/accounts/accounts_errors.h"
#include "services/accounts/limits.h"
#include "services/runtime/check.h"

namespace milkway::accounts {

PasswordHasher::Asker PasswordHasher::Asker::Known(absl::string_view id) {
  return {absl::StrCat("known ", id), true};
}

PasswordHasher::Asker PasswordHasher::Asker::Stranger(absl::string_view address) {
  return {absl::StrCat("from ", NetworkOf(address)), false};
}

PasswordHasher::PasswordHasher(PasswordCost cost) : cost_(cost) {
  MILKWAY_CHECK(sodium_init() >= 0);
  // Of a password that nobody has.
  std::string nobodys(32, '\0');
  randombytes_buf(nobodys.data(), nobodys.size());
  absl::StatusOr<std::string> dummy = HashNow(nobodys);
  MILKWAY_CHECK(dummy.ok());
  dummy_hash_ = *std::move(dummy);
  hash_count_ = 0;
}

void PasswordHasher::Hash(const Asker& asker, SecretText password, HashDone done) {
  Run(asker, [this, password = std::move(password),
              done = std::move(done)](const absl::Status& admitted) mutable {
    std::move(done)(admitted.ok() ? HashNow(password.text())
                                  : absl::StatusOr<std::string>(admitted));
  });
}

void PasswordHasher::Verify(const Asker& asker, SecretText password, std::string hash,
                            VerifyDone done) {
  Run(asker, [this, password = std::move(password), hash = std::move(hash),
              done = std::move(done)](const absl::Status& admitted) mutable {
    std::move(done)(admitted.ok() ? VerifyNow(password.text(), hash)
                                  : absl::StatusOr<Verdict>(admitted));
  });
}

void PasswordHasher::Run(const Asker& asker, Task task) {
  if (!Enter(asker)) return std::move(task)(SignInBusy());
  threads_.Run([this, asker, task = std::move(task)](const absl::Status& admitted) mutable {
    Leave(asker);
    std::move(task)(admitted);
  });
}

bool PasswordHasher::Enter(const Asker& asker) {
  absl::MutexLock lock(&mutex_);
  if (waiting_ >= kQueueMax) return false;
  if (!asker.is_known && waiting_strangers_ >= kOfStrangersMax) return false;
  size_t& of_asker = waiting_by_key_[asker.key];
  if (of_asker >= kOfAskerMax) return false;
  ++of_asker;
  ++waiting_;
  if (!asker.is_known) ++waiting_strangers_;
  return true;
}

void PasswordHasher::Leave(const Asker& asker) {
  absl::MutexLock lock(&mutex_);
  const auto of_asker = waiting_by_key_.find(asker.key);
  if (--of_asker->second == 0) waiting_by_key_.erase(of_asker);
  --waiting_;
  if (!asker.is_known) --waiting_strangers_;
}

absl::StatusOr<std::string> PasswordHasher::HashNow(const std::string& password) {
  ++hash_count_;
  char text[crypto_pwhash_STRBYTES];
  if (crypto_pwhash_str_alg(text, password.data(), password.size(), cost_.passes,
                            cost_.memory_bytes, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return absl::ResourceExhaustedError(
        "the server has too little memory to check passwords now; try again in a moment");
  }
  return std::string(text);
}

absl::StatusOr<PasswordHasher::Verdict> PasswordHasher::VerifyNow(const std::string& password,
                                                                  const std::string& hash) {
  ++hash_count_;
  const bool is_known = !hash.empty();
  const std::string& compared = is_known ? hash : dummy_hash_;
  const bool is_same =
      crypto_pwhash_str_verify(compared.c_str(), password.data(), password.size()) == 0;
  Verdict verdict;
  verdict.is_right = is_known && is_same;
  if (verdict.is_right &&
      crypto_pwhash_str_needs_rehash(hash.c_str(), cost_.passes, cost_.memory_bytes) != 0) {
    ASSIGN_OR_RETURN(verdict.better_hash, HashNow(password));
  }
  return verdict;
}

}  // namespace milkway::accounts
