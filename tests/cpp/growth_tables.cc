#include "tests/cpp/growth_tables.h"

#include <stdlib.h>

#include <cstdio>
#include <fstream>

#include "absl/strings/str_cat.h"

namespace milkway::growth {

std::string TableText(const Lms& lms, int last_month) {
  std::string text = "sex\tage\tl\tm\ts\n";
  for (int sex = 1; sex <= 2; ++sex) {
    for (int month = kAgeMinMonths; month <= last_month + 1; ++month) {
      absl::StrAppend(&text, sex, "\t", month, "\t", lms.l, "\t", lms.m, "\t", lms.s, "\n");
    }
  }
  return text;
}

MadeUpTables::MadeUpTables() {
  std::string pattern = (std::filesystem::temp_directory_path() / "growth-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) std::abort();
  folder_ = pattern;
  Write("hfawho2007.txt", TableText({1, 120, 0.05}, kAgeMaxMonths));
  Write("wfawho2007.txt", TableText({0.5, 25, 0.1}, kWeightForAgeMaxMonths));
  Write("bfawho2007.txt", TableText({-1, 16, 0.1}, kAgeMaxMonths));
}

MadeUpTables::~MadeUpTables() { std::filesystem::remove_all(folder_); }

void MadeUpTables::Write(const std::string& name, const std::string& text) const {
  std::ofstream(folder_ / name, std::ios::binary) << text;
}

GrowthReference MadeUpTables::Load() const {
  auto reference = GrowthReference::Load(folder());
  if (!reference.ok()) {
    std::fprintf(stderr, "%s\n", reference.status().ToString().c_str());
    std::abort();
  }
  return *std::move(reference);
}

std::string WhoFolder() {
  const char* folder = std::getenv("MILKWAY_WHO2007");
  return folder != nullptr ? folder : MILKWAY_WHO2007;
}

std::optional<GrowthReference> WhoReference() {
  if (!std::filesystem::exists(WhoFolder() + "/hfawho2007.txt")) return std::nullopt;
  auto reference = GrowthReference::Load(WhoFolder());
  if (reference.ok()) return *std::move(reference);
  std::fprintf(stderr, "%s\n", reference.status().ToString().c_str());
  std::abort();
}

}  // namespace milkway::growth
