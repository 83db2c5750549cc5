// milkway-bench: measures a real server over gRPC.

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "tests/bench/load/http_load.h"
#include "tests/bench/load/load.h"
#include "tests/bench/load/programme.h"
#include "tests/bench/load/server_process.h"

namespace milkway::bench {
namespace {

constexpr char kAbout[] =
    "Measures a Milkway server over gRPC: class records of 60 children one by one and in\n"
    "batches, impact queries, stock cards and recall lists; at the end the books are verified.\n"
    "\n"
    "Without --server a milkwayd from the same folder is started on a fresh store in --data\n"
    "(a temporary folder by default), and stopped afterwards:\n"
    "  milkway-bench --seconds 10\n"
    "  milkway-bench --fill 10000000 --seconds 10     # ten million servings first\n"
    "\n"
    "With an admin's access token in MILKWAY_TOKEN every call is checked as in production; "
    "otherwise\n"
    "the server must believe the development header.\n"
    "\n"
    "With --http the class records are sent through the gateway as well, in the same run.\n"
    "\n"
    "Everything that is counted was answered OK: on disk, and posted to the ledger.";

struct Flags {
  std::string server;
  std::string http;
  std::string data;
  int schools = 100;
  int gifts = 1000;
  int seconds = 5;
  int64_t fill = 0;
  int batch = 100;
  int batches_outstanding = 8;
  int channels = 2;
  std::vector<std::string> only;  // empty: everything
};

void AddOptions(CLI::App& app, Flags& flags) {
  app.add_option("--server", flags.server, "HOST:PORT of a running server with an empty store");
  app.add_option(
      "--http", flags.http,
      "HOST:PORT of the gateway of --server: class records are sent there too, as binary "
      "messages");
  app.add_option("--data", flags.data, "Folder for the store of the server that is started");
  app.add_option("--schools", flags.schools, "Schools of ten classes; a multiple of ten")
      ->capture_default_str();
  app.add_option("--gifts", flags.gifts, "Gifts, each of two lots")->check(CLI::Range(1, 100'000));
  app.add_option("--seconds", flags.seconds, "Length of each measurement")->capture_default_str();
  app.add_option("--fill", flags.fill, "Child-servings to record before measuring")
      ->capture_default_str();
  app.add_option("--batch", flags.batch, "Class records in a batch")->capture_default_str();
  app.add_option("--batches-outstanding", flags.batches_outstanding, "Batches under way at once")
      ->capture_default_str();
  app.add_option("--channels", flags.channels, "Connections to the server")->capture_default_str();
  app.add_option("--only", flags.only, "Only these parts: unary, batch, query, recall")
      ->check(CLI::IsMember({"unary", "batch", "query", "recall"}));
}

int64_t ServingsOf(const LoadResult& result) { return result.records * kChildrenPerClass; }

double OwnCpuSeconds() {
  return static_cast<double>(std::clock()) / static_cast<double>(CLOCKS_PER_SEC);
}

// One line of figures; false if something failed.
bool Print(const std::string& what, LoadResult result, bool records_servings, double server_cpu,
           double client_cpu) {
  if (!result.first_error.ok()) {
    std::printf("%-34s FAILED: %s\n", what.c_str(), result.first_error.ToString().c_str());
    return false;
  }
  const double calls_per_second = static_cast<double>(result.calls) / result.seconds;
  const double servings_per_second = static_cast<double>(ServingsOf(result)) / result.seconds;
  std::printf("%-34s %9.0f calls/s", what.c_str(), calls_per_second);
  if (records_servings) std::printf("  %10.0f servings/s", servings_per_second);
  std::printf("  p50 %.2f ms  p99 %.2f ms",
              static_cast<double>(result.latencies.Quantile(0.5)) / 1e3,
              static_cast<double>(result.latencies.Quantile(0.99)) / 1e3);
  // What a busy machine does to the figures before, it does not do to these.
  const double items = static_cast<double>(std::max<int64_t>(result.records, 1)) / 1e6;
  std::printf("  cpu %.0f us server, %.0f us client\n", server_cpu / items, client_cpu / items);
  std::fflush(stdout);
  return true;
}

class Bench {
 public:
  // `server` may be null: one that was not started here.
  Bench(Flags flags, std::vector<std::shared_ptr<grpc::Channel>> channels,
        const ServerProcess* server)
      : flags_(std::move(flags)),
        channels_(std::move(channels)),
        server_(server),
        programme_(flags_.schools, flags_.gifts,
                   static_cast<uint64_t>(absl::ToUnixMillis(absl::Now()))) {}

  bool Run() {
    if (absl::Status status = programme_.SetUp(channels_[0]); !status.ok()) {
      std::printf("cannot set up: %s\n", status.ToString().c_str());
      return false;
    }
    bool good = Fill();
    if (good && Wants("unary")) good = Unary();
    if (good && Wants("batch")) good = Batches();
    if (good && Wants("query")) good = Queries();
    if (good && Wants("recall")) good = Recalls();
    return good && VerifyAll();
  }

  int64_t servings() const { return servings_; }

 private:
  bool Wants(const std::string& part) const {
    return flags_.only.empty() ||
           std::find(flags_.only.begin(), flags_.only.end(), part) != flags_.only.end();
  }

  LoadOptions Options(int outstanding) const {
    LoadOptions options;
    options.outstanding = outstanding;
    options.duration = absl::Seconds(flags_.seconds);
    return options;
  }

  // Runs a load and prints its figures.
  template <typename Load>
  bool Measure(const std::string& what, bool records_servings, Load load) {
    const double server_before = server_ == nullptr ? 0 : server_->CpuSeconds();
    const double client_before = OwnCpuSeconds();
    LoadResult result = load();
    if (records_servings) servings_ += ServingsOf(result);
    const double server_cpu = server_ == nullptr ? 0 : server_->CpuSeconds() - server_before;
    return Print(what, std::move(result), records_servings, server_cpu,
                 OwnCpuSeconds() - client_before);
  }

  bool Fill() {
    // A school day of one container at least, so that queries have something to show.
    LoadOptions options;
    options.outstanding = flags_.batches_outstanding;
    options.records_max =
        std::max<int64_t>(flags_.fill / kChildrenPerClass, 2 * flags_.schools * kClassesPerSchool);
    return Measure("filled in batches", true,
                   [&] { return RecordInBatches(channels_, programme_, flags_.batch, options); });
  }

  bool Unary() {
    for (const int outstanding : {1, 64, 256}) {
      const std::string what = absl::StrCat("one class a call, ", outstanding, " outstanding");
      if (!Measure(what, true,
                   [&] { return RecordOneByOne(channels_, programme_, Options(outstanding)); })) {
        return false;
      }
      if (!flags_.http.empty() && !Measure("http: " + what, true, [&] {
            return RecordOneByOneOverHttp(flags_.http, programme_, Options(outstanding));
          })) {
        return false;
      }
    }
    return true;
  }

  bool Batches() {
    const std::string what =
        absl::StrCat(flags_.batch, " classes a call, ", flags_.batches_outstanding, " outstanding");
    const LoadOptions options = Options(flags_.batches_outstanding);
    return Measure(what, true,
                   [&] { return RecordInBatches(channels_, programme_, flags_.batch, options); }) &&
           (flags_.http.empty() || Measure("http: " + what, true, [&] {
              return RecordInBatchesOverHttp(flags_.http, programme_, flags_.batch, options);
            }));
  }

  bool Queries() {
    const absl::Time begun = absl::Now();
    if (absl::Status status = programme_.Publish(channels_[0]); !status.ok()) {
      std::printf("cannot publish: %s\n", status.ToString().c_str());
      return false;
    }
    std::printf("published in %.2f s\n", absl::ToDoubleSeconds(absl::Now() - begun));
    for (const int outstanding : {1, 16}) {
      const std::string suffix = absl::StrCat(", ", outstanding, " outstanding");
      const bool good =
          Measure("impact of a gift" + suffix, false,
                  [&] { return AskImpact(channels_, programme_, Options(outstanding)); }) &&
          Measure("statement of a gift" + suffix, false,
                  [&] { return AskStatements(channels_, programme_, Options(outstanding)); }) &&
          Measure("proof of a gift" + suffix, false,
                  [&] { return AskProofs(channels_, programme_, Options(outstanding)); }) &&
          Measure("stock card, first page" + suffix, false,
                  [&] { return AskStockCards(channels_, programme_, Options(outstanding)); });
      if (!good) return false;
    }
    return true;
  }

  // Last, for nothing can be served of what is recalled.
  bool Recalls() {
    const struct {
      const char* recall_id;
      const char* lot_number;
      const char* what;
    } recalls[] = {{"bench-one", "A0", "recall list, 1 lot of 10 schools"},
                   {"bench-all", "", "recall list, every lot"}};
    for (const auto& recall : recalls) {
      const absl::Time begun = absl::Now();
      const absl::Status placed =
          programme_.PlaceRecall(channels_[0], recall.recall_id, recall.lot_number);
      if (!placed.ok()) {
        std::printf("cannot recall: %s\n", placed.ToString().c_str());
        return false;
      }
      std::printf("recall placed in %.1f ms\n", absl::ToDoubleMilliseconds(absl::Now() - begun));
      const std::string id = recall.recall_id;
      if (!Measure(recall.what, false, [&] { return AskRecallList(channels_, id, Options(1)); })) {
        return false;
      }
    }
    return true;
  }

  bool VerifyAll() {
    const absl::Time begun = absl::Now();
    const absl::StatusOr<int64_t> differences = Verify(channels_[0]);
    if (!differences.ok()) {
      std::printf("verify FAILED: %s\n", differences.status().ToString().c_str());
      return false;
    }
    std::printf("books verified: %lld differences, in %.1f s\n",
                static_cast<long long>(*differences), absl::ToDoubleSeconds(absl::Now() - begun));
    return *differences == 0;
  }

  const Flags flags_;
  const std::vector<std::shared_ptr<grpc::Channel>> channels_;
  const ServerProcess* server_;
  Programme programme_;
  int64_t servings_ = 0;
};

std::vector<std::shared_ptr<grpc::Channel>> Connect(const std::string& address, int count) {
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (int index = 0; index < count; ++index) {
    grpc::ChannelArguments arguments;
    // Otherwise all channels share one connection.
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetMaxReceiveMessageSize(-1);
    channels.push_back(
        grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments));
  }
  return channels;
}

// Runs against a server of our own on `data`.
bool MeasureOwnServer(const Flags& flags, const std::string& program, const std::string& data) {
  auto server = ServerProcess::Start(program, data);
  if (!server.ok()) {
    std::printf("%s\n", server.status().ToString().c_str());
    return false;
  }
  std::printf("idle server: %.0f MB resident\n",
              static_cast<double>((*server)->ResidentBytes()) / 1e6);
  Bench bench(flags, Connect((*server)->address(), flags.channels), server->get());
  bool good = bench.Run();
  const int64_t resident = (*server)->ResidentBytes();
  server->reset();
  const int64_t bytes = BytesOnDisk(data + "/store");
  std::printf("%lld servings; %.0f MB resident; %.0f MB on disk, %.2f bytes a serving\n",
              static_cast<long long>(bench.servings()), static_cast<double>(resident) / 1e6,
              static_cast<double>(bytes) / 1e6,
              static_cast<double>(bytes) / static_cast<double>(bench.servings()));
  const absl::Time begun = absl::Now();
  server = ServerProcess::Start(program, data);
  good = good && server.ok();
  std::printf("started again on that store in %.2f s\n",
              absl::ToDoubleSeconds(absl::Now() - begun));
  return good;
}

int Main(int argc, char** argv) {
  CLI::App app(kAbout, "milkway-bench");
  Flags flags;
  AddOptions(app, flags);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {  // CLI11's way of saying it
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (!flags.server.empty()) {
    return Bench(flags, Connect(flags.server, flags.channels), nullptr).Run() ? 0 : 1;
  }
  const std::string program =
      std::filesystem::read_symlink("/proc/self/exe").parent_path() / "milkwayd";
  std::string data = flags.data;
  if (data.empty()) {
    std::string pattern = std::filesystem::temp_directory_path() / "milkway-bench-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) return 1;
    data = pattern;
  } else {
    std::filesystem::create_directories(data);
  }
  const bool good = MeasureOwnServer(flags, program, data);
  if (flags.data.empty()) std::filesystem::remove_all(data);
  return good ? 0 : 1;
}

}  // namespace
}  // namespace milkway::bench

int main(int argc, char** argv) { return milkway::bench::Main(argc, argv); }
