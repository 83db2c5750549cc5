// Sessions: how they go on, and what ends them. Use cases on a store.

#include "services/accounts/sessions.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/accounts/people.h"
#include "services/accounts/revocations.h"
#include "tests/support/refusal_matchers.h"
#include "tests/support/stores.h"
#include "tests/support/transact.h"

namespace milkway::accounts {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::Transact;
using runtime::RequestId;
using storage::Transaction;
using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr int64_t kSecondUs = 1'000'000;
constexpr int64_t kHourUs = 3'600 * kSecondUs;
constexpr int64_t kDayUs = 24 * kHourUs;

class Sessions : public ::testing::Test {
 protected:
  Sessions() {
    call_.now_us = int64_t{1'800'000'000} * kSecondUs;
    call_.peer = "203.0.113.7";
    Add("li", common::v1::ROLE_PROCUREMENT, {});
    Add("wang", common::v1::ROLE_SCHOOL_CONTACT, {"school-1", "school-2"});
  }

  void Add(const std::string& person_id, Role role, const std::vector<std::string>& scopes) {
    Person person = {person_id, person_id, "", "", "", role, scopes, ""};
    ASSERT_THAT(Transact(*store_,
                         [&](Transaction& transaction) {
                           return CreatePerson(transaction, person_id, RecordOf(person), call_);
                         }),
                IsOk());
  }
  RequestId NewRequest() { return {1, ++requests_}; }

  absl::StatusOr<Session> Begin(const std::string& person_id) {
    return Transact(*store_, [&](Transaction& transaction) {
      return BeginSession(transaction, person_id, NewRequest(), "", call_);
    });
  }
  std::string TokenOf(const Session& session) {
    return secrets_.RefreshToken({session.session_id, session.record.counter()},
                                 session.record.salt());
  }
  Refreshed Refresh(const std::string& token, RequestId request) {
    return *Transact(*store_, [&](Transaction& transaction) {
      return RefreshSession(transaction, secrets_, token, request, call_);
    });
  }
  Refreshed Refresh(const std::string& token) { return Refresh(token, NewRequest()); }
  std::vector<std::string> RevokedIds() {
    std::vector<std::string> ids;
    const auto revocations = ListRevocations(*store_->NewSnapshot(), 0, call_.now_us);
    for (const auto& row : revocations->rows) ids.push_back(row.token_session_id());
    return ids;
  }

  testing::MemoryStore store_;
  const runtime::MasterKey master_key_ = runtime::MasterKey::Generate();
  const Secrets secrets_{master_key_};
  runtime::Call call_;
  uint64_t requests_ = 0;
};

TEST_F(Sessions, EveryRefreshGivesAnotherTokenOfTheSameSession) {
  const Session begun = *Begin("li");
  const Refreshed first = Refresh(TokenOf(begun));
  const Refreshed second = Refresh(TokenOf(first.session));

  EXPECT_EQ(first.outcome, RefreshOutcome::kRefreshed);
  EXPECT_EQ(second.outcome, RefreshOutcome::kRefreshed);
  EXPECT_EQ(second.session.session_id, begun.session_id);
  EXPECT_NE(TokenOf(first.session), TokenOf(begun));
  EXPECT_NE(TokenOf(second.session), TokenOf(first.session));
  EXPECT_EQ(second.person.sign_in_name(), "li");
}

TEST_F(Sessions, ATokenUsedTwiceEndsTheSession) {
  const Session begun = *Begin("li");
  const Refreshed thief = Refresh(TokenOf(begun));
  ASSERT_EQ(thief.outcome, RefreshOutcome::kRefreshed);

  EXPECT_EQ(Refresh(TokenOf(begun)).outcome, RefreshOutcome::kReused);
  EXPECT_EQ(Refresh(TokenOf(thief.session)).outcome, RefreshOutcome::kEnded) << "the family too";
  EXPECT_THAT(RevokedIds(), ElementsAre(begun.session_id));
}

// A phone whose answer was lost may be without a network for long.
TEST_F(Sessions, WhoDidNotHearTheAnswerMayAskAgainUntilTheNextRefresh) {
  const Session begun = *Begin("li");
  const RequestId request = NewRequest();
  const Refreshed first = Refresh(TokenOf(begun), request);
  call_.now_us += kHourUs / 6;
  const Refreshed again = Refresh(TokenOf(begun), request);

  EXPECT_EQ(again.outcome, RefreshOutcome::kRefreshed);
  EXPECT_EQ(TokenOf(again.session), TokenOf(first.session));
  EXPECT_EQ(Refresh(TokenOf(again.session)).outcome, RefreshOutcome::kRefreshed);
}

TEST_F(Sessions, ARepeatAfterTheNextRefreshIsAReuse) {
  const Session begun = *Begin("li");
  const RequestId request = NewRequest();
  const Refreshed first = Refresh(TokenOf(begun), request);
  Refresh(TokenOf(first.session));

  EXPECT_EQ(Refresh(TokenOf(begun), request).outcome, RefreshOutcome::kReused);
}

TEST_F(Sessions, WhatIsNoTokenEndsNothing) {
  const Session begun = *Begin("li");
  const std::string good = TokenOf(begun);
  for (size_t i = 0; i < good.size(); ++i) {
    std::string changed = good;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    const RefreshOutcome outcome = Refresh(changed).outcome;
    EXPECT_TRUE(outcome == RefreshOutcome::kRefused || outcome == RefreshOutcome::kEnded) << i;
  }
  for (const std::string& text :
       {std::string(), good + "=", good + "A", good.substr(1), std::string(1'000'000, 'A')}) {
    EXPECT_EQ(Refresh(text).outcome, RefreshOutcome::kRefused);
  }

  EXPECT_EQ(Refresh(good).outcome, RefreshOutcome::kRefreshed);
}

TEST_F(Sessions, ATokenAheadOfARestoredStoreIsGood) {
  const Session begun = *Begin("li");
  Session ahead = begun;
  ahead.record.set_counter(7);

  const Refreshed refreshed = Refresh(TokenOf(ahead));

  EXPECT_EQ(refreshed.outcome, RefreshOutcome::kRefreshed);
  EXPECT_EQ(refreshed.session.record.counter(), 8);
  EXPECT_EQ(Refresh(TokenOf(begun)).outcome, RefreshOutcome::kReused);
}

TEST_F(Sessions, OfStaffEndAfterTwelveHoursWithoutARefresh) {
  const Session begun = *Begin("li");
  call_.now_us += 12 * kHourUs - 1;
  const Refreshed refreshed = Refresh(TokenOf(begun));
  EXPECT_EQ(refreshed.outcome, RefreshOutcome::kRefreshed);
  call_.now_us += 12 * kHourUs;

  EXPECT_EQ(Refresh(TokenOf(refreshed.session)).outcome, RefreshOutcome::kEnded);
}

TEST_F(Sessions, OfStaffEndAfterFourteenDaysInAnyCase) {
  Session session = *Begin("li");
  const int64_t began_us = call_.now_us;
  while (call_.now_us + 6 * kHourUs < began_us + 14 * kDayUs) {
    call_.now_us += 6 * kHourUs;
    const Refreshed refreshed = Refresh(TokenOf(session));
    ASSERT_EQ(refreshed.outcome, RefreshOutcome::kRefreshed);
    session = refreshed.session;
  }
  call_.now_us = began_us + 14 * kDayUs;

  EXPECT_EQ(Refresh(TokenOf(session)).outcome, RefreshOutcome::kEnded);
}

TEST_F(Sessions, OfSchoolContactsLastHalfAYearWithoutARefresh) {
  const Session begun = *Begin("wang");
  call_.now_us += 180 * kDayUs - 1;
  const Refreshed refreshed = Refresh(TokenOf(begun));
  EXPECT_EQ(refreshed.outcome, RefreshOutcome::kRefreshed);
  call_.now_us += 180 * kDayUs;

  EXPECT_EQ(Refresh(TokenOf(refreshed.session)).outcome, RefreshOutcome::kEnded);
}

TEST_F(Sessions, OfADisabledPersonEnd) {
  const Session begun = *Begin("wang");
  ASSERT_THAT(Transact(*store_,
                       [&](Transaction& transaction) {
                         return SetDisabled(transaction, "wang", true, call_);
                       }),
              IsOk());

  EXPECT_EQ(Refresh(TokenOf(begun)).outcome, RefreshOutcome::kEnded);
  EXPECT_THAT(RevokedIds(), ElementsAre(begun.session_id));
}

TEST_F(Sessions, LoseTheirAccessTokensButGoOnWhenAScopeIsTakenAway) {
  const Session begun = *Begin("wang");
  Person wang = {"wang", "wang", "", "", "", common::v1::ROLE_SCHOOL_CONTACT, {"school-2"}, "1"};
  ASSERT_THAT(
      Transact(*store_,
               [&](Transaction& transaction) { return UpdatePerson(transaction, wang, call_); }),
      IsOk());

  EXPECT_THAT(RevokedIds(), ElementsAre(begun.session_id));
  const Refreshed refreshed = Refresh(TokenOf(begun));
  EXPECT_EQ(refreshed.outcome, RefreshOutcome::kRefreshed);
  EXPECT_EQ(TokenSessionId(refreshed.session), absl::StrCat(begun.session_id, ".1"));
  EXPECT_EQ(SessionIdOfToken(TokenSessionId(refreshed.session)), begun.session_id);
  EXPECT_THAT(refreshed.person.scopes(), ElementsAre("school-2"));
}

TEST_F(Sessions, GoOnAsTheyWereWhenAScopeIsAdded) {
  const Session begun = *Begin("wang");
  Person wang = {"wang",
                 "wang",
                 "",
                 "",
                 "",
                 common::v1::ROLE_SCHOOL_CONTACT,
                 {"school-1", "school-2", "school-3"},
                 "1"};
  ASSERT_THAT(
      Transact(*store_,
               [&](Transaction& transaction) { return UpdatePerson(transaction, wang, call_); }),
      IsOk());

  EXPECT_THAT(RevokedIds(), ElementsAre());
  EXPECT_THAT(Refresh(TokenOf(begun)).person.scopes(), SizeIs(3));
}

TEST_F(Sessions, EndWhenTheRoleChanges) {
  const Session begun = *Begin("wang");
  Person wang = {"wang", "wang", "", "", "", common::v1::ROLE_ADMIN, {}, "1"};
  ASSERT_THAT(
      Transact(*store_,
               [&](Transaction& transaction) { return UpdatePerson(transaction, wang, call_); }),
      IsOk());

  EXPECT_EQ(Refresh(TokenOf(begun)).outcome, RefreshOutcome::kEnded);
}

TEST_F(Sessions, TheOldestGivesWayToTheFiftyFirst) {
  const Session oldest = *Begin("li");
  std::vector<Session> others;
  for (size_t i = 0; i < kSessionsOfPersonMax; ++i) {
    call_.now_us += kSecondUs;
    others.push_back(*Begin("li"));
  }

  EXPECT_EQ(Refresh(TokenOf(oldest)).outcome, RefreshOutcome::kEnded);
  for (const Session& session : others) {
    EXPECT_EQ(Refresh(TokenOf(session)).outcome, RefreshOutcome::kRefreshed);
  }
}

TEST_F(Sessions, ARevocationIsForgottenWhenNoTokenOfItCanLive) {
  const Session first = *Begin("li");
  ASSERT_THAT(Transact(*store_,
                       [&](Transaction& transaction) {
                         return EndSession(transaction, first.session_id, call_.now_us);
                       }),
              IsOk());
  const int64_t version = ListRevocations(*store_->NewSnapshot(), 0, call_.now_us)->version;
  EXPECT_THAT(RevokedIds(), ElementsAre(first.session_id));

  // Ten minutes of life, half a minute between clocks, a minute for slow answers.
  call_.now_us += 690 * kSecondUs;
  EXPECT_THAT(RevokedIds(), ElementsAre());
  EXPECT_EQ(ListRevocations(*store_->NewSnapshot(), 0, call_.now_us)->version, version);
}

TEST_F(Sessions, RevocationsAreToldFromAVersionOn) {
  std::vector<std::string> ids;
  std::vector<int64_t> versions = {0};
  for (int i = 0; i < 3; ++i) {
    const Session session = *Begin("li");
    ids.push_back(session.session_id);
    ASSERT_THAT(Transact(*store_,
                         [&](Transaction& transaction) {
                           return EndSession(transaction, session.session_id, call_.now_us);
                         }),
                IsOk());
    versions.push_back(ListRevocations(*store_->NewSnapshot(), 0, call_.now_us)->version);
  }
  for (size_t from = 0; from < versions.size(); ++from) {
    const auto rest = ListRevocations(*store_->NewSnapshot(), versions[from], call_.now_us);
    ASSERT_THAT(rest->rows, SizeIs(ids.size() - from));
    for (size_t i = from; i < ids.size(); ++i) {
      EXPECT_EQ(rest->rows[i - from].token_session_id(), ids[i]);
    }
  }
  // A version that was never given: the store was restored.
  EXPECT_THAT(ListRevocations(*store_->NewSnapshot(), 1'000, call_.now_us)->rows, SizeIs(3));
}

TEST_F(Sessions, ALongListOfRevocationsComesInParts) {
  for (int i = 0; i < 2'345; ++i) {
    ASSERT_THAT(Transact(*store_,
                         [&](Transaction& transaction) {
                           return Revoke(transaction, absl::StrCat(i), call_.now_us);
                         }),
                IsOk());
  }
  int64_t version = 0;
  size_t told = 0;
  bool has_more = true;
  while (has_more) {
    const auto part = ListRevocations(*store_->NewSnapshot(), version, call_.now_us);
    for (const auto& row : part->rows) EXPECT_EQ(row.token_session_id(), absl::StrCat(told++));
    version = part->version;
    has_more = part->has_more;
  }
  EXPECT_EQ(told, 2'345u);
}

TEST_F(Sessions, ExpiredOnesAreRemovedPartByPart) {
  for (int i = 0; i < 5; ++i) ASSERT_THAT(Begin("li"), IsOk());
  for (int i = 0; i < 5; ++i) ASSERT_THAT(Begin("wang"), IsOk());
  call_.now_us += kDayUs;
  std::string from;
  int parts = 0;
  do {
    ASSERT_THAT(Transact(*store_,
                         [&](Transaction& transaction) {
                           return RemoveExpired(transaction, call_.now_us, 3, &from);
                         }),
                IsOk());
    ++parts;
  } while (!from.empty());

  EXPECT_EQ(parts, 4);
  int left = 0;
  ASSERT_THAT(SessionTable::Scan(*store_->NewSnapshot(), SessionKey::Range(),
                                 [&](const SessionKey::Key&, const rec::SessionRecord& record) {
                                   EXPECT_EQ(record.person_id(), "wang");
                                   ++left;
                                   return true;
                                 }),
              IsOk());
  EXPECT_EQ(left, 5);
}

}  // namespace
}  // namespace milkway::accounts
