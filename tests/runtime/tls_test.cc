// TLS with real certificates: who is believed, and what happens when files change.

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/runtime/peer_identity.h"
#include "tests/runtime/transport_fixture.h"
#include "tests/support/status_matchers.h"

namespace milkway::runtime {
namespace {

using ::milkway::testing::Authority;
using ::milkway::testing::Identity;
using ::milkway::testing::IsOk;
using ::milkway::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::TransportTest;
using testing::WhoAmIResponse;

constexpr char kServerNames[] = "IP:127.0.0.1,DNS:localhost";
constexpr char kShipmentsUri[] = "URI:spiffe://milkway.example/service/shipments";

class Tls : public TransportTest {
 protected:
  Tls() {
    // Says which of these services the transport proves to call, and from where.
    method_ = [](const grpc::CallbackServerContext& context, WhoAmIResponse* response) {
      std::vector<std::string> names;
      for (const char* name : {"inventory", "shipments", "trace"}) {
        if (IsProvenService(context, name)) names.push_back(name);
      }
      response->set_id(absl::StrCat(absl::StrJoin(names, " "), "@", PeerAddressOf(context)));
    };
  }

  // A server with a certificate of `authority_`, who also vouches for services.
  absl::Status StartServer() {
    ServerOptions options = At("127.0.0.1:0");
    options.tls = WriteIdentity("server", authority_.Issue(kServerNames));
    options.tls->authorities = Write("services.pem", authority_.certificate());
    options.tls_notice = [this](absl::string_view event, absl::string_view) {
      absl::MutexLock lock(&mutex_);
      events_.push_back(std::string(event));
    };
    return Start(std::move(options));
  }

  std::vector<std::string> Events() {
    absl::MutexLock lock(&mutex_);
    return events_;
  }

  clients::ChannelFiles AsPerson() { return {Write("ca.pem", authority_.certificate()), "", ""}; }
  clients::ChannelFiles As(const Identity& identity) {
    const TlsFiles files = WriteIdentity("client", identity);
    return {Write("ca.pem", authority_.certificate()), files.certificate, files.key};
  }

  absl::StatusOr<std::string> CallAs(const clients::ChannelFiles& files) {
    return Call(ChannelTo(server_->address(), files));
  }

  // Waits until new connections of somebody who believes `authority` come about, or not.
  bool IsBelieved(const Authority& authority, const std::string& name) {
    const clients::ChannelFiles files = {Write(name, authority.certificate()), "", ""};
    return Call(ChannelTo(server_->address(), files), std::chrono::seconds(2)).ok();
  }

