// Count sheets, from the server to paper and back.

#include "clients/cli/count_sheet.h"

#include <sstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/inventory/v1/stock.pb.h"

namespace milkway::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

inventory::v1::CountSheetLine Line() {
  inventory::v1::CountSheetLine line;
  line.set_lot_id(7);
  line.set_product_id("dev-1kg");
  line.set_product_name_zh("德运奶粉");
  line.set_product_name_en("Devondale, full cream");
  line.set_lot_number("L1");
  line.set_expires_on("2026-12-01");
  line.set_pack_weight_g(1'000);
  line.set_expected_g(3'400);
  return line;
}

CountSheet Read(const std::string& text) {
  std::istringstream input(text);
  const auto sheet = ReadCountSheet(&input);
  EXPECT_TRUE(sheet.ok()) << sheet.status();
  return sheet.value_or(CountSheet());
}

TEST(CountSheetTest, SpreadsheetsShowItsChinese) {
  const std::string csv = CountSheetCsv({Line()}, false);

  EXPECT_THAT(csv, StartsWith("\xEF\xBB\xBFlot_id,"));
  EXPECT_THAT(csv,
              HasSubstr("7,dev-1kg,德运奶粉,\"Devondale, full cream\",L1,2026-12-01,1000,,,,\r\n"));
}

TEST(CountSheetTest, ABlindSheetDoesNotSayWhatTheBooksHold) {
  EXPECT_THAT(CountSheetCsv({Line()}, false), Not(HasSubstr("3400")));
  EXPECT_THAT(CountSheetCsv({Line()}, true), HasSubstr(",1000,3400,"));
}

TEST(CountSheetTest, PacksAndLooseGramsMakeTheFigureAndBlankRowsAreNotCounted) {
  const CountSheet sheet = Read(
      "lot_id,pack_weight_g,full_packs,loose_g,reason,note\n"
      "7,1000,3,400,spilled,one bag torn\n"
      "8,500,,,,\n"
      "9,500,0,,,\n");

  EXPECT_THAT(sheet.errors, IsEmpty());
  ASSERT_THAT(sheet.rows, SizeIs(2));
  EXPECT_EQ(sheet.rows[0].counted_g, 3'400);
  EXPECT_EQ(sheet.rows[0].reason, inventory::v1::COUNT_REASON_SPILLED);
  EXPECT_EQ(sheet.rows[0].note, "one bag torn");
  EXPECT_EQ(sheet.rows[1].counted_g, 0);
  EXPECT_EQ(sheet.blank_rows, 1);
}

TEST(CountSheetTest, EveryRowThatIsWrongIsNamed) {
  const CountSheet sheet = Read(
      "lot_id,pack_weight_g,full_packs,loose_g,reason\n"
      "7,1000,many,,\n"
      "8,1000,1,,forgot\n"
      "9,1000,1,,\n"
      "9,1000,1,,\n"
      "x,1000,1,,\n");

  EXPECT_THAT(sheet.errors,
              ElementsAre(StartsWith("row 2: full_packs"), StartsWith("row 3: reason must be "),
                          StartsWith("row 5: lot_id is on an earlier row"),
                          StartsWith("row 6: lot_id must be a whole number")));
}

TEST(CountSheetTest, AFileThatIsNoSheetSaysHowToMakeOne) {
  std::istringstream input("a,b\n1,2\n");

  EXPECT_THAT(std::string(ReadCountSheet(&input).status().message()),
              HasSubstr("no column lot_id; make a sheet with milkway count-sheet"));
}

}  // namespace
}  // namespace milkway::cli
