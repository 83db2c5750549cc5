// How often people and strangers may try what could be guessed.
//
// What fails counts: whoever succeeds gets the token back. Failures of a sign-in count
// for the network they come from, for the name they try, and for both together. So a
// stranger who guesses slows himself, and in the end every device that is not known to
// belong to the person; but never the person on a device that signed in before, whose
// device token stands for buckets of its own ("device cookies", OWASP). Right passwords are
// counted by themselves, for the work of a hash is the same; and apart for devices that are
// known, for whoever stole one and lacks the authenticator makes them without end.

#ifndef MILKWAY_SERVICES_ACCOUNTS_LIMITS_H_
#define MILKWAY_SERVICES_ACCOUNTS_LIMITS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/accounts/token_buckets.h"

namespace milkway::accounts {

// The neighbourhood of an address that one guesser may have all of: its /24, or its /64;
// other texts ("unix") as they are.
std::string NetworkOf(absl::string_view address);

// Thread-safe.
class Limits {
 public:
  // What an attempt took, to be given back if it succeeds.
  class Attempt {
   public:
    void GiveBack() {
      for (const auto& [buckets, key] : taken_) buckets->GiveBack(key);
      taken_.clear();
    }

   private:
    friend class Limits;
    std::vector<std::pair<TokenBuckets*, std::string>> taken_;
  };

  // Each takes what the attempt costs, or is RESOURCE_EXHAUSTED (TOO_MANY_ATTEMPTS) and
  // takes nothing.

  // `device` is the verified device of the person, empty if it is unknown.
  absl::Status TakeSignIn(absl::string_view sign_in_name, absl::string_view device,
                          absl::string_view address, int64_t now_us, Attempt* attempt);
  // A code, once the password was right; or a password of somebody who is signed in.
  absl::Status TakeProof(absl::string_view person_id, absl::string_view device, int64_t now_us,
                         Attempt* attempt);
  // RESOURCE_EXHAUSTED (TOO_MANY_ATTEMPTS) if the person's right password was shown too often
  // of late, on devices that are known, or that are not; takes nothing. To be asked before
  // one more is hashed. Whoever is signed in is on a device that is known.
  absl::Status CheckRightPasswords(absl::string_view person_id, bool is_known_device,
                                   int64_t now_us);
  // It was right once more.
  void CountRightPassword(absl::string_view person_id, bool is_known_device, int64_t now_us);
  // A refresh token or the token of an invite that is none; never given back. Good ones
  // cannot be guessed, so that nobody waits for the bad ones of a neighbour.
  absl::Status TakeBadToken(absl::string_view address, int64_t now_us);
  // A good one of a session or an invite; never given back.
  absl::Status TakeGoodToken(absl::string_view id, int64_t now_us);
  // Making an invite; never given back.
  absl::Status TakeInviting(absl::string_view caller_id, int64_t now_us);

 private:
  static constexpr int64_t kSecondUs = 1'000'000;

  absl::Status Take(TokenBuckets* buckets, std::string key, int64_t now_us, Attempt* attempt);

  TokenBuckets by_network_{{40, 5 * kSecondUs}};
  TokenBuckets by_name_and_network_{{6, 60 * kSecondUs}};
  TokenBuckets by_name_{{30, 60 * kSecondUs}};
  TokenBuckets by_device_{{10, 60 * kSecondUs}};
  TokenBuckets proofs_{{6, 300 * kSecondUs}};
  TokenBuckets right_passwords_{{60, 60 * kSecondUs}};
  TokenBuckets bad_tokens_{{30, 10 * kSecondUs}};
  TokenBuckets good_tokens_{{30, 5 * kSecondUs}};
  TokenBuckets invitings_{{300, 10 * kSecondUs}};
};

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_LIMITS_H_
