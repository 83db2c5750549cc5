#include "clients/cli/print/yearly_report.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "clients/cli/print/figures.h"
#include "clients/cli/print/gift_year.h"
#include "clients/cli/print/page.h"
#include "clients/cli/print/year_chart.h"
#include "clients/cli/print/year_tables.h"

namespace milkway::print {

namespace {

namespace v1 = impact::v1;

// Rows of publications that fit under the programme's figures.
constexpr size_t kRowsOnFirstPageMax = 20;

// What was told before the year: nothing is zero.
v1::ProgrammeStatement Before(const ProgrammeYear& year) {
  return year.before.value_or(v1::ProgrammeStatement());
}

std::string Bounds(const ProgrammeYear& year, Language language) {
  const v1::Publication& last = year.within.back().publication();
  const std::string number = Count("publication", last.publication());
  const std::string until = Moment(language, last.as_of_recorded_us());
  if (!year.before.has_value()) return Say(language, Text::kYearFirst, number, until);
  const v1::Publication& before = year.before->publication();
  return Say(language, Text::kYearSince, number, until, Count("publication", before.publication()),
             Moment(language, before.as_of_recorded_us()));
}

std::string Head(const ProgrammeYear& year, Language language) {
  return absl::StrCat("<header>\n", Emblem(), "<p class=\"programme\">",
                      In(language, Text::kProgramme), "</p>\n<h1>",
                      Say(language, Text::kYearlyReport, year.year), "</h1>\n<p class=\"of\">",
                      In(language, Text::kYearlySubtitle), "</p>\n</header>\n");
}

std::string Figures(const ProgrammeYear& year, Language language) {
  const v1::ProgrammeStatement before = Before(year);
  const v1::ProgrammeStatement& after = year.within.back();
  const int64_t cups = after.servings() - before.servings();
  const int64_t schools = after.schools() - before.schools();
  std::string beside =
      SideFigure(Weight(language, "year.served_g", after.served_g() - before.served_g()),
                 In(language, Text::kYearPowder));
  if (schools > 0) {
    absl::StrAppend(
        &beside,
        SideFigure(Count("year.schools", schools),
                   In(language, PluralOf(Text::kNewSchoolsOne, Text::kNewSchools, schools))));
  }
  absl::StrAppend(&beside, SideFigure(Count("total.servings", after.servings()),
                                      In(language, Text::kTotalCups)));
  return absl::StrCat(
      Headline(Count("year.servings", cups),
               Say(language, PluralOf(Text::kYearCupsOne, Text::kYearCups, cups), year.year)),
      "<ul class=\"beside\">\n", beside, "</ul>\n");
}

// Whether a publication of the year told of fewer cups than the one before.
bool HasFallen(const ProgrammeYear& year) {
  int64_t cups = Before(year).servings();
  for (const v1::ProgrammeStatement& statement : year.within) {
    if (statement.servings() < cups) return true;
    cups = statement.servings();
  }
  return false;
}

std::string FigureTable(const ProgrammeYear& year, Language language) {
  const v1::ProgrammeStatement before = Before(year);
  const v1::ProgrammeStatement& after = year.within.back();
  YearTable table(language, year.year, Text::kYearFigures);
  table.AddCount(Text::kPurchasedRow, "purchased_g", before.purchased_g(), after.purchased_g());
  table.AddCount(Text::kServedRow, "served_g", before.served_g(), after.served_g());
  table.AddCount(Text::kCupsRow, "servings", before.servings(), after.servings());
  table.AddCount(Text::kLostRow, "lost_g", before.lost_g(), after.lost_g());
  table.AddCount(Text::kSchoolsRow, "schools", before.schools(), after.schools());
  return absl::StrCat(
      table.ToHtml(), "<div class=\"small\">\n",
      table.has_fallen() || HasFallen(year) ? Paragraph(In(language, Text::kMinusNote)) : "",
      Paragraph(Bounds(year, language)), Paragraph(In(language, Text::kYearUtc)), "</div>\n");
}

int DayOfYear(int64_t us) {
  return absl::GetYearDay(absl::ToCivilDay(absl::FromUnixMicros(us), absl::UTCTimeZone()));
}

std::string CheckProgramme(const ProgrammeYear& year, Language language) {
  const auto step = [language](int64_t publication) {
    return Step(Say(language, Text::kCheckProgramme, Count("publication", publication)),
                absl::StrCat("milkway programme-statement --publication ", publication));
  };
  std::string steps;
  if (year.before.has_value()) steps = step(year.before->publication().publication());
  absl::StrAppend(&steps, step(year.within.back().publication().publication()));
  return absl::StrCat("<h2>", In(language, Text::kCheck), "</h2>\n<ol>\n", steps, "</ol>\n");
}

// A row for each publication, and what each of them tells anew.
struct PublicationRows {
  std::string html;
  std::vector<Bar> bars;
};

PublicationRows RowsOf(const ProgrammeYear& year, Language language) {
  PublicationRows rows;
  int64_t cups = Before(year).servings();
  for (const v1::ProgrammeStatement& statement : year.within) {
    const v1::Publication& publication = statement.publication();
    const int64_t more = statement.servings() - cups;
    cups = statement.servings();
    rows.bars.push_back({DayOfYear(publication.finished_us()), more});
    absl::StrAppend(&rows.html,
                    Row(Count("publication", publication.publication()),
                        {Day(language, publication.as_of_recorded_us()),
                         Count("publication.more", more), Count("publication.servings", cups)}));
  }
  return rows;
}

std::string PublicationTable(const std::string& rows, Language language) {
  std::vector<std::string> titles;
  for (const Text title : {Text::kPublication, Text::kRecordedUpTo, Text::kNewCups, Text::kCups}) {
    titles.emplace_back(In(language, title));
  }
  return absl::StrCat("<table class=\"publications\">\n<caption>",
                      In(language, Text::kPublications), "</caption>\n", TitleRow(titles),
                      "<tbody>\n", rows, "</tbody>\n</table>\n");
}

// The table stands beside the chart, or on the page behind it if it is long.
std::string Publications(const ProgrammeYear& year, Language language) {
  const PublicationRows rows = RowsOf(year, language);
  const bool is_long = rows.bars.size() > kRowsOnFirstPageMax;
  const ChartWidth width = is_long ? ChartWidth::kFull : ChartWidth::kHalf;
  return absl::StrCat("<div class=\"", is_long ? "chart-above" : "chart-beside", "\">\n<div>\n",
                      YearChart(language, year.year, rows.bars, width), "<div class=\"small\">\n",
                      Paragraph(In(language, Text::kPublicationsNote)),
                      "</div>\n<div class=\"small check\">\n", CheckProgramme(year, language),
                      "</div>\n</div>\n", PublicationTable(rows.html, language), "</div>\n");
}

}  // namespace

std::string YearlyReport(const ProgrammeYear& year, Language language) {
  std::string html = absl::StrCat("<article class=\"page report\">\n", Head(year, language),
                                  Figures(year, language), FigureTable(year, language),
                                  Publications(year, language), "</article>\n");
  for (const GiftYear& gift : year.gifts) {
    absl::StrAppend(&html, GiftYearPage(gift, year.year, language));
  }
  return Document(language, Say(language, Text::kYearlyReport, year.year), html);
}

}  // namespace milkway::print
