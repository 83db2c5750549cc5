// Which passwords are taken, and how they are hashed.

#include <sodium.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/notification.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/accounts/password_hasher.h"
#include "services/accounts/password_rules.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::accounts {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr PasswordCost kCheap = {crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN};

TEST(PasswordRules, TakeWhatNobodyTriesFirst) {
  for (const char* password :
       {"seven blue lorries at dawn", "kT9#vbQ2xw", "三只蓝色的卡车在黎明出发了",
        "lorry7drove4home", "correct horse battery staple"}) {
    EXPECT_THAT(CheckNewPassword("password", password, "li"), IsOk()) << password;
  }
}

TEST(PasswordRules, RefuseWhatEverybodyTriesFirst) {
  for (const char* password :
       {"1234567890", "qwertyuiop", "password123", "P@ssw0rd2025", "1q2w3e4r5t", "aaaaaaaaaaaa",
        "abcabcabcabc", "iloveyou2024", "milkway2026!", "administrator", "woaini1314520",
        "0987654321", "20251231!!", "qwerty123456", "Changyuan2025"}) {
    EXPECT_THAT(CheckNewPassword("password", password, "li"), NamesField("password")) << password;
  }
}

TEST(PasswordRules, RefuseWhatIsTooShortOrTooLongOrTheName) {
  EXPECT_THAT(CheckNewPassword("password", "kT9#vbQ2x", "li"), NamesField("password"));
  // Ten bytes are not ten characters.
  EXPECT_THAT(CheckNewPassword("password", "三只蓝色卡车", "li"), NamesField("password"));
  EXPECT_THAT(CheckNewPassword("new_password", std::string(1025, 'x'), "li"),
              NamesField("new_password"));
  EXPECT_THAT(CheckNewPassword("password", "Li.Xiaoming@gov", "li.xiaoming@gov"),
              NamesField("password"));
}

TEST(PasswordRules, NeverRepeatThePassword) {
  const absl::Status refusal = CheckNewPassword("password", "P@ssw0rd2025", "li");

  EXPECT_THAT(refusal.ToString(), Not(HasSubstr("P@ssw0rd2025")));
}

std::string HashNow(PasswordHasher* hasher, const std::string& password) {
  std::string hash;
  absl::Notification done;
  hasher->Hash(SecretText(password), [&](absl::StatusOr<std::string> result) {
    hash = result.ok() ? *result : result.status().ToString();
    done.Notify();
  });
  done.WaitForNotification();
  return hash;
}

PasswordHasher::Verdict VerifyNow(PasswordHasher* hasher, const std::string& password,
                                  const std::string& hash) {
  PasswordHasher::Verdict verdict;
  absl::Notification done;
  hasher->Verify(SecretText(password), hash, [&](absl::StatusOr<PasswordHasher::Verdict> result) {
    if (result.ok()) verdict = *result;
    done.Notify();
  });
  done.WaitForNotification();
  return verdict;
}

TEST(PasswordHasher, KnowsThePasswordByItsHash) {
  PasswordHasher hasher(kCheap);
  const std::string hash = HashNow(&hasher, "seven blue lorries");

  EXPECT_THAT(hash, StartsWith("$argon2id$v=19$"));
  EXPECT_TRUE(VerifyNow(&hasher, "seven blue lorries", hash).is_right);
  EXPECT_FALSE(VerifyNow(&hasher, "seven blue lorry", hash).is_right);
  EXPECT_FALSE(VerifyNow(&hasher, "", hash).is_right);
  EXPECT_NE(HashNow(&hasher, "seven blue lorries"), hash) << "two salts are alike";
}

TEST(PasswordHasher, DoesTheSameWorkWhereThereIsNoHash) {
  PasswordHasher hasher(kCheap);
  const std::string hash = HashNow(&hasher, "seven blue lorries");
  const int64_t before = hasher.hash_count();

  VerifyNow(&hasher, "wrong", hash);
  const int64_t work_for_wrong = hasher.hash_count() - before;
  EXPECT_FALSE(VerifyNow(&hasher, "wrong", "").is_right);
  const int64_t work_for_unknown = hasher.hash_count() - before - work_for_wrong;

  EXPECT_EQ(work_for_wrong, 1);
  EXPECT_EQ(work_for_unknown, work_for_wrong);
}

TEST(PasswordHasher, HashesAgainWhenTheCostHasChanged) {
  PasswordHasher cheap(kCheap);
  PasswordHasher dearer({crypto_pwhash_OPSLIMIT_MIN + 1, crypto_pwhash_MEMLIMIT_MIN * 2});
  const std::string old_hash = HashNow(&cheap, "seven blue lorries");

  const PasswordHasher::Verdict verdict = VerifyNow(&dearer, "seven blue lorries", old_hash);

  EXPECT_TRUE(verdict.is_right);
  ASSERT_THAT(verdict.better_hash, StartsWith("$argon2id$"));
  EXPECT_TRUE(VerifyNow(&dearer, "seven blue lorries", verdict.better_hash).is_right);
  EXPECT_EQ(VerifyNow(&dearer, "seven blue lorries", verdict.better_hash).better_hash, "");
  EXPECT_EQ(VerifyNow(&dearer, "wrong", old_hash).better_hash, "");
}

// As many tasks as there are threads hold those up; the queue takes so many and no more.
TEST(PasswordHasher, RefusesWhatItCannotQueue) {
  PasswordHasher hasher(kCheap);
  absl::Notification go;
  absl::BlockingCounter holding(PasswordHasher::kThreads);
  absl::BlockingCounter done(PasswordHasher::kThreads +
                             static_cast<int>(PasswordHasher::kQueueMax));
  for (int i = 0; i < PasswordHasher::kThreads; ++i) {
    hasher.Hash(SecretText("held"), [&](absl::StatusOr<std::string>) {
      holding.DecrementCount();
      go.WaitForNotification();
      done.DecrementCount();
    });
  }
  holding.Wait();
  for (size_t i = 0; i < PasswordHasher::kQueueMax; ++i) {
    hasher.Hash(SecretText("queued"), [&](const absl::StatusOr<std::string>& hash) {
      EXPECT_THAT(hash, IsOk());
      done.DecrementCount();
    });
  }

  absl::Status refusal;
  hasher.Hash(SecretText("too many"),
              [&](const absl::StatusOr<std::string>& hash) { refusal = hash.status(); });

  EXPECT_THAT(refusal, IsRefusal("SIGN_IN_BUSY"));
  go.Notify();
  done.Wait();
}

TEST(SecretText, LeavesNothingWhereItMovedFrom) {
  SecretText secret("short");
  const char* const bytes = secret.text().data();
  SecretText moved(std::move(secret));

  EXPECT_EQ(moved.text(), "short");
  EXPECT_EQ(std::string(bytes, 5), std::string(5, '\0'));
}

}  // namespace
}  // namespace milkway::accounts
