// Whatever bytes come as an access token: none is taken but the one that was signed.

#include <string>

#include "services/runtime/tokens/access_token.h"
#include "services/runtime/tokens/strict_jwt.h"
#include "tests/fuzz/fuzz.h"

namespace {

// Of the corpus: its private key was thrown away.
constexpr char kPublicPem[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEt3Om3ebFfl+LkVu/tJX5QpzjtdFw\n"
    "6nkGzSkzayd5wZdDmp6Cv3n3Ry/iC/Md5H01zQyomb7ytqGkBE5ZDw9ugQ==\n"
    "-----END PUBLIC KEY-----\n";
constexpr char kKid[] = "fuzz-key";
constexpr int64_t kNow = 1'800'000'000;

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using milkway::fuzz::Require;
  const absl::string_view token = milkway::fuzz::BytesOf(data, size);
  const auto claims = milkway::runtime::VerifyAccessToken(
      token, [](absl::string_view kid) { return std::string(kid == kKid ? kPublicPem : ""); },
      kNow);
  if (claims.ok()) {
    Require(claims->subject == "wang" && claims->session_id == "s1" &&
                claims->expires_at_s == kNow + 600 && claims->scopes.size() == 1,
            "nobody is taken but whom the signed token names");
    return 0;
  }
  Require(absl::IsUnauthenticated(claims.status()), "what is not taken is UNAUTHENTICATED");
  // What has the right form is read the same again.
  const auto jwt = milkway::runtime::StrictJwt::Parse(token);
  if (!jwt.ok()) return 0;
  Require(!jwt->CheckSignature("HS256", kPublicPem).ok() &&
              !jwt->CheckSignature("none", kPublicPem).ok(),
          "only signatures of public keys count");
  return 0;
}
