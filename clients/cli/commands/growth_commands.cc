// growth-score.

#include <fstream>
#include <iostream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/growth_csv.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

namespace {

struct ScoreOptions {
  std::string reference_folder;
  std::string file;
};

absl::StatusOr<ExitCode> ScoreFile(const ScoreOptions& options, Session& session) {
  ASSIGN_OR_RETURN(const growth::GrowthReference reference,
                   growth::GrowthReference::Load(options.reference_folder));
  const bool is_standard_input = options.file == "-";
  std::ifstream file;
  if (!is_standard_input) file.open(options.file, std::ios::binary);
  if (!is_standard_input && !file.is_open()) {
    return absl::NotFoundError(absl::StrCat("cannot open ", Quoted(options.file)));
  }
  const absl::Status status =
      ScoreCsv(reference, is_standard_input ? &std::cin : &file,
               [&session](absl::string_view part) { session.console.Print(part); });
  if (status.ok()) return kDone;
  return absl::Status(status.code(),
                      absl::StrCat(is_standard_input ? "standard input" : Printable(options.file),
                                   ": ", status.message()));
}

}  // namespace

void AddGrowthCommands(Commands* commands) {
  auto options = std::make_shared<ScoreOptions>();
  CLI::App* command = commands->Add(
      "growth-score",
      "Scores heights and weights by the WHO 2007 growth reference, without a server.\n"
      "Reads the columns sex (1 male, 2 female), agemons (decimals allowed), height_cm, weight_kg\n"
      "and oedema (y or n), and adds zhfa, zwfa, zbfa (height, weight and BMI for age) and the\n"
      "flags fhfa, fwfa, fbfa (1: not plausible). Empty: not defined, such as an age below 60 or\n"
      "above 228 months (weight: above 120), or oedema.",
      "milkway growth-score --growth-reference /srv/who2007 children.csv > scored.csv");
  command
      ->add_option("--growth-reference", options->reference_folder,
                   "folder with WHO's tables hfawho2007.txt, bfawho2007.txt and wfawho2007.txt")
      ->type_name("DIR")
      ->required();
  command->add_option("FILE", options->file, "a CSV file; - for the standard input")->required();
  commands->OnRun(command, [options](Session& session) { return ScoreFile(*options, session); });
}

}  // namespace milkway::cli
