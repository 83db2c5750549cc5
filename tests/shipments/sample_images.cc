#include "tests/shipments/sample_images.h"

#include <zlib.h>

#include <cstdint>
#include <fstream>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace milkway::shipments {

namespace {

std::string Bytes(uint32_t number, int count, bool is_big_endian) {
  std::string bytes;
  for (int i = 0; i < count; ++i) {
    bytes.push_back(static_cast<char>(number >> 8 * (is_big_endian ? count - 1 - i : i)));
  }
  return bytes;
}

std::string PngChunk(const std::string& type, const std::string& content) {
  const std::string summed = type + content;
  const auto sum = static_cast<uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(summed.data()), static_cast<uInt>(summed.size())));
  return absl::StrCat(Bytes(static_cast<uint32_t>(content.size()), 4, true), summed,
                      Bytes(sum, 4, true));
}

}  // namespace

std::string SampleImage(const std::string& name) {
  std::ifstream file(absl::StrCat(MILKWAY_SAMPLE_IMAGES, "/", name), std::ios::binary);
  EXPECT_TRUE(file.good()) << name;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string WithPlanted(const std::string& name, const std::string& text) {
  std::string bytes = SampleImage(name);
  const std::string exif = absl::StrCat(std::string("Exif\0\0", 6), text);
  if (absl::EndsWith(name, ".jpg")) {
    const auto length = static_cast<uint32_t>(exif.size() + 2);
    return absl::StrCat(bytes.substr(0, 2), "\xff\xe1", Bytes(length, 2, true), exif, "\xff\xfe",
                        Bytes(static_cast<uint32_t>(text.size() + 2), 2, true), text,
                        bytes.substr(2));
  }
  if (absl::EndsWith(name, ".png")) {
    constexpr size_t kAfterHeader = 8 + 25;
    return absl::StrCat(bytes.substr(0, kAfterHeader), PngChunk("eXIf", exif),
                        PngChunk("tEXt", "Comment" + text), bytes.substr(kAfterHeader));
  }
  std::string chunk =
      absl::StrCat("EXIF", Bytes(static_cast<uint32_t>(exif.size()), 4, false), exif);
  if (exif.size() % 2 == 1) chunk.push_back('\0');
  bytes += chunk;
  return absl::StrCat("RIFF", Bytes(static_cast<uint32_t>(bytes.size() - 8), 4, false),
                      bytes.substr(8));
}

}  // namespace milkway::shipments
