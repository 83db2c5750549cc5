// Lines of a record on the command line.

#include "clients/cli/line_syntax.h"

#include <string>

#include "clients/cli/failure.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace milkway::cli {
namespace {

using ::milkway::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

absl::StatusOr<LineFields> Parse(absl::string_view text) {
  return LineFields::Parse(text, {"product", "lot", "serving_g", "students", "wasted_g"});
}

std::string ErrorOf(const absl::Status& status) {
  EXPECT_EQ(ExitCodeOf(status), kWrongUsage);
  return std::string(status.message());
}

TEST(LineSyntax, ReadsPairsInAnyOrder) {
  const auto line = Parse(R"(lot=L2401,product=dev-1kg,serving_g=25,students="1-3;15",wasted_g=0)");

  ASSERT_THAT(line, IsOk());
  EXPECT_EQ(line->Find("product"), "dev-1kg");
  EXPECT_EQ(*line->Whole("serving_g", 1, 1000, std::nullopt), 25);
  EXPECT_THAT(*line->Students("students"), ElementsAre(1, 2, 3, 15));
}

TEST(LineSyntax, TakesCommasAndQuotesInsideQuotes) {
  const auto line = Parse(R"(lot="L,24 ""A""",product=)");

  ASSERT_THAT(line, IsOk());
  EXPECT_EQ(line->Find("lot"), R"(L,24 "A")");
  EXPECT_EQ(line->Find("product"), "");
  EXPECT_EQ(line->Find("wasted_g"), std::nullopt);
}

TEST(LineSyntax, SemicolonsNeedNoQuotes) {
  EXPECT_THAT(*Parse("students=1;3")->Students("students"), ElementsAre(1, 3));
}

TEST(LineSyntax, ShowsWhatWasExpected) {
  EXPECT_THAT(ErrorOf(Parse("").status()),
              HasSubstr("expected KEY=VALUE pairs with commas between them; the keys are product, "
                        "lot, serving_g, students, wasted_g"));
  EXPECT_THAT(ErrorOf(Parse("serving=25").status()),
              HasSubstr("\"serving\" is not a key of this line"));
  EXPECT_THAT(ErrorOf(Parse("lot=1,lot=2").status()), HasSubstr("has lot twice"));
  EXPECT_THAT(ErrorOf(Parse("lot=\"1").status()), HasSubstr("the quotes of lot do not close"));
  EXPECT_THAT(ErrorOf(Parse("lot=\"1\"2").status()), HasSubstr("expected a comma after the value"));
  EXPECT_THAT(ErrorOf(Parse("lot=1,").status()), HasSubstr("expected KEY=VALUE"));
  EXPECT_THAT(ErrorOf(Parse("serving_g=2.5")->Whole("serving_g", 1, 1000, std::nullopt).status()),
              HasSubstr("serving_g must be a whole number from 1 to 1000, is \"2.5\""));
  EXPECT_THAT(ErrorOf(Parse("lot=1")->Whole("serving_g", 1, 1000, std::nullopt).status()),
              HasSubstr("expected serving_g=NUMBER"));
  EXPECT_THAT(ErrorOf(Parse("students=1;1")->Students("students").status()),
              HasSubstr("students lists student 1 twice, is \"1;1\""));
}

}  // namespace
}  // namespace milkway::cli
