// Pictures are cleaned on any bytes, and what is clean stays as it is.

#include "services/shipments/photos/clean_image.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using milkway::fuzz::Require;
  using milkway::shipments::CleanedImage;
  const absl::string_view bytes = milkway::fuzz::BytesOf(data, size);
  const auto image = CleanedImage("image", bytes);
  if (!image.ok()) {
    Require(absl::IsInvalidArgument(image.status()), "what is no picture is INVALID_ARGUMENT");
    return 0;
  }
  // A segment of ours, of 18 bytes, may stand for a shorter one.
  Require(image->bytes.size() <= size + 18, "a cleaned picture is not blown up");
  const auto again = CleanedImage("image", image->bytes);
  Require(again.ok() && again->kind == image->kind && again->bytes == image->bytes,
          "what is clean stays as it is");
  return 0;
}
