// Tables, progress and messages on a terminal.

#include "clients/cli/text.h"

#include <sstream>
#include <string>

#include "clients/cli/console.h"
#include "clients/cli/table.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace milkway::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

TEST(Text, TakesTwoColumnsForAChineseCharacter) {
  EXPECT_EQ(DisplayWidth("milk"), 4);
  EXPECT_EQ(DisplayWidth("全脂奶粉"), 8);
  EXPECT_EQ(DisplayWidth("长源 Changyuan"), 14);
  EXPECT_EQ(DisplayWidth("（ａ）"), 6);
  EXPECT_EQ(DisplayWidth("e\xCC\x81"), 1);
}

TEST(Text, KnowsWellFormedUtf8) {
  EXPECT_TRUE(IsUtf8("奶 \xF0\xA0\x80\x80"));
  for (const char* bytes :
       {"\xC0\x80", "\xE5\xA5", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\x80", "\xE0\x80\xAF"}) {
    EXPECT_FALSE(IsUtf8(bytes)) << DisplayWidth(bytes);
  }
}

TEST(Text, CannotMoveTheCursor) {
  EXPECT_EQ(Printable("a\x1b[2Jb\r\n奶\xFF"), "a?[2Jb??奶?");
  EXPECT_EQ(Quoted("a\nb"), "\"a?b\"");
}

TEST(Text, OfAMessageIsCutBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "奶";

  EXPECT_TRUE(IsUtf8(Quoted(text)));
  EXPECT_THAT(Quoted(text), ::testing::EndsWith("奶…\""));
  EXPECT_LT(Quoted(text).size(), 80U);
}

TEST(Table, AlignsColumnsAlsoWithChineseInThem) {
  TextTable table({{"SCHOOL"}, {"GRAMS", TextTable::Align::kRight}, {"NOTE"}});
  table.AddRow({"长源小学", "1,000", ""});
  table.AddRow({"west", "5", "late"});

  EXPECT_EQ(table.ToString(2),
            "  SCHOOL    GRAMS  NOTE\n"
            "  长源小学  1,000\n"
            "  west          5  late\n");
}

TEST(Console, DrawsProgressOverItselfOnATerminalAndTakesItOffForMessages) {
  std::ostringstream out, err;
  Console console(&out, &err, /*err_is_terminal=*/true);

  console.ShowProgress("importing", 50, 100);
  console.Say("a message");

  EXPECT_THAT(err.str(), StartsWith("\r\x1b[K[############            ] importing 50 of 100"));
  EXPECT_THAT(err.str(), HasSubstr("\r\x1b[Ka message\n"));
  EXPECT_THAT(out.str(), IsEmpty());
}

TEST(Console, SaysNothingThatMovesTheCursor) {
  std::ostringstream out, err;
  Console console(&out, &err, /*err_is_terminal=*/false);

  console.Say("two\nlines\x1b[2J");

  EXPECT_EQ(err.str(), "two\nlines?[2J\n");
}

TEST(Console, SaysNothingOfShortTasksOnAPipe) {
  std::ostringstream out, err;
  Console console(&out, &err, /*err_is_terminal=*/false);

  for (int i = 0; i < 1'000; ++i) console.ShowProgress("importing", i, 1'000);
  console.Print("done\n");

  EXPECT_THAT(err.str(), IsEmpty());
  EXPECT_EQ(out.str(), "done\n");
}

}  // namespace
}  // namespace milkway::cli
