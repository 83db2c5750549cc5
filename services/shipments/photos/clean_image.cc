#include "services/shipments/photos/clean_image.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/runtime/errors.h"

namespace milkway::shipments {

namespace {

using Cleaned = std::optional<std::string>;  // nullopt: damaged

uint8_t ByteAt(absl::string_view bytes, size_t at) { return static_cast<uint8_t>(bytes[at]); }

uint32_t BigEndian(absl::string_view bytes) {
  uint32_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<uint8_t>(byte);
  return number;
}

uint32_t LittleEndian(absl::string_view bytes) {
  uint32_t number = 0;
  for (size_t i = bytes.size(); i > 0; --i) number = number << 8 | ByteAt(bytes, i - 1);
  return number;
}

// JPEG: markers of two bytes, most with a segment that begins with its length.
constexpr absl::string_view kJpegStart = "\xff\xd8\xff";
constexpr uint8_t kEndOfImage = 0xd9;
constexpr uint8_t kStartOfScan = 0xda;
constexpr uint8_t kComment = 0xfe;
constexpr uint8_t kApplication = 0xe0;       // to 0xef
constexpr uint8_t kApplicationAdobe = 0xee;  // says which colours the components are
// One of ours for any other, which may hold a small copy: version 1.1, no density.
constexpr absl::string_view kJfif("\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00",
                                  18);

bool IsFrame(uint8_t marker) {
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

// Where the next marker is: a scan has 0xff only before 0 and the numbers of restarts.
size_t EndOfScan(absl::string_view bytes, size_t at) {
  for (; at + 1 < bytes.size(); ++at) {
    if (ByteAt(bytes, at) != 0xff) continue;
    const uint8_t next = ByteAt(bytes, at + 1);
    if (next != 0 && (next < 0xd0 || next > 0xd7)) return at;
  }
  return bytes.size();
}

// What is kept of the segment `marker`, with its marker; empty: nothing.
absl::string_view KeptSegment(uint8_t marker, absl::string_view segment) {
  if (marker == kComment) return {};
  const absl::string_view content = segment.substr(4);
  if (marker == kApplication) {
    return absl::StartsWith(content, absl::string_view("JFIF\0", 5)) ? kJfif : absl::string_view();
  }
  if (marker == kApplicationAdobe && absl::StartsWith(content, "Adobe")) return segment;
  const bool is_application = marker > kApplication && marker <= 0xef;
  return is_application ? absl::string_view() : segment;
}

Cleaned CleanedJpeg(absl::string_view bytes) {
  std::string kept(bytes.substr(0, 2));
  bool has_jfif = false, has_frame = false, has_scan = false;
  size_t at = 2;
  while (at + 1 < bytes.size() && ByteAt(bytes, at) == 0xff) {
    const uint8_t marker = ByteAt(bytes, at + 1);
    if (marker == 0xff) {  // fills up
      ++at;
      continue;
    }
    if (marker == kEndOfImage) {
      if (!has_scan) return std::nullopt;
      return absl::StrCat(kept, bytes.substr(at, 2));
    }
    if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd8) || at + 4 > bytes.size()) break;
    const size_t length = 2 + BigEndian(bytes.substr(at + 2, 2));
    if (length < 4 || length > bytes.size() - at) break;
    const absl::string_view segment = KeptSegment(marker, bytes.substr(at, length));
    if (marker != kApplication || !has_jfif) absl::StrAppend(&kept, segment);
    has_jfif = has_jfif || (marker == kApplication && !segment.empty());
    has_frame = has_frame || IsFrame(marker);
    at += length;
    if (marker != kStartOfScan) continue;
    if (!has_frame) break;
    has_scan = true;
    const size_t end = EndOfScan(bytes, at);
    absl::StrAppend(&kept, bytes.substr(at, end - at));
    at = end;
  }
  return std::nullopt;
}

// PNG: chunks of length, type, content and check sum.
constexpr absl::string_view kPngStart("\x89PNG\r\n\x1a\n", 8);
constexpr size_t kChunkFrame = 12;
constexpr std::array<absl::string_view, 8> kPngKept = {"IHDR", "PLTE", "IDAT", "IEND",
                                                       "tRNS", "gAMA", "cHRM", "sRGB"};

bool IsCheckSumRight(absl::string_view type_and_content, absl::string_view sum) {
  return crc32(0, reinterpret_cast<const Bytef*>(type_and_content.data()),
               static_cast<uInt>(type_and_content.size())) == BigEndian(sum);
}

Cleaned CleanedPng(absl::string_view bytes) {
  std::string kept(kPngStart);
  bool has_pixels = false;
  size_t at = kPngStart.size();
  while (bytes.size() - at >= kChunkFrame) {
    const size_t length = BigEndian(bytes.substr(at, 4));
    if (length > bytes.size() - at - kChunkFrame) break;
    const absl::string_view type = bytes.substr(at + 4, 4);
    const bool is_first = at == kPngStart.size();
    if (is_first != (type == "IHDR")) break;
    if (!IsCheckSumRight(bytes.substr(at + 4, 4 + length), bytes.substr(at + 8 + length, 4))) break;
    if (std::find(kPngKept.begin(), kPngKept.end(), type) != kPngKept.end()) {
      absl::StrAppend(&kept, bytes.substr(at, kChunkFrame + length));
    }
    has_pixels = has_pixels || type == "IDAT";
    at += kChunkFrame + length;
    if (type != "IEND") continue;
    if (!has_pixels) break;
    return kept;
  }
  return std::nullopt;
}

// WebP: chunks of type, length and content, filled up to an even length.
constexpr size_t kWebpHead = 12;
constexpr size_t kRiffFrame = 8;
constexpr size_t kExtendedBytes = 10;
constexpr uint8_t kAnimation = 0x02;
constexpr uint8_t kAlpha = 0x10;

bool IsWebp(absl::string_view bytes) {
  return bytes.size() >= kWebpHead && absl::StartsWith(bytes, "RIFF") &&
         bytes.substr(8, 4) == "WEBP";
}

std::string LittleEndianBytes(size_t number) {
  std::string bytes;
  for (int shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<char>(number >> shift));
  return bytes;
}

Cleaned CleanedWebp(absl::string_view bytes) {
  const size_t end = kRiffFrame + LittleEndian(bytes.substr(4, 4));
  if (end < kWebpHead || end > bytes.size()) return std::nullopt;
  std::string kept = "WEBP";
  int pictures = 0;
  size_t at = kWebpHead;
  while (end - at >= kRiffFrame) {
    const absl::string_view type = bytes.substr(at, 4);
    const size_t length = LittleEndian(bytes.substr(at + 4, 4));
    if (length > end - at - kRiffFrame) return std::nullopt;
    std::string chunk(bytes.substr(at, kRiffFrame + length));
    if (length % 2 == 1) chunk.push_back('\0');
    at = std::min(end, at + chunk.size());
    if (type == "VP8X") {
      if (length != kExtendedBytes || (ByteAt(chunk, kRiffFrame) & kAnimation) != 0) {
        return std::nullopt;
      }
      chunk[kRiffFrame] = static_cast<char>(ByteAt(chunk, kRiffFrame) & kAlpha);
    } else if (type == "VP8 " || type == "VP8L") {
      ++pictures;
    } else if (type != "ALPH") {
      continue;
    }
    kept += chunk;
  }
  if (pictures != 1 || at != end) return std::nullopt;
  return absl::StrCat("RIFF", LittleEndianBytes(kept.size()), kept);
}

}  // namespace

absl::StatusOr<CleanImage> CleanedImage(absl::string_view field, absl::string_view bytes) {
  CleanImage image;
  Cleaned cleaned;
  if (absl::StartsWith(bytes, kJpegStart)) {
    cleaned = CleanedJpeg(bytes);
  } else if (absl::StartsWith(bytes, kPngStart)) {
    image.kind = ImageKind::kPng;
    cleaned = CleanedPng(bytes);
  } else if (IsWebp(bytes)) {
    image.kind = ImageKind::kWebp;
    cleaned = CleanedWebp(bytes);
  } else {
    return runtime::InvalidField(field, "must be a picture: a JPEG, PNG or WebP file");
  }
  if (!cleaned.has_value()) {
    return runtime::InvalidField(field,
                                 "is damaged, or moves; save it as a JPEG picture and send that");
  }
  image.bytes = *std::move(cleaned);
  return image;
}

}  // namespace milkway::shipments
