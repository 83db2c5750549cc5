// Pictures lose what does not show.

#include "services/shipments/photos/clean_image.h"

#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/shipments/sample_images.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::shipments {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::NamesField;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Clean(const std::string& bytes) {
  const auto image = CleanedImage("image", bytes);
  EXPECT_THAT(image, IsOk());
  return image.ok() ? image->bytes : "";
}

class CleanImages : public ::testing::TestWithParam<const char*> {
 protected:
  const std::string bytes_ = SampleImage(GetParam());
};

INSTANTIATE_TEST_SUITE_P(EveryKind, CleanImages,
                         ::testing::Values("photo.jpg", "photo.png", "photo.webp",
                                           "transparent.webp"),
                         [](const auto& kind) {
                           std::string name = kind.param;
                           name.replace(name.find('.'), 1, "_");
                           return name;
                         });

TEST_P(CleanImages, LoseWhereTheyWereTaken) {
  const std::string planted = WithPlanted(GetParam(), "GPS 31.03N 106.41E");
  ASSERT_THAT(planted, HasSubstr("GPS 31.03N"));

  const std::string clean = Clean(planted);

  EXPECT_THAT(clean, Not(HasSubstr("GPS")));
  EXPECT_EQ(clean, Clean(bytes_)) << "and nothing else";
}

TEST_P(CleanImages, LoseWhatIsBehindTheirEnd) {
  EXPECT_EQ(Clean(absl::StrCat(bytes_, "a film, or anything")), Clean(bytes_));
}

TEST_P(CleanImages, StayAsTheyAreOnceTheyAreClean) {
  EXPECT_EQ(Clean(Clean(bytes_)), Clean(bytes_));
}

TEST_P(CleanImages, AreRefusedIfTheyEndTooEarly) {
  for (size_t size = 0; size < bytes_.size(); ++size) {
    EXPECT_THAT(CleanedImage("image", bytes_.substr(0, size)), NamesField("image")) << size;
  }
}

TEST(CleanImage, KnowsThemByTheirContent) {
  EXPECT_EQ(CleanedImage("image", SampleImage("photo.jpg"))->kind, ImageKind::kJpeg);
  EXPECT_EQ(CleanedImage("image", SampleImage("photo.png"))->kind, ImageKind::kPng);
  EXPECT_EQ(CleanedImage("image", SampleImage("photo.webp"))->kind, ImageKind::kWebp);
  for (const char* other :
       {"GIF89a and so on", "<svg onload=\"alert(1)\"/>", "<html>", "%PDF-1.7"}) {
    EXPECT_THAT(CleanedImage("image", other), NamesField("image")) << other;
  }
}

TEST(CleanImage, RefusesAPngWhoseBytesWereChanged) {
  std::string bytes = SampleImage("photo.png");
  bytes[bytes.find("IDAT") + 6] ^= 1;

  EXPECT_THAT(CleanedImage("image", bytes), NamesField("image"));
}

TEST(CleanImage, RefusesWhatMoves) {
  std::string bytes = SampleImage("transparent.webp");
  bytes[bytes.find("VP8X") + 8] |= 0x02;

  EXPECT_THAT(CleanedImage("image", bytes), NamesField("image"));
}

}  // namespace
}  // namespace milkway::shipments
