// Runs a fuzzer without libFuzzer: on the good inputs in the first folder that is named, on
// what comes of them when a few bytes are changed, again and again, and once on each input
// of the second folder, which libFuzzer found.

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "tests/fuzz/fuzz.h"
#include "tests/support/random_seed.h"

namespace {

constexpr int kInputs = 200'000;
constexpr int kChangesOfAnInput = 5;
constexpr std::array<uint8_t, 12> kTelling = {0x00, 0x01, 0x7f, 0x80, 0xff, '"',
                                              ',',  '\r', '\n', 0xef, '0',  'a'};

void Run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
}

std::vector<std::string> ReadCorpus(const char* folder) {
  std::vector<std::string> corpus;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return corpus;
}

// `input` with one to three of its bytes changed, added or removed.
std::string Mutated(std::mt19937& random, std::string input) {
  const auto below = [&random](size_t bound) { return random() % bound; };
  for (size_t changes = 1 + below(3); changes > 0; --changes) {
    const auto at = input.begin() + static_cast<std::ptrdiff_t>(below(input.size() + 1));
    const char byte =
        static_cast<char>(below(2) == 0 ? kTelling[below(kTelling.size())] : below(256));
    if (at == input.end() || below(4) == 0) {
      input.insert(at, byte);
    } else if (below(4) == 0) {
      input.erase(at);
    } else {
      *at = byte;
    }
  }
  return input;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s FOLDER_OF_GOOD_INPUTS FOLDER_OF_FOUND_INPUTS\n", argv[0]);
    return 2;
  }
  const std::vector<std::string> corpus = ReadCorpus(argv[1]);
  const std::vector<std::string> found = ReadCorpus(argv[2]);
  for (const std::string& input : corpus) Run(input);
  for (const std::string& input : found) Run(input);
  std::mt19937 random(milkway::testing::RandomSeed());
  std::string input;
  for (int number = 0; number < kInputs; ++number) {
    // Now and then from a good input again: what is changed often is good no more.
    if (number % kChangesOfAnInput == 0) input = corpus.at(random() % corpus.size());
    input = Mutated(random, std::move(input));
    Run(input);
  }
  std::printf("%zu good inputs, %zu found ones, %d changed ones\n", corpus.size(), found.size(),
              kInputs);
  return 0;
}
