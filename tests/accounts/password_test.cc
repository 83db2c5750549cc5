// Which passwords are taken, and how they are hashed.

#include <sodium.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
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
using ::milkway::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

using Asker = PasswordHasher::Asker;

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
  hasher->Hash(Asker::Known("li"), SecretText(password), [&](absl::StatusOr<std::string> result) {
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
  hasher->Verify(Asker::Known("li"), SecretText(password), hash,
                 [&](absl::StatusOr<PasswordHasher::Verdict> result) {
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

// As many tasks as there are threads hold those up; what comes later waits.
class FullHasher : public ::testing::Test {
 protected:
  FullHasher() {
    for (int i = 0; i < PasswordHasher::kThreads; ++i) {
      hasher_.Hash(Asker::Known("held"), SecretText("held"), [this](absl::StatusOr<std::string>) {
        holding_.DecrementCount();
        go_.WaitForNotification();
      });
    }
    holding_.Wait();
  }
  ~FullHasher() override { Go(); }

  // True if there is a place in the queue.
  bool Queue(const Asker& asker) {
    // Refused at once, or told later.
    auto is_refused = std::make_shared<std::atomic<bool>>(false);
    hasher_.Hash(asker, SecretText("queued"),
                 [is_refused, this](const absl::StatusOr<std::string>& hash) {
                   if (hash.ok()) ++hashed_;
                   if (!absl::IsResourceExhausted(hash.status())) return;
                   EXPECT_THAT(hash, IsRefusal("SIGN_IN_BUSY"));
                   *is_refused = true;
                 });
    return !*is_refused;
  }
  // How many of `count` find a place, each a stranger of another network.
  int QueueStrangers(int count) {
    int queued = 0;
    for (int i = 0; i < count; ++i) {
      queued += Queue(Asker::Stranger(absl::StrCat("203.0.", i, ".1")));
    }
    return queued;
  }
  void Go() {
    if (!go_.HasBeenNotified()) go_.Notify();
  }

  absl::Mutex mutex_;
  absl::Notification go_;
  absl::BlockingCounter holding_{PasswordHasher::kThreads};
  std::atomic<int> hashed_{0};
  PasswordHasher hasher_{kCheap};
};

TEST_F(FullHasher, RefusesWhatItCannotQueue) {
  int queued = 0;
  while (Queue(Asker::Known(absl::StrCat(queued)))) ASSERT_LT(++queued, 1'000);
  EXPECT_EQ(queued, static_cast<int>(PasswordHasher::kQueueMax));

  Go();
  while (hashed_ < queued) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_TRUE(Queue(Asker::Known("late")));
}

TEST_F(FullHasher, TakesAFewOfOneAsker) {
  int queued = 0;
  while (Queue(Asker::Stranger(absl::StrCat("203.0.113.", queued)))) ASSERT_LT(++queued, 1'000);
  EXPECT_EQ(queued, static_cast<int>(PasswordHasher::kOfAskerMax)) << "they are of one network";

  EXPECT_TRUE(Queue(Asker::Stranger("198.51.100.1")));
  EXPECT_TRUE(Queue(Asker::Known("li")));
}

TEST_F(FullHasher, KeepsHalfForThoseWhoAreKnown) {
  EXPECT_EQ(QueueStrangers(200), static_cast<int>(PasswordHasher::kOfStrangersMax));

  EXPECT_TRUE(Queue(Asker::Known("li")));
}

// Nobody waits for what comes to nothing.
TEST_F(FullHasher, HashesNothingOnceItIsStopped) {
  std::vector<absl::Status> heard;
  const auto ask = [&](absl::string_view id) {
    hasher_.Hash(Asker::Known(id), SecretText("asked"),
                 [&](const absl::StatusOr<std::string>& hash) {
                   absl::MutexLock lock(&mutex_);
                   heard.push_back(hash.status());
                 });
  };
  const auto count = [&] {
    absl::MutexLock lock(&mutex_);
    return heard.size();
  };
  ask("waits");
  hasher_.Stop();
  ask("late");
  EXPECT_EQ(count(), 1u) << "what is asked after the end is answered at once";
  Go();
  while (count() < 2) absl::SleepFor(absl::Milliseconds(1));

  EXPECT_THAT(heard, ::testing::Each(StatusIs(absl::StatusCode::kUnavailable)));
  EXPECT_EQ(hasher_.hash_count(), PasswordHasher::kThreads) << "those that held the threads";
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
