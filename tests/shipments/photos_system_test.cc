// Photos that are kept with receipts: by whom, for whom, how many.

#include "milkway/shipments/v1/photos.grpc.pb.h"
#include "tests/shipments/outcomes_fixture.h"
#include "tests/shipments/sample_images.h"

namespace milkway::shipments {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;
using ::milkway::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kElsewhere[] = "school_contact:zhao:other-school";

class Photos : public Outcomes {
 protected:
  Photos() {
    milkway_.Ship("S-1", {{lot_, 10}});
    EXPECT_THAT(milkway_.Receive(MakeReceipt("R-1", "S-1", {{lot_, 9, 1}}, 12)), IsOk());
  }

  absl::StatusOr<v1::AddReceiptPhotoResponse> Add(const std::string& image,
                                                  const std::string& caller = kTeacher,
                                                  const std::string& place = kSchool) {
    v1::AddReceiptPhotoRequest request;
    request.set_request_id(milkway_.NextRequestId());
    request.set_receipt_id("R-1");
    request.set_destination_id(place);
    request.set_image(image);
    return milkway_.Call(&v1::PhotoService::Stub::AddReceiptPhoto, request, caller);
  }
  absl::StatusOr<v1::ListReceiptPhotosResponse> List(const std::string& caller = kTeacher,
                                                     const std::string& place = kSchool) {
    v1::ListReceiptPhotosRequest request;
    request.set_receipt_id("R-1");
    request.set_destination_id(place);
    return milkway_.Call(&v1::PhotoService::Stub::ListReceiptPhotos, request, caller);
  }
  absl::StatusOr<v1::GetReceiptPhotoResponse> Get(const std::string& sha256,
                                                  const std::string& caller = kTeacher) {
    v1::GetReceiptPhotoRequest request;
    request.set_receipt_id("R-1");
    request.set_destination_id(kSchool);
    request.set_sha256(sha256);
    return milkway_.Call(&v1::PhotoService::Stub::GetReceiptPhoto, request, caller);
  }
};

INSTANTIATE_TEST_SUITE_P(EveryDeployment, Photos, testing::EveryDeployment(),
                         testing::NameOfDeployment);

TEST_P(Photos, AreKeptWithoutWhereTheyWereTaken) {
  const auto added = Add(WithPlanted("photo.jpg", "GPS 31.03N 106.41E"));

  ASSERT_THAT(added, IsOk());
  EXPECT_EQ(added->photo().type(), v1::IMAGE_TYPE_JPEG);
  EXPECT_EQ(added->photo().added_by(), "wang");
  const auto got = Get(added->photo().sha256());
  ASSERT_THAT(got, IsOk());
  EXPECT_THAT(got->image(), Not(HasSubstr("GPS")));
  EXPECT_EQ(got->photo().size_bytes(), static_cast<int64_t>(got->image().size()));
}

TEST_P(Photos, AreKeptOnceHoweverOftenTheyAreSent) {
  const auto first = Add(SampleImage("photo.png"));
  const auto again = Add(SampleImage("photo.png"), kCook);

  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->photo().DebugString(), first->photo().DebugString());
  ASSERT_THAT(Add(SampleImage("photo.webp")), IsOk());
  const auto listed = List();
  ASSERT_THAT(listed->photos(), SizeIs(2));
  EXPECT_EQ(listed->photos(0).DebugString(), first->photo().DebugString());
}

TEST_P(Photos, AreSeenByThoseWhoSeeTheReceipt) {
  const auto added = Add(SampleImage("photo.png"));
  const std::string sha256 = added->photo().sha256();

  for (const char* caller : {"admin:li", "procurement:mei", "auditor:x", kCook}) {
    EXPECT_THAT(Get(sha256, caller), IsOk()) << caller;
  }
  for (const char* caller : {"donor:x:donor-01", kElsewhere}) {
    EXPECT_THAT(Get(sha256, caller), StatusIs(absl::StatusCode::kPermissionDenied)) << caller;
    EXPECT_THAT(List(caller), StatusIs(absl::StatusCode::kPermissionDenied)) << caller;
    EXPECT_THAT(Add(SampleImage("photo.jpg"), caller),
                StatusIs(absl::StatusCode::kPermissionDenied))
        << caller;
  }
  // Who names his own place learns nothing of a receipt of another.
  EXPECT_THAT(List(kElsewhere, "other-school"), IsRefusal("RECEIPT_UNKNOWN"));
  EXPECT_THAT(Add(SampleImage("photo.jpg"), kElsewhere, "other-school"),
              IsRefusal("RECEIPT_UNKNOWN"));
}

TEST_P(Photos, AreTenAtMost) {
  for (int number = 0; number < 10; ++number) {
    // Pixels that differ: the last bytes before the end of the picture.
    std::string image = SampleImage("photo.jpg");
    image[image.size() - 4] = static_cast<char>(number + 1);
    ASSERT_THAT(Add(image), IsOk());
  }

  EXPECT_THAT(Add(SampleImage("photo.png")), IsRefusal("RECEIPT_PHOTOS_FULL"));
  EXPECT_THAT(List()->photos(), SizeIs(10));
}

TEST_P(Photos, AreRefusedByName) {
  EXPECT_THAT(Add(""), NamesField("image"));
  EXPECT_THAT(Add("<svg/>"), NamesField("image"));
  EXPECT_THAT(Add(std::string((1 << 20) + 1, 'x')), NamesField("image"));
  EXPECT_THAT(Get(std::string(32, 'x')), IsRefusal("PHOTO_UNKNOWN"));
  EXPECT_THAT(Get("short"), NamesField("sha256"));
}

TEST_P(Photos, AreThereAfterARestart) {
  const auto added = Add(SampleImage("photo.webp"));
  ASSERT_TRUE(milkway_.Restart());

  EXPECT_THAT(Get(added->photo().sha256()), IsOk());
}

}  // namespace
}  // namespace milkway::shipments
