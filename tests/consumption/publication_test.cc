// What may be told of servings, and what not.

#include "services/consumption/publication.h"

#include <limits>
#include <numeric>

#include "tests/consumption/servings_fixture.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Students `first` to `last`.
StudentSet Students(int32_t first, int32_t last) {
  StudentSet students(static_cast<size_t>(last - first + 1));
  std::iota(students.begin(), students.end(), first);
  return students;
}

class PublicationTest : public ServingsTest {
 protected:
  // "lot 1: 10 cups, 250 g" of everything that is told anew.
  std::vector<std::string> Publish(int64_t publication, size_t rows_max = 100) {
    std::vector<std::string> told;
    std::pair<LotId, uint32_t> after = {LotId{0}, 0};
    while (true) {
      PublishedPage page;
      EXPECT_THAT(testing::Transact(*store_,
                                    [&](storage::Transaction& transaction) -> absl::Status {
                                      auto published = PublishServings(transaction, publication,
                                                                       after, rows_max);
                                      if (!published.ok()) return published.status();
                                      page = *std::move(published);
                                      return absl::OkStatus();
                                    }),
                  IsOk());
      for (const PublishedPair& pair : page.pairs) {
        told.push_back(absl::StrCat("lot ", pair.lot.value, " at ", pair.school_number, ": ",
                                    pair.figures.servings(), " cups, ", pair.figures.served_g(),
                                    " g"));
      }
      if (!page.go_on_after.has_value()) return told;
      after = *page.go_on_after;
    }
  }

  std::string Told(int64_t cups, int64_t grams, uint32_t school = 1) const {
    return absl::StrCat("lot ", kLot.value, " at ", school, ": ", cups, " cups, ", grams, " g");
  }
};

TEST_F(PublicationTest, NineChildrenAreNotTold) {
  ASSERT_THAT(Add({{kLot, 25, Students(1, 9)}}), IsOk());
  EXPECT_THAT(Publish(1), IsEmpty());

  ASSERT_THAT(Add({{kLot, 25, {10}}}), IsOk());
  EXPECT_THAT(Publish(2), ElementsAre(Told(10, 250)));
}

TEST_F(PublicationTest, AChangeOfFewChildrenIsToldTogetherWithOthersLater) {
  ASSERT_THAT(Add({{kLot, 25, Students(1, 40)}}), IsOk());
  ASSERT_THAT(Publish(1), ElementsAre(Told(40, 1000)));

  ASSERT_THAT(Add({{kLot, 25, Students(1, 9)}}), IsOk());
  EXPECT_THAT(Publish(2), IsEmpty());

  ASSERT_THAT(Add({{kLot, 25, {40}}}), IsOk());
  EXPECT_THAT(Publish(3), ElementsAre(Told(50, 1250)));
}

// Taken back and put again with one child less, a record changes one child.
TEST_F(PublicationTest, ACorrectionIsAsLargeAsItsDifference) {
  ASSERT_THAT(Add({{kLot, 25, Students(1, 40)}}), IsOk());
  ASSERT_THAT(Publish(1), SizeIs(1));

  ASSERT_THAT(TakeAway({{kLot, 25, Students(1, 40)}}), IsOk());
  ASSERT_THAT(Add({{kLot, 25, Students(1, 39)}}), IsOk());
  EXPECT_THAT(Publish(2), IsEmpty());
  EXPECT_EQ(Read(kLot).changed_children(), 1);

  ASSERT_THAT(Add({{kLot, 25, {40}}}), IsOk());
  EXPECT_EQ(Read(kLot).changed_children(), 0);
}

// Nobody can be found behind nothing, and what never happened must not stay published.
TEST_F(PublicationTest, WhatWasTakenBackAltogetherIsTold) {
  ASSERT_THAT(Add({{kLot, 25, Students(1, 40)}}), IsOk());
  ASSERT_THAT(Publish(1), SizeIs(1));

  ASSERT_THAT(TakeAway({{kLot, 25, Students(1, 40)}}), IsOk());

  EXPECT_THAT(Publish(2), ElementsAre(Told(0, 0)));
  EXPECT_THAT(Publish(2), ElementsAre(Told(0, 0)));
  EXPECT_THAT(Publish(3), IsEmpty());
}

TEST_F(PublicationTest, WhatIsLeftOfManyIsNotToldIfItIsOfFew) {
  ASSERT_THAT(Add({{kLot, 25, Students(1, 40)}}), IsOk());
  ASSERT_THAT(Publish(1), SizeIs(1));

  ASSERT_THAT(TakeAway({{kLot, 25, Students(1, 40)}}), IsOk());
  ASSERT_THAT(Add({{kLot, 25, Students(1, 3)}}), IsOk());

  EXPECT_THAT(Publish(2), IsEmpty());
}

// With one figure of all, one without some and one without those and some more, what few
// drank would be a difference.
TEST_F(PublicationTest, OfWhatSomebodyDrankLessIsToldInTens) {
  ASSERT_THAT(Add({{kLot, 25, Students(1, 25)}}), IsOk());
  ASSERT_THAT(Publish(1), ElementsAre(Told(25, 625)));

  ASSERT_THAT(TakeAway({{kLot, 25, Students(1, 3)}}), IsOk());
  ASSERT_THAT(Add({{kLot, 25, Students(11, 25)}}), IsOk());
  EXPECT_THAT(Publish(2), ElementsAre(Told(30, 750)));  // of 37 cups, 925 g

  ASSERT_THAT(Add({{kLot, 25, Students(1, 12)}}), IsOk());
  EXPECT_THAT(Publish(3), ElementsAre(Told(40, 1000)));  // of 49 cups, 1,225 g
}

TEST_F(PublicationTest, TheSamePublicationAgainTellsTheSame) {
  ASSERT_THAT(Add({{kLot, 25, Students(1, 40)}}), IsOk());
  ASSERT_THAT(Publish(1), ElementsAre(Told(40, 1000)));
  ASSERT_THAT(Add({{kLot, 25, {1}}}), IsOk());

  EXPECT_THAT(Publish(1), ElementsAre(Told(40, 1000)));
}

TEST_F(PublicationTest, EveryPairIsLookedAtWhateverThePage) {
  for (uint32_t school = 1; school <= 7; ++school) {
    ASSERT_THAT(Add({{kLot, 25, Students(1, 70)}}, school), IsOk());
  }
  EXPECT_THAT(Publish(1, /*rows_max=*/2), SizeIs(7));
  EXPECT_THAT(Publish(2, /*rows_max=*/3), IsEmpty());
}

}  // namespace
}  // namespace milkway::consumption
