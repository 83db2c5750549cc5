#include "tests/bench/load/http_load.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "boost/asio/connect.hpp"
#include "boost/asio/io_context.hpp"
#include "boost/asio/ip/tcp.hpp"
#include "boost/beast/core/flat_buffer.hpp"
#include "boost/beast/core/tcp_stream.hpp"
#include "boost/beast/http.hpp"
#include "clients/cpp/identity_metadata.h"
#include "milkway/consumption/v1/distributions.pb.h"
#include "tests/bench/load/caller.h"

namespace milkway::bench {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace con = consumption::v1;

// Keeps a call under way on each of `outstanding` connections, on one thread.
class HttpLoop {
 public:
  // Makes the next message; looks at an answer and says how many records it holds.
  using Make = std::function<std::string()>;
  using Look = std::function<absl::StatusOr<int64_t>(const std::string&)>;

  HttpLoop(const std::string& address, std::string path, Make make, Look look, LoadOptions options)
      : address_(address),
        path_(std::move(path)),
        make_(std::move(make)),
        look_(std::move(look)),
        options_(options) {}

  LoadResult Run() {
    const size_t colon = address_.rfind(':');
    asio::ip::tcp::resolver resolver(context_);
    const auto found = resolver.resolve(address_.substr(0, colon), address_.substr(colon + 1));
    for (int slot = 0; slot < options_.outstanding; ++slot) {
      auto line = std::make_unique<Line>(&context_);
      line->stream.connect(found);
      line->stream.socket().set_option(asio::ip::tcp::no_delay(true));
      lines_.push_back(std::move(line));
    }
    started_ = absl::Now();
    for (const auto& line : lines_) Send(line.get());
    context_.run();
    result_.seconds = absl::ToDoubleSeconds(absl::Now() - started_);
    return std::move(result_);
  }

 private:
  struct Line {
    explicit Line(asio::io_context* context) : stream(*context) {}

    beast::tcp_stream stream;
    beast::flat_buffer buffer;
    http::request<http::string_body> request;
    http::response<http::string_body> response;
    absl::Time begun;
  };

  void Send(Line* line) {
    const clients::CallOptions caller = AsAdmin(std::chrono::seconds(60));
    line->request = {http::verb::post, path_, 11};
    line->request.set(http::field::host, address_);
    line->request.set(http::field::content_type, "application/proto");
    if (!caller.token.empty()) {
      line->request.set(http::field::authorization, absl::StrCat("Bearer ", caller.token));
    } else {
      line->request.set(clients::kDevelopmentMetadata, caller.caller);
      line->request.set("sec-fetch-site", "same-origin");
    }
    line->request.body() = make_();
    line->request.prepare_payload();
    line->begun = absl::Now();
    http::async_write(line->stream, line->request, [this, line](beast::error_code error, size_t) {
      if (error) return Fail(error.message());
      Receive(line);
    });
  }

  void Receive(Line* line) {
    line->response = {};
    http::async_read(line->stream, line->buffer, line->response,
                     [this, line](beast::error_code error, size_t) {
                       if (error) return Fail(error.message());
                       if (Note(*line)) Send(line);
                     });
  }

  void Fail(const std::string& why) { result_.first_error.Update(absl::UnavailableError(why)); }

  // True if there is more to do.
  bool Note(const Line& line) {
    const absl::Time now = absl::Now();
    ++result_.calls;
    result_.latencies.Add(absl::ToInt64Microseconds(now - line.begun));
    const absl::StatusOr<int64_t> records =
        line.response.result() == http::status::ok
            ? look_(line.response.body())
            : absl::AbortedError(
                  absl::StrCat(line.response.result_int(), " ", line.response.body()));
    if (records.ok()) {
      result_.records += *records;
    } else {
      result_.first_error.Update(records.status());
    }
    return now - started_ < options_.duration && result_.first_error.ok();
  }

  const std::string address_;
  const std::string path_;
  const Make make_;
  const Look look_;
  const LoadOptions options_;
  asio::io_context context_{1};
  std::vector<std::unique_ptr<Line>> lines_;
  absl::Time started_;
  LoadResult result_;
};

constexpr char kService[] = "/milkway.consumption.v1.DistributionService/";

template <typename Response>
absl::StatusOr<Response> Parse(const std::string& bytes) {
  Response response;
  if (!response.ParseFromString(bytes)) return absl::DataLossError("the answer is no message");
  return response;
}

}  // namespace

LoadResult RecordOneByOneOverHttp(const std::string& address, Programme& programme,
                                  const LoadOptions& options) {
  HttpLoop loop(
      address, absl::StrCat(kService, "RecordDistribution"),
      [&programme] { return programme.Next().SerializeAsString(); },
      [](const std::string& bytes) -> absl::StatusOr<int64_t> {
        const auto response = Parse<con::RecordDistributionResponse>(bytes);
        if (!response.ok()) return response.status();
        return 1;
      },
      options);
  return loop.Run();
}

LoadResult RecordInBatchesOverHttp(const std::string& address, Programme& programme, int batch_size,
                                   const LoadOptions& options) {
  HttpLoop loop(
      address, absl::StrCat(kService, "BatchRecordDistributions"),
      [&programme, batch_size] {
        con::BatchRecordDistributionsRequest request;
        for (int index = 0; index < batch_size; ++index) *request.add_records() = programme.Next();
        return request.SerializeAsString();
      },
      [](const std::string& bytes) -> absl::StatusOr<int64_t> {
        const auto response = Parse<con::BatchRecordDistributionsResponse>(bytes);
        if (!response.ok()) return response.status();
        for (const con::DistributionResult& result : response->results()) {
          if (result.has_refusal()) return absl::AbortedError(result.refusal().message());
        }
        return response->results_size();
      },
      options);
  return loop.Run();
}

}  // namespace milkway::bench
