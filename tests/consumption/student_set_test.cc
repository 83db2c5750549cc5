// The bytes of a set of students: pinned, and one encoding only.

#include "services/consumption/student_set.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <random>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/random_seed.h"
#include "tests/support/status_matchers.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr auto kDamage = absl::StatusCode::kDataLoss;

StudentSet Numbers(int32_t first, int32_t last) {
  StudentSet students(static_cast<size_t>(last - first + 1));
  std::iota(students.begin(), students.end(), first);
  return students;
}

std::string HexOf(const StudentSet& students) {
  return absl::BytesToHexString(EncodeStudents(students));
}

absl::StatusOr<StudentSet> Decode(absl::string_view hex) {
  return DecodeStudents(absl::HexStringToBytes(absl::StrReplaceAll(hex, {{" ", ""}})));
}

TEST(StudentSet, NobodyIsNoBytes) {
  EXPECT_EQ(EncodeStudents({}), "");
  ASSERT_THAT(DecodeStudents(""), IsOk());
  EXPECT_THAT(*DecodeStudents(""), IsEmpty());
}

TEST(StudentSet, HasTheBytesThatItAlwaysHad) {
  EXPECT_EQ(HexOf({1}), "0100");
  EXPECT_EQ(HexOf(Numbers(1, 60)), "013b");
  EXPECT_EQ(HexOf(UnionOf(Numbers(1, 12), {15})), "010b0200");
  EXPECT_EQ(HexOf({1, 3, 5}), "010001000100");
  EXPECT_EQ(HexOf({127}), "7f00");
  EXPECT_EQ(HexOf({128}), "800100");
  EXPECT_EQ(HexOf(Numbers(300, 428)), "ac028001");
  EXPECT_EQ(HexOf({kStudentNumberMax}), "a08d0600");
  EXPECT_EQ(HexOf(Numbers(1, kStudentNumberMax)), "019f8d06");
}

TEST(StudentSet, IsReadAsItWasWritten) {
  EXPECT_EQ(*Decode("01 0b 02 00"), UnionOf(Numbers(1, 12), {15}));
  EXPECT_EQ(*Decode("a08d06 00"), StudentSet({kStudentNumberMax}));
  EXPECT_EQ(*Decode("01 9f8d06"), Numbers(1, kStudentNumberMax));
}

TEST(StudentSet, ATruncatedNumberIsDamage) {
  EXPECT_THAT(Decode("80"), StatusIs(kDamage));
  EXPECT_THAT(Decode("a08d"), StatusIs(kDamage));
  EXPECT_THAT(Decode("01 80"), StatusIs(kDamage));
  EXPECT_THAT(Decode("01 0b 02 ff"), StatusIs(kDamage));
}

TEST(StudentSet, ARunWithoutItsLengthIsDamage) {
  EXPECT_THAT(Decode("01"), StatusIs(kDamage));
  EXPECT_THAT(Decode("8001"), StatusIs(kDamage));
  EXPECT_THAT(Decode("01 0b 02"), StatusIs(kDamage));
}

TEST(StudentSet, ANumberWithMoreBytesThanItNeedsIsDamage) {
  EXPECT_THAT(Decode("8100 00"), StatusIs(kDamage));
  EXPECT_THAT(Decode("818000 00"), StatusIs(kDamage));
  EXPECT_THAT(Decode("01 8000"), StatusIs(kDamage));
  EXPECT_THAT(Decode("01 8b00"), StatusIs(kDamage));
  EXPECT_THAT(Decode("81808000 00"), StatusIs(kDamage));
}

TEST(StudentSet, ANumberOfMoreThanThreeBytesIsDamage) {
  EXPECT_THAT(Decode("80808001 00"), StatusIs(kDamage));
  EXPECT_THAT(Decode("01 ffffff7f"), StatusIs(kDamage));
  EXPECT_THAT(Decode("ffffffffffffffffff01 00"), StatusIs(kDamage));
}

TEST(StudentSet, NobodyHasNumberZero) {
  EXPECT_THAT(Decode("00 00"), StatusIs(kDamage));
  EXPECT_THAT(Decode("00 05"), StatusIs(kDamage));
}

TEST(StudentSet, RunsThatTouchAreOneRun) {
  EXPECT_THAT(Decode("01 00 00 00"), StatusIs(kDamage));
  EXPECT_THAT(Decode("01 0b 00 00"), StatusIs(kDamage));
}

