// milkway-verify: checks a proof without a server, and says what it proves.

#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "clients/verify/verify_proof.h"

namespace milkway::proof {
namespace {

constexpr char kAbout[] =
    "Checks a proof of Milkway's log on this machine alone, and says what it proves.\n"
    "\n"
    "  milkway-verify proof.json --key milkway.example/log+1a2b3c4d+AbCd...=\n"
    "  milkway-verify proof.json --key log.vkey --checkpoint kept-in-march.txt\n"
    "\n"
    "--key is the log's public key as its operator publishes it, or a file that holds it.\n"
    "--checkpoint is a checkpoint that somebody kept: the proof must continue it.\n"
    "Exit status: 0 all is proved, 1 the proof fails, 2 wrong usage.";

struct Arguments {
  std::string proof;
  std::string key;
  std::string checkpoint;
};

absl::StatusOr<std::string> ReadFile(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  std::ostringstream text;
  if (!file.is_open() || !(text << file.rdbuf())) {
    return absl::NotFoundError(absl::StrCat("cannot read ", name));
  }
  return text.str();
}

absl::StatusOr<Trusted> ReadTrusted(const Arguments& arguments) {
  Trusted trusted;
  trusted.log_key = arguments.key;
  if (std::ifstream(arguments.key).is_open() && !arguments.key.empty()) {
    ASSIGN_OR_RETURN(trusted.log_key, ReadFile(arguments.key));
  }
  if (!arguments.checkpoint.empty()) {
    ASSIGN_OR_RETURN(trusted.checkpoint, ReadFile(arguments.checkpoint));
  }
  return trusted;
}

int Main(int argc, char** argv) {
  CLI::App app(kAbout, "milkway-verify");
  Arguments arguments;
  app.add_option("PROOF", arguments.proof, "The file of the proof (JSON)")->required();
  app.add_option("--key", arguments.key, "The log's public key, or a file that holds it");
  app.add_option("--checkpoint", arguments.checkpoint, "A checkpoint that was kept")
      ->type_name("FILE");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {  // CLI11's way of saying it
    return app.exit(error) == 0 ? 0 : 2;
  }
  const absl::StatusOr<Trusted> trusted = ReadTrusted(arguments);
  const absl::StatusOr<std::string> proof = ReadFile(arguments.proof);
  for (const absl::Status& status : {trusted.status(), proof.status()}) {
    if (status.ok()) continue;
    std::cerr << "milkway-verify: " << status.message() << "\n";
    return 2;
  }
  const auto sentences = VerifyProof(*proof, *trusted);
  if (!sentences.ok()) {
    std::cout << "NOT PROVED: " << sentences.status().message() << "\n";
    return 1;
  }
  for (const std::string& sentence : *sentences) std::cout << sentence << "\n";
  std::cout << "PROVED\n";
  return 0;
}

}  // namespace
}  // namespace milkway::proof

int main(int argc, char** argv) { return milkway::proof::Main(argc, argv); }
