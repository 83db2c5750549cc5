// Callers who are slow, silent, greedy or rude, and what a server does about them.

#include "services/runtime/transport/server_limits.h"

#include <malloc.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/runtime/transport/memory_guard.h"
#include "tests/runtime/raw_connection.h"
#include "tests/runtime/transport_fixture.h"
#include "tests/support/status_matchers.h"

namespace milkway::runtime {
namespace {

using ::milkway::testing::Authority;
using ::milkway::testing::IsOk;
using ::milkway::testing::StatusIs;
using testing::HeaderField;
using testing::RawConnection;
using testing::TransportTest;
using testing::WhoAmIRequest;
using testing::WhoAmIResponse;

constexpr absl::Duration kPatience = absl::Seconds(10);
constexpr std::chrono::seconds kLongPatience(30);
constexpr uint8_t kDataFrame = 0;
constexpr uint8_t kHeadersFrame = 1;
constexpr uint8_t kSettingsFrame = 4;
constexpr uint8_t kAck = 1;
constexpr uint8_t kPingFrame = 6;
constexpr uint8_t kContinuationFrame = 9;

// Without what earlier tests have freed: it would be used before more is taken.
int64_t LeastResidentBytes() {
  malloc_trim(0);
  return ResidentBytes();
}

class AServerWithLimits : public TransportTest {
 protected:
  void StartWith(const ServerLimits& limits) {
    ServerOptions options = At("127.0.0.1:0");
    options.limits = limits;
    ASSERT_THAT(Start(std::move(options)), IsOk());
  }

  int port() const {
    int port = 0;
    EXPECT_TRUE(
        absl::SimpleAtoi(server_->address().substr(server_->address().rfind(':') + 1), &port));
    return port;
  }

  // Good callers hear no more than that things take a while.
  void ExpectServes() { EXPECT_THAT(Call(ChannelTo(server_->address())), IsOk()); }
};

TEST_F(AServerWithLimits, TakesOnSoManyConnections) {
  StartWith({.connections = 3});
  std::vector<RawConnection> connections;
  for (int number = 0; number < 3; ++number) {
    connections.emplace_back(port());
    EXPECT_TRUE(connections.back().AwaitAnswer(kPatience));
  }

  EXPECT_TRUE(RawConnection(port()).AwaitEnd(kPatience));

  connections.clear();
  absl::SleepFor(absl::Milliseconds(300));
  ExpectServes();
}

TEST_F(AServerWithLimits, DoesNotCountTheConnectionsOfThisMachineByAddress) {
  StartWith({.connections = 100, .connections_per_address = 1});

  const RawConnection first(port());
  RawConnection second(port());

  EXPECT_TRUE(second.AwaitAnswer(kPatience));
}

TEST_F(AServerWithLimits, GivesUpOnWhoNeverSaysThatHeSpeaksHttp2) {
  StartWith({.handshake = absl::Milliseconds(300)});
  RawConnection silent(port());
  RawConnection halting(port());
  halting.Send("PRI * HTTP/2.0\r\n");

  EXPECT_TRUE(silent.AwaitEnd(kPatience));
  EXPECT_TRUE(halting.AwaitEnd(kPatience));
  ExpectServes();
}

TEST_F(AServerWithLimits, GivesUpOnWhoNeverEndsTheHandshakeOfTls) {
  const Authority authority("Milkway");
  ServerOptions options = At("127.0.0.1:0");
  options.tls = WriteIdentity("server", authority.Issue("IP:127.0.0.1"));
  options.limits.handshake = absl::Milliseconds(300);
  ASSERT_THAT(Start(std::move(options)), IsOk());

  RawConnection silent(port());

  EXPECT_TRUE(silent.AwaitEnd(kPatience));
}

TEST_F(AServerWithLimits, ClosesAConnectionWithoutCalls) {
  StartWith({.idle = absl::Milliseconds(300)});
  RawConnection idle(port());
  idle.SendPreface();

  EXPECT_TRUE(idle.AwaitEnd(kPatience));
}

TEST_F(AServerWithLimits, CutsOffACallWhoseMessageNeverComes) {
  StartWith({.age = absl::Milliseconds(300), .age_grace = absl::Milliseconds(300)});
  RawConnection silent(port());
  silent.SendPreface();
  silent.SendHeaders(1);

  EXPECT_TRUE(silent.AwaitEnd(kPatience));
}

TEST_F(AServerWithLimits, AsksWhoIsSilentWhetherHeIsThere) {
  StartWith({.silence = absl::Milliseconds(300), .silence_grace = absl::Milliseconds(300)});
  RawConnection dead(port());  // it answers no ping
  dead.SendPreface();
  dead.SendHeaders(1);

  EXPECT_TRUE(dead.AwaitEnd(kPatience));
}

TEST_F(AServerWithLimits, TellsWhoeverPingsAllTheTimeToGo) {
  StartWith({});
  RawConnection rude(port());
  rude.SendPreface();

  bool is_let = true;
  for (int number = 0; number < 1'000 && is_let; ++number) {
    is_let = rude.SendFrame(kPingFrame, 0, 0, "12345678");
  }

  EXPECT_TRUE(rude.AwaitEnd(kPatience));
  ExpectServes();
}

TEST_F(AServerWithLimits, RefusesACallWithTooMuchMetadata) {
  StartWith({});
  const auto call_with = [this](size_t bytes) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
    context.AddMetadata("x-note", std::string(bytes, 'x'));
    WhoAmIResponse response;
    return clients::FromGrpcStatus(testing::SoundService::NewStub(ChannelTo(server_->address()))
                                       ->WhoAmI(&context, WhoAmIRequest(), &response));
  };

