#include "clients/cpp/currency.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>

#include "absl/strings/ascii.h"

namespace milkway::clients {

namespace {

// The codes of ISO 4217, table A.1, by the digits of their minor unit. Those
// withdrawn since 2023 stay, for books name what was paid (ANG BGN CUC HRK SLL
// ZWL). Gold, special drawing rights, test codes and the like have no minor unit,
// so that no amount of theirs can be stated.
constexpr absl::string_view kCodesByMinorDigits[] = {
    // 0
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF ",
    // 1
    "",
    // 2
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN "
    "BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP "
    "GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT "
    "LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO "
    "NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS "
    "SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD "
    "XCD XCG YER ZAR ZMW ZWG ZWL ",
    // 3
    "BHD IQD JOD KWD LYD OMR TND ",
    // 4
    "CLF UYW ",
};

constexpr size_t kLetters = 26;
constexpr int8_t kNoCurrency = -1;
using MinorDigitsByIndex = std::array<int8_t, kLetters * kLetters * kLetters>;

// Where a code of three capital letters stands among all of them.
constexpr size_t IndexOf(absl::string_view code) {
  size_t index = 0;
  for (const char letter : code) index = index * kLetters + static_cast<size_t>(letter - 'A');
  return index;
}

constexpr MinorDigitsByIndex IndexMinorDigits() {
  MinorDigitsByIndex table{};
  for (int8_t& digits : table) digits = kNoCurrency;
  for (size_t digits = 0; digits < std::size(kCodesByMinorDigits); ++digits) {
    const absl::string_view codes = kCodesByMinorDigits[digits];
    for (size_t at = 0; at < codes.size(); at += 4) {
      table[IndexOf(codes.substr(at, 3))] = static_cast<int8_t>(digits);
    }
  }
  return table;
}

constexpr MinorDigitsByIndex kMinorDigits = IndexMinorDigits();

}  // namespace

std::optional<int> FindMinorDigits(absl::string_view code) {
  const bool is_code =
      code.size() == 3 && std::all_of(code.begin(), code.end(), absl::ascii_isupper);
  if (!is_code) return std::nullopt;
  const int8_t digits = kMinorDigits[IndexOf(code)];
  if (digits == kNoCurrency) return std::nullopt;
  return digits;
}

}  // namespace milkway::clients
