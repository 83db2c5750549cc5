#include "services/consumption/daily_needs.h"

#include <fstream>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "clients/cpp/status_macros.h"
#include "milkway/consumption/v1/schools.pb.h"

namespace milkway::consumption {

namespace {

constexpr char kHeader[] =
    "from_years,to_years,sex,energy_kj,protein_g,fat_g,carbohydrate_g,calcium_mg,sodium_mg";
constexpr char kSourceMark[] = "# Source:";
constexpr size_t kBytesMax = 64 * 1024;
constexpr size_t kSourceBytesMax = 500;
constexpr size_t kFirstNeedCell = 3;
constexpr int64_t kYearsMax = 99;
constexpr int64_t kNeedMax = 1'000'000;
constexpr int kBirthDay = 15;
constexpr int32_t kMonthsPerYear = 12;
// Of the file's units, in the order of its columns: kJ, g, g, g, mg, mg.
constexpr int64_t kAmountUnits[kNutrients] = {1, 1000, 1000, 1000, 1, 1};

absl::Status Wrong(size_t line, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("daily needs, line ", line, ": ", what));
}

absl::StatusOr<int64_t> ParseCell(size_t line, absl::string_view name, absl::string_view cell,
                                  int64_t min, int64_t max) {
  int64_t number = 0;
  const bool is_whole = !cell.empty() && cell.size() <= 9 &&
                        cell.find_first_not_of("0123456789") == absl::string_view::npos &&
                        absl::SimpleAtoi(cell, &number);
  if (is_whole && min <= number && number <= max) return number;
  return Wrong(line, absl::StrCat(name, " must be a whole number from ", min, " to ", max,
                                  ", not \"", cell, "\""));
}

absl::StatusOr<uint32_t> ParseSex(size_t line, absl::string_view cell) {
  if (cell.empty()) return v1::SEX_UNSPECIFIED;
  if (cell == "m") return v1::SEX_MALE;
  if (cell == "f") return v1::SEX_FEMALE;
  return Wrong(line, absl::StrCat("sex must be m, f or blank for both, not \"", cell, "\""));
}

absl::StatusOr<NeedBand> ParseBand(size_t line, absl::string_view text) {
  const std::vector<std::string> names = absl::StrSplit(kHeader, ',');
  std::vector<std::string> cells = absl::StrSplit(text, ',');
  if (cells.size() != names.size()) {
    return Wrong(line, absl::StrCat("has ", cells.size(), " cells, not ", names.size()));
  }
  for (std::string& cell : cells) absl::StripAsciiWhitespace(&cell);
  NeedBand band;
  ASSIGN_OR_RETURN(const int64_t from, ParseCell(line, names[0], cells[0], 0, kYearsMax));
  ASSIGN_OR_RETURN(const int64_t to, ParseCell(line, names[1], cells[1], from, kYearsMax));
  band.from_years = static_cast<int32_t>(from);
  band.to_years = static_cast<int32_t>(to);
  ASSIGN_OR_RETURN(band.sex, ParseSex(line, cells[2]));
  for (size_t index = 0; index < kNutrients; ++index) {
    const std::string& cell = cells[kFirstNeedCell + index];
    if (cell.empty()) continue;
    ASSIGN_OR_RETURN(const int64_t need,
                     ParseCell(line, names[kFirstNeedCell + index], cell, 1, kNeedMax));
    band.need[static_cast<Nutrient>(index)] = need * kAmountUnits[index];
  }
  if (band.need == Amounts()) return Wrong(line, "states no need");
  return band;
}

bool Overlap(const NeedBand& a, const NeedBand& b) {
  const bool share_sex = a.sex == b.sex || a.sex == 0 || b.sex == 0;
  return share_sex && a.from_years <= b.to_years && b.from_years <= a.to_years;
}

// What the lines say, each checked against those before it.
struct Reading {
  std::string source;
  bool has_header = false;
  std::vector<NeedBand> bands;

  absl::Status Take(size_t line, absl::string_view text) {
    if (absl::ConsumePrefix(&text, kSourceMark)) {
      if (!source.empty()) return Wrong(line, "names a second source");
      source = std::string(absl::StripAsciiWhitespace(text));
      if (source.empty() || source.size() > kSourceBytesMax) {
        return Wrong(line, absl::StrCat("must name the source in 1 to ", kSourceBytesMax,
                                        " bytes behind \"", kSourceMark, "\""));
      }
      return absl::OkStatus();
    }
    if (text.empty() || absl::StartsWith(text, "#")) return absl::OkStatus();
    if (!has_header) {
      has_header = true;
      return text == kHeader ? absl::OkStatus()
                             : Wrong(line, absl::StrCat("must be \"", kHeader, "\""));
    }
    ASSIGN_OR_RETURN(const NeedBand band, ParseBand(line, text));
    for (const NeedBand& earlier : bands) {
      if (Overlap(earlier, band)) return Wrong(line, "has children of an earlier line");
    }
    if (bands.size() == DailyNeeds::kBandsMax) {
      return Wrong(line, absl::StrCat("there are more than ", DailyNeeds::kBandsMax, " bands"));
    }
    bands.push_back(band);
    return absl::OkStatus();
  }
};

}  // namespace

absl::StatusOr<DailyNeeds> DailyNeeds::Parse(absl::string_view text) {
  Reading reading;
  size_t line = 0;
  for (const absl::string_view row : absl::StrSplit(text, '\n')) {
    RETURN_IF_ERROR(reading.Take(++line, absl::StripAsciiWhitespace(row)));
  }
  if (reading.source.empty()) {
    return Wrong(1, absl::StrCat("no line names the source: \"", kSourceMark, " …\""));
  }
  if (reading.bands.empty()) return Wrong(line, "the table has no row");
  return DailyNeeds(std::move(reading.source), std::move(reading.bands));
}

absl::StatusOr<DailyNeeds> DailyNeeds::Load(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file.is_open() || file.bad()) {
    return absl::NotFoundError(absl::StrCat("the daily needs ", path, " cannot be read"));
  }
  if (text.size() > kBytesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("the daily needs ", path, " are larger than 64 KiB"));
  }
  absl::StatusOr<DailyNeeds> needs = Parse(text);
  if (needs.ok()) return needs;
  return absl::Status(needs.status().code(), absl::StrCat(path, ": ", needs.status().message()));
}

size_t DailyNeeds::BandOf(uint32_t sex, int32_t years) const {
  for (size_t index = 0; index < bands_.size(); ++index) {
    const NeedBand& band = bands_[index];
    const bool is_of_sex = band.sex == 0 || band.sex == sex;
    if (is_of_sex && band.from_years <= years && years <= band.to_years) return index;
  }
  return bands_.size();
}

int32_t LastFifteenth(LocalDate day) {
  const absl::CivilDay civil = absl::CivilDay(1970, 1, 1) + day.days;
  const auto months = absl::CivilMonth(civil) - absl::CivilMonth(1970, 1);
  return static_cast<int32_t>(months) - (civil.day() < kBirthDay ? 1 : 0);
}

int32_t CompletedYears(int32_t birth_month, int32_t last_fifteenth) {
  const int32_t months = last_fifteenth - birth_month;
  return months < 0 ? -1 : months / kMonthsPerYear;
}

}  // namespace milkway::consumption
