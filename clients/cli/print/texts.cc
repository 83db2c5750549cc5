#include "clients/cli/print/texts.h"

#include <iterator>

namespace milkway::print {

namespace {

constexpr TextRow kTexts[] = {
    {Text::kLanguageTag, "en", "zh-CN"},
    {Text::kProgramme, "Milkway · milk for rural schools", "Milkway · 乡村学校牛奶计划"},
    // Certificate.
    {Text::kCertificate, "Certificate of a gift", "捐赠证书"},
    {Text::kCertificateOf, "What this gift became · $0", "这笔捐赠变成了什么 · $0"},
    {Text::kNothingPublished, "Nothing has been published about this gift yet.",
     "这笔捐赠的去向尚未公布。"},
    {Text::kNothingPublishedWhy,
     "What gifts became is published at most once a week, when it is on record and enough "
     "children stand behind the figures that no child can be recognised in them. Until then "
     "this page can say only that the gift is recorded.",
     "捐赠变成了什么，每周至多公布一次：须已有记录，且数字背后的儿童足够多，无法从中认出任何一个孩"
     "子。"
     "在此之前，本页只能说明这笔捐赠已经登记。"},
    {Text::kToldBy, "As told by publication $0, recorded up to $1 (entry $2 of the log).",
     "据第 $0 期公布，记录截至 $1（日志第 $2 条）。"},
    // Headline.
    {Text::kCupsServedOne, "cup of milk served at school", "杯牛奶在学校喝下"},
    {Text::kCupsServed, "cups of milk served at school", "杯牛奶在学校喝下"},
    {Text::kPowderServed, "of milk powder in them", "奶粉冲成了这些牛奶"},
    {Text::kChildrenReached, "children who drank from lots this gift helped to buy",
     "名儿童喝过由本捐赠参与购买的奶粉批次"},
    {Text::kSchoolsServedOne, "school that served it", "所学校供应了这些牛奶"},
    {Text::kSchoolsServed, "schools that served it", "所学校供应了这些牛奶"},
    // Units.
    {Text::kKilograms, "kilograms", "千克"},
    {Text::kGrams, "grams", "克"},
    {Text::kGramsOne, "gram", "克"},
    {Text::kMilligrams, "milligrams", "毫克"},
    {Text::kKilojoules, "kilojoules", "千焦"},
    {Text::kMinorUnits, "$0 $1, in its smallest unit", "$0 $1（以最小货币单位计）"},
    // Money.
    {Text::kMoney, "The money", "资金"},
    {Text::kAmount, "Worth of the gift", "捐赠价值"},
    {Text::kAllocated, "of it bought milk", "用于购买奶粉"},
    {Text::kFees, "kept as fees", "作为费用扣除"},
    {Text::kRefunded, "given back", "已退还"},
    {Text::kUnspent, "not spent yet", "尚未使用"},
    {Text::kRefundDue, "Owed to the gift: a lot cost less in the end",
     "应退回本捐赠：批次最终成本低于所付"},
    {Text::kInKind, "This gift was milk powder, not money.", "本捐赠为奶粉实物，并非资金。"},
    {Text::kForSchool, "For school $0 only.", "仅用于学校 $0。"},
    // Nutrients.
    {Text::kNutrients, "In these cups", "这些牛奶所含"},
    {Text::kProtein, "Protein", "蛋白质"},
    {Text::kCalcium, "Calcium", "钙"},
    {Text::kEnergy, "Energy", "能量"},
    // Lots.
    {Text::kLots, "The milk powder of the gift, in grams", "本捐赠的奶粉（单位：克）"},
    {Text::kProduct, "Product", "产品"},
    {Text::kLot, "Lot", "批号"},
    {Text::kFunded, "Bought", "购得"},
    {Text::kGiven, "Given", "捐入"},
    {Text::kServed, "Served", "已饮用"},
    {Text::kLost, "Lost", "损耗"},
    {Text::kReturned, "Returned", "退回"},
    {Text::kRemaining, "Remaining", "剩余"},
    {Text::kCups, "Cups", "杯数"},
    {Text::kMoreLots, "$0 more lots", "另外 $0 个批次"},
    {Text::kMoreLotsOne, "$0 more lot", "另外 $0 个批次"},
    {Text::kTogether, "Together", "合计"},
    {Text::kNoLots, "No milk powder is told as bought with it yet.", "尚未公布用它购得的奶粉。"},
    // Notes.
    {Text::kNotes, "How to read it", "怎样看这些数字"},
    {Text::kRemainingNote,
     "Remaining is milk powder in warehouses, on its way or at schools, and what was drunk but "
     "may not be told yet: figures of a school are told only while ten children or more stand "
     "behind them.",
     "剩余指仓库里、运输途中和学校中的奶粉，以及已经喝下但还不能公布的部分：一所学校的数字，"
     "只有背后有十名或更多儿童时才公布。"},
    {Text::kChildrenNote, "A number of children is told from ten on.", "儿童人数满十名才公布。"},
    {Text::kRoundedNote, "Every figure is rounded down, and no cup is counted for two gifts.",
     "所有数字只舍不入，同一杯牛奶不会算给两笔捐赠。"},
    {Text::kMinusNote,
     "A minus sign: a correction, or milk powder that was found again, made the figure smaller.",
     "负号表示：更正记录或找回的奶粉使数字变小。"},
    // Check.
    {Text::kCheck, "How to check it", "怎样核对"},
    {Text::kCheckFetch,
     "Fetch the signed records behind the newest figures:", "取得最新数字背后经签名的记录："},
    {Text::kCheckVerify, "Check them on your own machine, without any server:",
     "在自己的电脑上核对，不需要任何服务器："},
    {Text::kCheckAgain, "See again what publication $0 told; it never changes:",
     "再看一遍第 $0 期公布的内容；它永远不变："},
    {Text::kCheckProgramme, "See again what publication $0 told of the whole programme:",
     "再看一遍第 $0 期公布的整个计划："},
    // Yearly report.
    {Text::kYearlyReport, "Yearly report $0", "$0 年度报告"},
    {Text::kYearlySubtitle, "What the programme’s milk powder became", "计划的奶粉变成了什么"},
    {Text::kYearSince,
     "The year’s figures are what publication $0 (recorded up to $1) tells beyond publication $2 "
     "(recorded up to $3).",
     "本年数字是第 $0 期公布（记录截至 $1）比第 $2 期公布（记录截至 $3）多出的部分。"},
    {Text::kYearFirst,
     "The year’s figures are what publication $0 (recorded up to $1) tells. Nothing was published "
     "before the year, so everything recorded earlier is in it.",
     "本年数字即第 $0 期公布的内容（记录截至 $1）。此前没有公布过，因此更早的记录也都计入本年。"},
    {Text::kYearUtc, "The year and all times are in UTC.",
     "年度起止与所有时间均按协调世界时（UTC）。"},
    {Text::kYearFigures, "The programme’s figures", "计划的数字"},
    {Text::kFigure, "Figure", "项目"},
    {Text::kBeforeYear, "Before $0", "$0 年以前"},
    {Text::kInYear, "In $0", "$0 年"},
    {Text::kInTotal, "In total by then", "至此合计"},
    {Text::kPurchasedRow, "Milk powder of lots that gifts helped to buy, grams",
     "由捐赠参与购买的批次的奶粉（克）"},
    {Text::kServedRow, "Milk powder served, grams", "已饮用的奶粉（克）"},
    {Text::kCupsRow, "Cups served", "供应的杯数"},
    {Text::kLostRow, "Milk powder lost, less what was found, grams",
     "奶粉损耗，已减去找回的（克）"},
    {Text::kSchoolsRow, "Schools of which something is told", "已有数字公布的学校"},
    {Text::kYearCupsOne, "cup of milk, in the publications of $0", "杯牛奶，据 $0 年各期公布"},
    {Text::kYearCups, "cups of milk, in the publications of $0", "杯牛奶，据 $0 年各期公布"},
    {Text::kYearPowder, "of milk powder in them", "奶粉冲成了这些牛奶"},
    {Text::kNewSchoolsOne, "school told of for the first time", "所学校首次有数字公布"},
    {Text::kNewSchools, "schools told of for the first time", "所学校首次有数字公布"},
    {Text::kTotalCups, "cups in total by then", "杯，至此合计"},
    // Publications of a year.
    {Text::kPublications, "Publication by publication", "逐期公布"},
    {Text::kPublicationsNote,
     "Cups appear when they are published, which is after they were drunk.",
     "杯数在公布之日计入，晚于实际喝下的日子。"},
    {Text::kChartTitle, "New cups in each publication of $0", "$0 年各期新增杯数"},
    {Text::kChartDescription, "A bar for each of $0 publications; the tallest stands for $1 cups.",
     "共 $0 期，每期一柱；最高一柱为 $1 杯。"},
    {Text::kMonths, "J F M A M J J A S O N D", "1 2 3 4 5 6 7 8 9 10 11 12"},
    {Text::kPublication, "Publication", "期号"},
    {Text::kRecordedUpTo, "Recorded up to", "记录截至"},
    {Text::kNewCups, "New cups", "新增杯数"},
    // A gift's year.
    {Text::kGiftYear, "What this gift became in $0", "这笔捐赠在 $0 年变成了什么"},
    {Text::kGiftYearFigures, "What it became", "变成了什么"},
    {Text::kGiftYearMoney, "Its money", "资金去向"},
    {Text::kChildrenRow, "Children who drank from lots this gift helped to buy",
     "喝过由本捐赠参与购买的奶粉批次的儿童"},
    {Text::kProteinRow, "Protein, grams", "蛋白质（克）"},
    {Text::kCalciumRow, "Calcium, grams", "钙（克）"},
    {Text::kEnergyRow, "Energy, kilojoules", "能量（千焦）"},
    {Text::kNotTold, "not told", "未公布"},
};

static_assert(std::size(kTexts) == static_cast<size_t>(Text::kCount));

}  // namespace

absl::Span<const TextRow> AllTexts() { return kTexts; }

absl::string_view In(Language language, Text text) {
  const TextRow& row = kTexts[static_cast<size_t>(text)];
  return language == Language::kChinese ? row.chinese : row.english;
}

}  // namespace milkway::print
