// When somebody sends faster than he is read.

#include "services/runtime/transport/flood_guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace milkway::runtime {
namespace {

// Two ends of a TCP connection, of which one sends.
class AConnection : public ::testing::Test {
 protected:
  AConnection() {
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* any = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof(address);
    EXPECT_EQ(bind(listener, any, size), 0);
    EXPECT_EQ(listen(listener, 1), 0);
    EXPECT_EQ(getsockname(listener, any, &size), 0);
    sender_ = socket(AF_INET, SOCK_STREAM, 0);
    EXPECT_EQ(connect(sender_, any, size), 0);
    receiver_ = accept(listener, nullptr, nullptr);
    close(listener);
  }
  ~AConnection() override {
    close(sender_);
    close(receiver_);
  }

  // Sends a MiB, and reads all of it but `left` bytes.
  void Pass(size_t left) {
    std::string bytes(kMiB, 'x');
    size_t sent = 0;
    size_t read = 0;
    while (sent < kMiB || read < kMiB - left) {
      if (sent < kMiB) {
        const ssize_t more = send(sender_, bytes.data(), kMiB - sent, MSG_DONTWAIT);
        if (more > 0) sent += static_cast<size_t>(more);
      }
      if (read == kMiB - left) continue;
      const ssize_t more = recv(receiver_, bytes.data(), kMiB - left - read, MSG_DONTWAIT);
      if (more > 0) read += static_cast<size_t>(more);
    }
    // Until the last byte has arrived.
    pollfd wait = {receiver_, POLLIN, 0};
    if (left > 0) poll(&wait, 1, -1);
  }

  static constexpr size_t kMiB = size_t{1} << 20;

  int sender_ = -1;
  int receiver_ = -1;
  Flood flood_;
};

TEST_F(AConnection, ThatIsReadToItsEndNowAndThenIsNoFlood) {
  for (int round = 0; round < 100; ++round) {
    Pass(/*left=*/0);
    ASSERT_FALSE(flood_.IsSeenAt(receiver_)) << round;
  }
}

TEST_F(AConnection, OfWhichSomethingAlwaysWaitsIsAFloodAfter32MiB) {
  int round = 0;
  Pass(/*left=*/1);
  while (round < 100 && !flood_.IsSeenAt(receiver_)) {
    ++round;
    // Four at a time, so that there are few looks.
    for (int part = 0; part < 4; ++part) Pass(/*left=*/0);
  }
  EXPECT_EQ(round, 8);
}

TEST_F(AConnection, OfWhichSomethingWaitsAtThirtyLooksInARowIsAFlood) {
  Pass(/*left=*/1);
  Pass(/*left=*/0);
  int looks = 1;
  while (looks < 100 && !flood_.IsSeenAt(receiver_)) ++looks;
  EXPECT_EQ(looks, Flood::kLooksMax);
}

TEST_F(AConnection, IsJudgedAnewAfterABreak) {
  Pass(/*left=*/1);
  Pass(/*left=*/0);
  for (int look = 1; look < Flood::kLooksMax; ++look) ASSERT_FALSE(flood_.IsSeenAt(receiver_));
  char last = 0;
  ASSERT_EQ(recv(receiver_, &last, 1, 0), 1);
  EXPECT_FALSE(flood_.IsSeenAt(receiver_));

  Pass(/*left=*/1);
  Pass(/*left=*/0);
  for (int look = 1; look < Flood::kLooksMax; ++look) EXPECT_FALSE(flood_.IsSeenAt(receiver_));
  EXPECT_TRUE(flood_.IsSeenAt(receiver_));
}

TEST_F(AConnection, OfLittleIsNoFloodHoweverLongItWaits) {
  ASSERT_EQ(send(sender_, "x", 1, 0), 1);
  for (int look = 0; look < 100; ++look) EXPECT_FALSE(flood_.IsSeenAt(receiver_));
}

TEST(AFile, IsNoFlood) {
  Flood flood;
  EXPECT_FALSE(flood.IsSeenAt(STDIN_FILENO));
}

}  // namespace
}  // namespace milkway::runtime