  EXPECT_THAT(call_with(kMetadataBytesMax - 2'000), IsOk());
  EXPECT_THAT(call_with(kMetadataBytesMax + 2'000), StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST_F(AServerWithLimits, ClosesTheConnectionWhoseHeadersNeverEndBeforeMemoryIsShort) {
  StartWith({.resident_bytes = LeastResidentBytes() + (50 << 20)});
  const auto good = ChannelTo(server_->address());
  EXPECT_THAT(Call(good), IsOk());
  RawConnection greedy(port());
  greedy.SendPreface();
  greedy.SendFrame(kHeadersFrame, 0, 1, HeaderField(":method", "POST"));
  const std::string more = HeaderField("x-note", std::string(8'000, 'x'));

  // 800 MB of them, if nobody stops it; with breaks, for it is no flood.
  int frames = 0;
  while (frames < 100'000 && greedy.SendFrame(kContinuationFrame, 0, 1, more)) {
    if (++frames % 100 == 0) absl::SleepFor(absl::Milliseconds(5));
  }

  EXPECT_LT(frames, 100'000);
  EXPECT_THAT(Call(good), IsOk());
}

// gRPC looks at a message's length when it has all of it, so that flow control must stop it.
TEST_F(AServerWithLimits, ClosesTheConnectionThatSendsMoreOfAMessageThanWasAskedFor) {
  StartWith({});
  RawConnection greedy(port());
  greedy.SendPreface();
  greedy.SendHeaders(1);
  // Uncompressed, 4 GB long.
  greedy.SendFrame(kDataFrame, 0, 1, std::string("\0\xff\xff\xff\xff", 5));
  const std::string more(16'384, 'x');

  int frames = 0;
  while (frames < 50'000 && greedy.SendFrame(kDataFrame, 0, 1, more)) {
    if (++frames % 64 == 0) absl::SleepFor(absl::Milliseconds(5));
  }

  EXPECT_LT(frames, 50'000);
  ExpectServes();
}

TEST_F(AServerWithLimits, ClosesAConnectionWithMoreCallsThanItWasTold) {
  StartWith({.streams_per_connection = 2});
  RawConnection greedy(port());
  greedy.SendPreface();
  ASSERT_TRUE(greedy.AwaitFrameOf(kSettingsFrame, 0, kPatience));
  greedy.SendFrame(kSettingsFrame, kAck, 0, "");
  for (uint32_t stream = 1; stream <= 3; stream += 2) greedy.SendHeaders(stream);
  EXPECT_FALSE(greedy.AwaitEnd(absl::Milliseconds(300)));

  greedy.SendHeaders(5);

  EXPECT_TRUE(greedy.AwaitEnd(kPatience));
  ExpectServes();
}

TEST_F(AServerWithLimits, ClosesConnectionsWhoseCallsNeverSendTheirMessageBeforeMemoryIsShort) {
  StartWith({.resident_bytes = LeastResidentBytes() + (20 << 20)});
  const auto good = ChannelTo(server_->address());
  EXPECT_THAT(Call(good), IsOk());
  std::vector<RawConnection> connections;
  for (int number = 0; number < 60; ++number) {
    RawConnection& greedy = connections.emplace_back(port());
    greedy.SendPreface();
    ASSERT_TRUE(greedy.AwaitAnswer(kPatience));
  }

  // Together they take four times what there is.
  for (RawConnection& greedy : connections) {
    for (uint32_t stream = 1; stream < 256; stream += 2) greedy.SendHeaders(stream);
  }

  int closed = 0;
  const absl::Time patience = absl::Now() + kPatience;
  while (closed == 0 && absl::Now() < patience) {
    for (RawConnection& greedy : connections) closed += greedy.AwaitEnd(absl::Milliseconds(2));
  }

  EXPECT_GT(closed, 0);
  EXPECT_THAT(Call(good), IsOk());
}

TEST_F(AServerWithLimits, StopsWhileCallersAreSilent) {
  StartWith({});
  std::vector<RawConnection> connections;
  for (int number = 0; number < 20; ++number) {
    connections.emplace_back(port());
    if (number % 2 == 0) continue;
    connections.back().SendPreface();
    connections.back().SendHeaders(1);
  }
  ExpectServes();

  const absl::Time begun = absl::Now();
  server_->Drain(absl::Milliseconds(500));

  EXPECT_LT(absl::Now() - begun, absl::Seconds(5));
}

// gRPC reads on for whoever never stops sending, on a thread that others need: there are
// more of them than threads.
TEST_F(AServerWithLimits, LetsNewcomersInAndStopsWhileSomeNeverStopSending) {
  StartWith({});
  // Small frames take longer to read than to send: the window of the connection grows by a
  // byte.
  const std::string frame("\0\0\4\x08\0\0\0\0\0\0\0\0\1", 13);
  std::string frames;
  for (int number = 0; number < 5'000; ++number) frames += frame;
  std::atomic<bool> is_over{false};
  std::vector<std::thread> floods;
  for (int number = 0; number < 12; ++number) {
    floods.emplace_back([this, &is_over, &frames] {
      while (!is_over) {
        RawConnection flood(port());
        flood.SendPreface();
        while (!is_over && flood.Send(frames)) {
        }
      }
    });
  }
  for (int newcomer = 0; newcomer < 5; ++newcomer) {
    EXPECT_THAT(Call(ChannelTo(server_->address()), kLongPatience), IsOk());
  }

  const absl::Time begun = absl::Now();
  server_->Drain(absl::Milliseconds(500));

  EXPECT_LT(absl::Now() - begun, absl::Seconds(10));
  is_over = true;
  for (std::thread& flood : floods) flood.join();
}

}  // namespace
}  // namespace milkway::runtime