TEST(StudentSet, NobodyHasANumberAboveTheHighest) {
  EXPECT_THAT(Decode("a18d06 00"), StatusIs(kDamage));
  EXPECT_THAT(Decode("a08d06 01"), StatusIs(kDamage));
  EXPECT_THAT(Decode("01 a08d06"), StatusIs(kDamage));
  EXPECT_THAT(Decode("01 9e8d06 01 00"), StatusIs(kDamage));
  EXPECT_THAT(Decode("ffff7f ffff7f"), StatusIs(kDamage));
}

TEST(StudentSet, DamageSaysWhichBytesAndWhatToDo) {
  EXPECT_THAT(Decode("01 0b 00 00").status().message(),
              AllOf(HasSubstr("010b0000"), HasSubstr("restore the store from a backup")));
}

TEST(StudentSet, TwoBytesAreASetInOneWayOnlyOrDamage) {
  int sets = 0;
  for (int bytes = 0; bytes < 0x10000; ++bytes) {
    const std::string text = {static_cast<char>(bytes >> 8), static_cast<char>(bytes & 0xff)};
    const auto students = DecodeStudents(text);
    if (students.ok()) {
      ++sets;
      ASSERT_EQ(EncodeStudents(*students), text);
    } else {
      ASSERT_THAT(students, StatusIs(kDamage));
    }
  }
  EXPECT_EQ(sets, 127 * 128);  // a first number from 1 to 127, a length from 1 to 128
}

TEST(StudentSet, ArithmeticOfSmallSets) {
  EXPECT_THAT(UnionOf({1, 3}, {2, 3, 9}), ElementsAre(1, 2, 3, 9));
  EXPECT_THAT(Without({1, 3, 9}, {3, 4}), ElementsAre(1, 9));
  EXPECT_THAT(Without({1, 3}, {}), ElementsAre(1, 3));
  EXPECT_THAT(Without({}, {1, 3}), IsEmpty());
  EXPECT_EQ(CountOfBoth({1, 3, 9}, {2, 3, 9}), 2u);
  EXPECT_EQ(CountOfBoth({}, {1}), 0u);
}

// A few runs and single numbers up to `limit`.
std::set<int32_t> RandomSet(int32_t limit, std::mt19937* random) {
  std::set<int32_t> students;
  const auto below = [&](int32_t end) {
    return static_cast<int32_t>((*random)() % static_cast<uint32_t>(end));
  };
  for (int32_t runs = below(8); runs > 0; --runs) {
    const int32_t first = 1 + below(limit);
    const int32_t last = std::min(limit, first + below(2) * below(300));
    for (int32_t number = first; number <= last; ++number) students.insert(number);
  }
  return students;
}

StudentSet ListOf(const std::set<int32_t>& students) { return {students.begin(), students.end()}; }

TEST(StudentSet, RandomSetsAreReadAsTheyWereWritten) {
  std::mt19937 random(testing::RandomSeed());
  for (int round = 0; round < 2'000; ++round) {
    const StudentSet students =
        ListOf(RandomSet(round % 2 == 0 ? 150 : kStudentNumberMax, &random));
    const auto decoded = DecodeStudents(EncodeStudents(students));
    ASSERT_THAT(decoded, IsOk());
    ASSERT_EQ(*decoded, students);
  }
}

TEST(StudentSet, RandomBytesAreASetInOneWayOnlyOrDamage) {
  std::mt19937 random(testing::RandomSeed());
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = EncodeStudents(ListOf(RandomSet(2'000, &random)));
    for (uint32_t changes = 1 + random() % 2; changes > 0 && !bytes.empty(); --changes) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    const auto students = DecodeStudents(bytes);
    if (students.ok()) {
      ASSERT_EQ(EncodeStudents(*students), bytes);
    } else {
      ASSERT_THAT(students, StatusIs(kDamage));
    }
  }
}

TEST(StudentSet, ArithmeticOfRandomSetsIsThatOfStdSet) {
  std::mt19937 random(testing::RandomSeed());
  for (int round = 0; round < 2'000; ++round) {
    const std::set<int32_t> a = RandomSet(400, &random);
    const std::set<int32_t> b = RandomSet(400, &random);
    std::set<int32_t> both = a;
    both.insert(b.begin(), b.end());
    std::set<int32_t> rest = a;
    for (const int32_t number : b) rest.erase(number);

    ASSERT_EQ(UnionOf(ListOf(a), ListOf(b)), ListOf(both));
    ASSERT_EQ(Without(ListOf(a), ListOf(b)), ListOf(rest));
    ASSERT_EQ(CountOfBoth(ListOf(a), ListOf(b)), a.size() - rest.size());
  }
}

}  // namespace
}  // namespace milkway::consumption
