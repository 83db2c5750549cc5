#include "services/accounts/password_rules.h"

#include <algorithm>
#include <array>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/runtime/errors.h"

namespace milkway::accounts {

namespace {

constexpr size_t kDifferentBytesMin = 5;

// What is left of the commonest passwords without the digits and marks around them. One
// that is nothing but such words, digits and marks is tried first.
constexpr absl::string_view kCommonWords[] = {
    "abc",       "abcd",        "abcdef",    "access",    "admin",     "administrator",
    "aini",      "amazing",     "amanda",    "andrew",    "angel",     "anthony",
    "apple",     "asdf",        "asdfgh",    "asdfghjkl", "ashley",    "austin",
    "auditor",   "baby",        "babygirl",  "bailey",    "banana",    "barcelona",
    "baseball",  "basketball",  "batman",    "beautiful", "beijing",   "blink",
    "buster",    "butterfly",   "changeme",  "changyuan", "charlie",   "cheese",
    "chelsea",   "china",       "chocolate", "computer",  "cookie",    "daniel",
    "default",   "demo",        "diamond",   "dog",       "donor",     "dragon",
    "family",    "flower",      "football",  "forever",   "freedom",   "friend",
    "fuck",      "george",      "ginger",    "girl",      "god",       "guest",
    "hannah",    "hello",       "hockey",    "hunter",    "internet",  "iloveu",
    "iloveyou",  "jasmine",     "jennifer",  "jessica",   "jesus",     "jordan",
    "joshua",    "justin",      "killer",    "letmein",   "liverpool", "login",
    "love",      "lovely",      "loveyou",   "maggie",    "manager",   "master",
    "matthew",   "me",          "michael",   "michelle",  "milk",      "milkway",
    "monkey",    "mustang",     "my",        "naruto",    "nicole",    "ninja",
    "nothing",   "office",      "orange",    "pass",      "passw",     "password",
    "passwd",    "pepper",      "phoenix",   "please",    "pokemon",   "powder",
    "princess",  "procurement", "purple",    "qaz",       "qazwsx",    "qazwsxedc",
    "qwe",       "qwer",        "qwert",     "qwerty",    "qwertyui",  "qwertyuiop",
    "robert",    "root",        "samantha",  "samsung",   "school",    "secret",
    "server",    "shadow",      "shanghai",  "soccer",    "star",      "starwars",
    "summer",    "sunshine",    "superman",  "superuser", "support",   "system",
    "taylor",    "teacher",     "temp",      "test",      "tester",    "testing",
    "the",       "thomas",      "tigger",    "trustno",   "user",      "username",
    "warehouse", "welcome",     "whatever",  "william",   "winter",    "woaini",
    "woaiwojia", "wsx",         "xiaoming",  "you",       "yuan",      "zaq",
    "zhang",     "zhongguo",    "zxc",       "zxcv",      "zxcvbn",    "zxcvbnm",
};

// Walks along these, forwards or backwards, are tried first too.
constexpr absl::string_view kWalks[] = {
    "0123456789012345678901234567890123456789",
    "1234567890123456789012345678901234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
};

size_t CharactersOf(absl::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
    // All but the bytes that go on with a character of UTF-8.
    return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
  }));
}

size_t DifferentBytesOf(absl::string_view text) {
  std::array<bool, 256> seen{};
  for (const char byte : text) seen[static_cast<unsigned char>(byte)] = true;
  return static_cast<size_t>(std::count(seen.begin(), seen.end(), true));
}

// Reads the letters that are often written as digits and marks.
char Plain(char character) {
  switch (character) {
    case '0':
      return 'o';
    case '1':
      return 'i';
    case '3':
      return 'e';
    case '4':
    case '@':
      return 'a';
    case '5':
    case '$':
      return 's';
    default:
      return character;
  }
}

// The length of the longest known word at the front; 0 if there is none.
size_t WordAt(absl::string_view text) {
  size_t longest = 0;
  for (const absl::string_view word : kCommonWords) {
    if (word.size() > longest && absl::StartsWith(text, word)) longest = word.size();
  }
  return longest;
}

// True if there is nothing but known words, as they are or written with digits and marks,
// and digits and marks between them.
bool IsWordsAndDigits(const std::string& lower) {
  std::string plain = lower;
  std::transform(plain.begin(), plain.end(), plain.begin(), Plain);
  for (size_t at = 0; at < lower.size();) {
    const size_t word = std::max(WordAt(absl::string_view(lower).substr(at)),
                                 WordAt(absl::string_view(plain).substr(at)));
    const auto next = static_cast<unsigned char>(lower[at]);
    if (word == 0 && (absl::ascii_isalpha(next) || !absl::ascii_isascii(next))) return false;
    at += std::max<size_t>(word, 1);
  }
  return true;
}

bool IsWalk(const std::string& text) {
  const std::string backwards(text.rbegin(), text.rend());
  return std::any_of(std::begin(kWalks), std::end(kWalks), [&](absl::string_view walk) {
    return absl::StrContains(walk, text) || absl::StrContains(walk, backwards);
  });
}

bool IsCommon(absl::string_view password) {
  const std::string lower = absl::AsciiStrToLower(password);
  return DifferentBytesOf(lower) < kDifferentBytesMin || IsWalk(lower) || IsWordsAndDigits(lower);
}

}  // namespace

absl::Status CheckNewPassword(absl::string_view field, absl::string_view password,
                              absl::string_view sign_in_name) {
  if (CharactersOf(password) < kPasswordCharactersMin) {
    return runtime::InvalidField(
        field, absl::StrCat("must have at least ", kPasswordCharactersMin, " characters"));
  }
  if (password.size() > kPasswordBytesMax) {
    return runtime::InvalidField(field,
                                 absl::StrCat("must have at most ", kPasswordBytesMax, " bytes"));
  }
  if (absl::EqualsIgnoreCase(password, sign_in_name)) {
    return runtime::InvalidField(field, "must not be the sign-in name");
  }
  if (IsCommon(password)) {
    return runtime::InvalidField(
        field, "is one of those that are tried first; choose several words of your own");
  }
  return absl::OkStatus();
}

}  // namespace milkway::accounts
