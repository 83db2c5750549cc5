// Every text of the printed pages, in every language: one table, so that none can be
// missing in one of them.

#ifndef MILKWAY_CLIENTS_CLI_PRINT_TEXTS_H_
#define MILKWAY_CLIENTS_CLI_PRINT_TEXTS_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/strings/substitute.h"
#include "absl/types/span.h"

namespace milkway::print {

enum class Language { kEnglish, kChinese };

// kSomethingOne is for exactly one of it, kSomething for every other number.
enum class Text {
  kLanguageTag,
  kProgramme,
  // Certificate.
  kCertificate,
  kCertificateOf,
  kNothingPublished,
  kNothingPublishedWhy,
  kToldBy,
  // Headline.
  kCupsServedOne,
  kCupsServed,
  kPowderServed,
  kChildrenReached,
  kSchoolsServedOne,
  kSchoolsServed,
  // Units.
  kKilograms,
  kGrams,
  kGramsOne,
  kMilligrams,
  kKilojoules,
  kMinorUnits,
  // Money.
  kMoney,
  kAmount,
  kAllocated,
  kFees,
  kRefunded,
  kUnspent,
  kRefundDue,
  kInKind,
  kForSchool,
  // Nutrients.
  kNutrients,
  kProtein,
  kCalcium,
  kEnergy,
  // Lots.
  kLots,
  kProduct,
  kLot,
  kFunded,
  kGiven,
  kServed,
  kLost,
  kReturned,
  kRemaining,
  kCups,
  kMoreLots,
  kMoreLotsOne,
  kTogether,
  kNoLots,
  // Notes.
  kNotes,
  kRemainingNote,
  kChildrenNote,
  kRoundedNote,
  kMinusNote,
  // Check.
  kCheck,
  kCheckFetch,
  kCheckVerify,
  kCheckAgain,
  kCheckProgramme,
  // Yearly report.
  kYearlyReport,
  kYearlySubtitle,
  kYearSince,
  kYearFirst,
  kYearUtc,
  kYearFigures,
  kFigure,
  kBeforeYear,
  kInYear,
  kInTotal,
  kPurchasedRow,
  kServedRow,
  kCupsRow,
  kLostRow,
  kSchoolsRow,
  kYearCupsOne,
  kYearCups,
  kYearPowder,
  kNewSchoolsOne,
  kNewSchools,
  kTotalCups,
  // Publications of a year.
  kPublications,
  kPublicationsNote,
  kChartTitle,
  kChartDescription,
  kMonths,
  kPublication,
  kRecordedUpTo,
  kNewCups,
  // A gift's year.
  kGiftYear,
  kGiftYearFigures,
  kGiftYearMoney,
  kChildrenRow,
  kProteinRow,
  kCalciumRow,
  kEnergyRow,
  kNotTold,
  kCount,
};

// One row of the table. A text is HTML without markup; $0, $1, … stand for what is put in.
struct TextRow {
  Text text;
  absl::string_view english;
  absl::string_view chinese;
};

// In the order of the enum, each once.
absl::Span<const TextRow> AllTexts();

absl::string_view In(Language language, Text text);

// The text with `arguments`, which are HTML, in the places of $0, $1, ….
template <typename... Arguments>
std::string Say(Language language, Text text, const Arguments&... arguments) {
  return absl::Substitute(In(language, text), arguments...);
}

// The form of a text for `number` of something.
inline Text PluralOf(Text one, Text other, int64_t number) { return number == 1 ? one : other; }

}  // namespace milkway::print

#endif  // MILKWAY_CLIENTS_CLI_PRINT_TEXTS_H_
