// Runs a fuzzer without libFuzzer: on the files that are named, or on random input.
//
// Random input is short, favours bytes that formats give a meaning, and is now and
// then an earlier input with a few bytes changed.

#include <array>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "tests/fuzz/fuzz.h"
#include "tests/support/random_seed.h"

namespace {

constexpr int kInputs = 200'000;
constexpr size_t kBytesMax = 80;
constexpr std::array<uint8_t, 12> kTelling = {0x00, 0x01, 0x7f, 0x80, 0xff, '"',
                                              ',',  '\r', '\n', 0xef, '0',  'a'};

void Run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
}

std::string NextInput(std::mt19937& random, const std::string& before) {
  const auto below = [&random](size_t bound) { return random() % bound; };
  const auto any_byte = [&] {
    return static_cast<char>(below(2) == 0 ? kTelling[below(kTelling.size())] : below(256));
  };
  std::string input = before;
  if (input.empty() || below(4) == 0) {
    input.resize(below(kBytesMax));
    for (char& byte : input) byte = any_byte();
    return input;
  }
  for (size_t changes = 1 + below(3); changes > 0; --changes) {
    const size_t at = below(input.size() + 1);
    if (at == input.size() || below(3) == 0) {
      input.insert(input.begin() + static_cast<std::ptrdiff_t>(at), any_byte());
    } else {
      input[at] = any_byte();
    }
  }
  if (input.size() > kBytesMax) input.resize(kBytesMax);
  return input;
}

}  // namespace

int main(int argc, char** argv) {
  for (int index = 1; index < argc; ++index) {
    std::ifstream file(argv[index], std::ios::binary);
    Run(std::string(std::istreambuf_iterator<char>(file), {}));
  }
  if (argc > 1) return 0;
  std::mt19937 random(milkway::testing::RandomSeed());
  std::string input;
  for (int number = 0; number < kInputs; ++number) {
    input = NextInput(random, input);
    Run(input);
  }
  std::printf("%d inputs\n", kInputs);
  return 0;
}
