#include "services/accounts/limits.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/accounts/accounts_errors.h"

namespace milkway::accounts {

namespace {

constexpr size_t kNetworkBytesV4 = 3;
constexpr size_t kNetworkBytesV6 = 8;
constexpr size_t kMappedPrefixBytes = 12;

std::string Key(absl::string_view first, absl::string_view second) {
  return absl::StrCat(first, absl::string_view("\0", 1), second);
}

}  // namespace

std::string NetworkOf(absl::string_view address) {
  const std::string text(address);
  in_addr v4;
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) {
    return absl::StrCat("4", absl::string_view(reinterpret_cast<char*>(&v4), kNetworkBytesV4));
  }
  in6_addr v6;
  if (inet_pton(AF_INET6, text.c_str(), &v6) != 1) return text;
  const absl::string_view bytes(reinterpret_cast<char*>(&v6), sizeof(v6));
  if (IN6_IS_ADDR_V4MAPPED(&v6)) {
    return absl::StrCat("4", bytes.substr(kMappedPrefixBytes, kNetworkBytesV4));
  }
  return absl::StrCat("6", bytes.substr(0, kNetworkBytesV6));
}

absl::Status Limits::Take(TokenBuckets* buckets, std::string key, int64_t now_us,
                          Attempt* attempt) {
  const int64_t wait_us = buckets->Take(key, now_us);
  if (wait_us > 0) {
    attempt->GiveBack();
    return TooManyAttempts(wait_us);
  }
  attempt->taken_.emplace_back(buckets, std::move(key));
  return absl::OkStatus();
}

absl::Status Limits::TakeSignIn(absl::string_view sign_in_name, absl::string_view device,
                                absl::string_view address, int64_t now_us, Attempt* attempt) {
  if (!device.empty()) {
    return Take(&by_device_, Key(sign_in_name, device), now_us, attempt);
  }
  const std::string network = NetworkOf(address);
  RETURN_IF_ERROR(Take(&by_network_, network, now_us, attempt));
  RETURN_IF_ERROR(Take(&by_name_and_network_, Key(sign_in_name, network), now_us, attempt));
  return Take(&by_name_, std::string(sign_in_name), now_us, attempt);
}

absl::Status Limits::TakeProof(absl::string_view person_id, absl::string_view device,
                               int64_t now_us, Attempt* attempt) {
  return Take(&proofs_, Key(person_id, device), now_us, attempt);
}

absl::Status Limits::CheckRightPasswords(absl::string_view person_id, bool is_known_device,
                                         int64_t now_us) {
  const int64_t wait_us =
      right_passwords_.WaitFor(Key(person_id, is_known_device ? "known" : ""), now_us);
  return wait_us > 0 ? TooManyAttempts(wait_us) : absl::OkStatus();
}

void Limits::CountRightPassword(absl::string_view person_id, bool is_known_device, int64_t now_us) {
  (void)right_passwords_.Take(Key(person_id, is_known_device ? "known" : ""), now_us);
}

absl::Status Limits::TakeBadToken(absl::string_view address, int64_t now_us) {
  Attempt never_given_back;
  return Take(&bad_tokens_, NetworkOf(address), now_us, &never_given_back);
}

absl::Status Limits::TakeGoodToken(absl::string_view id, int64_t now_us) {
  Attempt never_given_back;
  return Take(&good_tokens_, std::string(id), now_us, &never_given_back);
}

absl::Status Limits::TakeInviting(absl::string_view caller_id, int64_t now_us) {
  Attempt never_given_back;
  return Take(&invitings_, std::string(caller_id), now_us, &never_given_back);
}

}  // namespace milkway::accounts
