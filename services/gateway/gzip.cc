#include "services/gateway/gzip.h"

#include <zlib.h>

#include <algorithm>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "services/runtime/check.h"

namespace milkway::gateway {

namespace {

constexpr int kGzipWindow = 15 + 16;  // the largest window; with gzip's header and trailer
constexpr int kMemoryLevel = 8;       // zlib's usual
constexpr int kQuick = 3;
constexpr size_t kPieceBytes = 64 << 10;

void SetInput(absl::string_view bytes, z_stream* stream) {
  // zlib reads only; its interface is older than const.
  stream->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream->avail_in = static_cast<uInt>(bytes.size());
}

}  // namespace

std::string Gzip(absl::string_view bytes) {
  z_stream stream{};
  MILKWAY_CHECK(deflateInit2(&stream, kQuick, Z_DEFLATED, kGzipWindow, kMemoryLevel,
                             Z_DEFAULT_STRATEGY) == Z_OK);
  const absl::Cleanup ends = [&stream] { deflateEnd(&stream); };
  std::string packed(deflateBound(&stream, bytes.size()), '\0');
  SetInput(bytes, &stream);
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  MILKWAY_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  packed.resize(stream.total_out);
  return packed;
}

absl::StatusOr<std::string> Gunzip(absl::string_view bytes, size_t bytes_max) {
  z_stream stream{};
  MILKWAY_CHECK(inflateInit2(&stream, kGzipWindow) == Z_OK);
  const absl::Cleanup ends = [&stream] { inflateEnd(&stream); };
  SetInput(bytes, &stream);
  std::string plain;
  int result = Z_OK;
  while (result == Z_OK) {
    if (plain.size() > bytes_max) {
      return absl::ResourceExhaustedError(
          absl::StrCat("what was sent has more than ", bytes_max,
                       " bytes once it is unpacked; send it in smaller parts"));
    }
    const size_t had = plain.size();
    plain.resize(had + std::min(kPieceBytes, bytes_max + 1 - had));
    stream.next_out = reinterpret_cast<Bytef*>(plain.data() + had);
    stream.avail_out = static_cast<uInt>(plain.size() - had);
    result = inflate(&stream, Z_NO_FLUSH);
    plain.resize(plain.size() - stream.avail_out);
  }
  if (result != Z_STREAM_END || stream.avail_in != 0) {
    return absl::InvalidArgumentError(
        "content-encoding says gzip, and what was sent is not one whole gzip member; pack it "
        "again, or send it as it is");
  }
  if (plain.size() > bytes_max) {
    return absl::ResourceExhaustedError(
        absl::StrCat("what was sent has more than ", bytes_max,
                     " bytes once it is unpacked; send it in smaller parts"));
  }
  return plain;
}

}  // namespace milkway::gateway
