#include "services/accounts/set_up_code.h"

#include <sodium.h>

#include <filesystem>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/accounts/secrets.h"
#include "services/runtime/secret_file.h"

namespace milkway::accounts {

namespace {

constexpr size_t kCodeBytes = 32;

}  // namespace

absl::StatusOr<SetUpCode> SetUpCode::Write(const std::string& file, int64_t expires_us) {
  RemoveSetUpCode(file);
  std::string bytes(kCodeBytes, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  const std::string text = absl::WebSafeBase64Escape(bytes);
  RETURN_IF_ERROR(runtime::WriteSecretFile("set-up code", file, absl::StrCat(text, "\n")));
  SetUpCode code;
  code.hash_ = HashOfToken(text);
  code.file_ = file;
  code.expires_us_ = expires_us;
  return code;
}

bool SetUpCode::IsRight(absl::string_view code, int64_t now_us) const {
  if (hash_.empty() || now_us >= expires_us_) return false;
  const std::string hash = HashOfToken(absl::StripAsciiWhitespace(code));
  return sodium_memcmp(hash.data(), hash_.data(), hash_.size()) == 0;
}

void SetUpCode::Spend() {
  if (!is_spent_.exchange(true) && !file_.empty()) RemoveSetUpCode(file_);
}

void SetUpCode::SpendIfExpired(int64_t now_us) {
  if (now_us >= expires_us_) Spend();
}

bool IsOfThisMachine(absl::string_view peer) {
  return peer == "unix" || peer == "::1" || absl::StartsWith(peer, "127.");
}

void RemoveSetUpCode(const std::string& file) {
  std::error_code ignored;
  std::filesystem::remove(file, ignored);
}

}  // namespace milkway::accounts