  const Authority authority_{"Milkway"};
  const Authority stranger_{"Milkway"};  // of the same name
  absl::Mutex mutex_;
  std::vector<std::string> events_ ABSL_GUARDED_BY(mutex_);
};

TEST_F(Tls, LetsPeopleInWithoutACertificate) {
  ASSERT_THAT(StartServer(), IsOk());

  const auto heard = CallAs(AsPerson());

  ASSERT_THAT(heard, IsOk());
  EXPECT_EQ(*heard, "@127.0.0.1");
}

TEST_F(Tls, LetsEverybodyInAtEveryAddress) {
  ServerOptions options = At("127.0.0.1:0");
  options.listen.push_back("127.0.0.1:0");
  options.tls = WriteIdentity("server", authority_.Issue(kServerNames));
  ASSERT_THAT(Start(std::move(options)), IsOk());
  ASSERT_EQ(server_->addresses().size(), 2u);

  for (const std::string& address : server_->addresses()) {
    for (int caller = 0; caller < 10; ++caller) {
      EXPECT_THAT(Call(ChannelTo(address, AsPerson())), IsOk()) << address;
    }
  }
}

TEST_F(Tls, ProvesTheServiceThatACertificateNames) {
  ASSERT_THAT(StartServer(), IsOk());

  const auto heard = CallAs(As(authority_.Issue(kShipmentsUri)));

  ASSERT_THAT(heard, IsOk());
  EXPECT_EQ(*heard, "shipments@127.0.0.1");
}

TEST_F(Tls, ProvesNoServiceByAnythingElseInACertificate) {
  ASSERT_THAT(StartServer(), IsOk());

  for (const char* names :
       {"", "DNS:shipments", "DNS:spiffe://milkway.example/service/shipments",
        "URI:https://milkway.example/service/shipments", "URI:spiffe:///service/shipments",
        "URI:spiffe://milkway.example/service/shipments/more",
        "URI:spiffe://milkway.example/other/service/shipments",
        "URI:spiffe://milkway.example/service/", "URI:spiffe://milkway.example/Service/shipments",
        "email:shipments@milkway.example"}) {
    const auto heard = CallAs(As(authority_.Issue(names)));
    ASSERT_THAT(heard, IsOk()) << names;
    EXPECT_EQ(*heard, "@127.0.0.1") << names;
  }
}

TEST_F(Tls, TurnsAwayACertificateOfAStranger) {
  ASSERT_THAT(StartServer(), IsOk());

  EXPECT_THAT(CallAs(As(stranger_.Issue(kShipmentsUri))), StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(Tls, TurnsAwayACertificateThatHasExpired) {
  ASSERT_THAT(StartServer(), IsOk());
  const Identity late =
      authority_.Issue(kShipmentsUri, absl::Minutes(1), absl::Now() - absl::Hours(1));

  EXPECT_THAT(CallAs(As(late)), StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(Tls, IsRefusedByACallerWhoDoesNotKnowTheAuthority) {
  ASSERT_THAT(StartServer(), IsOk());

  EXPECT_THAT(CallAs({Write("other.pem", stranger_.certificate()), "", ""}),
              StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(Tls, IsRefusedByACallerWhoCalledAnotherHost) {
  ServerOptions options = At("127.0.0.1:0");
  options.tls = WriteIdentity("server", authority_.Issue("DNS:milk.example.org,IP:192.0.2.1"));
  ASSERT_THAT(Start(std::move(options)), IsOk());

  EXPECT_THAT(CallAs(AsPerson()), StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(Tls, TakesNothingThatIsNotEncrypted) {
  ASSERT_THAT(StartServer(), IsOk());

  EXPECT_THAT(CallAs({}), StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(Tls, WithoutAuthoritiesProvesNobody) {
  ServerOptions options = At("127.0.0.1:0");
  options.tls = WriteIdentity("server", authority_.Issue(kServerNames));
  ASSERT_THAT(Start(std::move(options)), IsOk());

  const auto heard = CallAs(As(authority_.Issue(kShipmentsUri)));

  ASSERT_THAT(heard, IsOk());
  EXPECT_EQ(*heard, "@127.0.0.1");
}

class ARenewedCertificate : public Tls {
 protected:
  ARenewedCertificate() {
    method_ = [this](const grpc::CallbackServerContext&, WhoAmIResponse* response) {
      response->set_id("done");
      if (entered_.HasBeenNotified()) return;
      entered_.Notify();
      leave_.WaitForNotificationWithTimeout(absl::Seconds(60));
    };
  }

  const Authority successor_{"Milkway 2"};
  absl::Notification entered_;
  absl::Notification leave_;
};

TEST_F(ARenewedCertificate, IsSeenByNewConnectionsWhileACallUnderWayEndsWell) {
  ASSERT_THAT(StartServer(), IsOk());
  const auto channel = ChannelTo(server_->address(), AsPerson());
  absl::StatusOr<std::string> heard = absl::UnknownError("");
  std::thread calling([&] { heard = Call(channel, std::chrono::seconds(60)); });
  entered_.WaitForNotification();

  WriteIdentity("server", successor_.Issue(kServerNames));

  const absl::Time patience = absl::Now() + absl::Seconds(20);
  while (!IsBelieved(successor_, "new.pem") && absl::Now() < patience) {
  }
  for (int caller = 0; caller < 10; ++caller) EXPECT_TRUE(IsBelieved(successor_, "new.pem"));
  EXPECT_FALSE(IsBelieved(authority_, "old.pem"));
  EXPECT_EQ(heard.status().code(), absl::StatusCode::kUnknown);
  leave_.Notify();
  calling.join();
  ASSERT_THAT(heard, IsOk());
  EXPECT_THAT(Call(channel), IsOk());  // over the connection that stands
  EXPECT_EQ(Events().back(), "certificate_renewed");
}

TEST_F(ARenewedCertificate, WaitsForItsKey) {
  ASSERT_THAT(StartServer(), IsOk());
  entered_.Notify();
  const Identity next = successor_.Issue(kServerNames);

  Write("server.crt", next.certificate);
  absl::SleepFor(absl::Milliseconds(1'200));
  EXPECT_TRUE(IsBelieved(authority_, "old.pem"));
  EXPECT_THAT(Events(), ElementsAre("certificate_refused"));

  Write("server.key", next.key);
  absl::SleepFor(absl::Milliseconds(1'200));
  EXPECT_TRUE(IsBelieved(successor_, "new.pem"));
  EXPECT_THAT(Events(), ElementsAre("certificate_refused", "certificate_renewed"));
}

TEST_F(ARenewedCertificate, IsNotTakenFromAKeyThatOthersCanRead) {
  ASSERT_THAT(StartServer(), IsOk());
  entered_.Notify();
  const Identity next = successor_.Issue(kServerNames);

  Write("server.key", next.key, 0640);
  Write("server.crt", next.certificate);
  absl::SleepFor(absl::Milliseconds(1'200));

  EXPECT_TRUE(IsBelieved(authority_, "old.pem"));
}

TEST_F(ARenewedCertificate, OfAServiceIsUsedForItsNextConnections) {
  ASSERT_THAT(StartServer(), IsOk());
  entered_.Notify();
  const clients::ChannelFiles files =
      As(authority_.Issue(kShipmentsUri, absl::Minutes(1), absl::Now() - absl::Hours(1)));
  const auto channel = ChannelTo(server_->address(), files);
  ASSERT_THAT(Call(channel), StatusIs(absl::StatusCode::kUnavailable));

  As(authority_.Issue(kShipmentsUri));

  absl::StatusOr<std::string> heard = absl::UnknownError("");
  const absl::Time patience = absl::Now() + absl::Seconds(20);
  while (!heard.ok() && absl::Now() < patience) heard = Call(channel);
  EXPECT_THAT(heard, IsOk());
}

class TlsFilesThatCannotBeUsed : public Tls {
 protected:
  // Why the server does not start with the identity's files as they are.
  std::string Refusal(const TlsFiles& files) {
    ServerOptions options = At("127.0.0.1:0");
    options.tls = files;
    const absl::Status status = Start(std::move(options));
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition));
    return std::string(status.message());
  }

  TlsFiles files_ = WriteIdentity("server", authority_.Issue(kServerNames));
};

TEST_F(TlsFilesThatCannotBeUsed, AreNamed) {
  files_.certificate = folder_ / "nothing.crt";
  EXPECT_THAT(Refusal(files_), HasSubstr("nothing.crt cannot be read"));

  files_.certificate = Write("words.crt", "not a certificate");
  EXPECT_THAT(Refusal(files_), HasSubstr("words.crt holds no certificate"));
}

TEST_F(TlsFilesThatCannotBeUsed, AreNamedForTheKey) {
  files_.key = folder_ / "nothing.key";
  EXPECT_THAT(Refusal(files_), HasSubstr("nothing.key is not there"));

  files_.key = Write("words.key", "not a key");
  EXPECT_THAT(Refusal(files_), HasSubstr("words.key holds no private key"));
}

TEST_F(TlsFilesThatCannotBeUsed, AreNamedForTheAuthorities) {
  files_.authorities = folder_ / "nothing.pem";
  EXPECT_THAT(Refusal(files_), HasSubstr("nothing.pem cannot be read"));

  files_.authorities = Write("words.pem", "nobody");
  EXPECT_THAT(Refusal(files_), HasSubstr("words.pem holds no certificate"));
}

TEST_F(TlsFilesThatCannotBeUsed, AreOfTwoKinds) {
  files_.key = WriteIdentity("other", authority_.Issue(kServerNames)).key;

  EXPECT_THAT(Refusal(files_), AllOf(HasSubstr("other.key is not that of the certificate"),
                                     HasSubstr("server.crt")));
}

TEST_F(TlsFilesThatCannotBeUsed, HoldAKeyThatOthersCanRead) {
  for (const mode_t mode : {0640, 0604, 0620}) {
    chmod(files_.key.c_str(), mode);
    EXPECT_THAT(Refusal(files_), AllOf(HasSubstr("server.key"), HasSubstr("chmod 600")));
  }
}

TEST_F(TlsFilesThatCannotBeUsed, HaveExpiredOrAreOfTheFuture) {
  const TlsFiles old = WriteIdentity(
      "old", authority_.Issue(kServerNames, absl::Minutes(1), absl::Now() - absl::Hours(1)));
  EXPECT_THAT(Refusal(old), HasSubstr("old.crt has expired on 2"));

  const TlsFiles early = WriteIdentity(
      "early", authority_.Issue(kServerNames, absl::Hours(1), absl::Now() + absl::Hours(1)));
  EXPECT_THAT(Refusal(early), HasSubstr("early.crt is not valid before 2"));
}

}  // namespace
}  // namespace milkway::runtime
