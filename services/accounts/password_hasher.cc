#include "services/accounts/password_hasher.h"

#include <sodium.h>

#include <utility>

#include "clients/cpp/status_macros.h"
#include "services/accounts/accounts_errors.h"
#include "services/runtime/check.h"

namespace milkway::accounts {

namespace {

absl::Status Stopping() {
  return absl::UnavailableError("the server is stopping; try again in a moment");
}

}  // namespace

PasswordHasher::PasswordHasher(PasswordCost cost) : cost_(cost) {
  MILKWAY_CHECK(sodium_init() >= 0);
  // Of a password that nobody has.
  std::string nobodys(32, '\0');
  randombytes_buf(nobodys.data(), nobodys.size());
  absl::StatusOr<std::string> dummy = HashNow(nobodys);
  MILKWAY_CHECK(dummy.ok());
  dummy_hash_ = *std::move(dummy);
  hash_count_ = 0;
  for (int i = 0; i < kThreads; ++i) threads_.emplace_back([this] { RunTasks(); });
}

PasswordHasher::~PasswordHasher() {
  Stop();
  for (std::thread& thread : threads_) thread.join();
}

void PasswordHasher::Hash(SecretText password, HashDone done) {
  Run([this, password = std::move(password),
       done = std::move(done)](const absl::Status& admitted) mutable {
    std::move(done)(admitted.ok() ? HashNow(password.text())
                                  : absl::StatusOr<std::string>(admitted));
  });
}

void PasswordHasher::Verify(SecretText password, std::string hash, VerifyDone done) {
  Run([this, password = std::move(password), hash = std::move(hash),
       done = std::move(done)](const absl::Status& admitted) mutable {
    std::move(done)(admitted.ok() ? VerifyNow(password.text(), hash)
                                  : absl::StatusOr<Verdict>(admitted));
  });
}

void PasswordHasher::Stop() {
  absl::MutexLock lock(&mutex_);
  stopping_ = true;
}

void PasswordHasher::Run(Task task) {
  absl::Status refusal;
  {
    absl::MutexLock lock(&mutex_);
    if (stopping_) {
      refusal = Stopping();
    } else if (tasks_.size() >= kQueueMax) {
      refusal = SignInBusy();
    } else {
      tasks_.push_back(std::move(task));
    }
  }
  if (!refusal.ok()) std::move(task)(refusal);
}

void PasswordHasher::RunTasks() {
  const auto has_work = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return stopping_ || !tasks_.empty();
  };
  while (true) {
    Task task;
    absl::Status admitted;
    {
      absl::MutexLock lock(&mutex_, absl::Condition(&has_work));
      if (tasks_.empty()) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
      if (stopping_) admitted = Stopping();
    }
    std::move(task)(admitted);
  }
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
