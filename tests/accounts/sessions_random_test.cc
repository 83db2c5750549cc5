// Random histories of sessions against a model that a reader can check by eye.

#include <map>
#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/accounts/people.h"
#include "services/accounts/revocations.h"
#include "services/accounts/sessions.h"
#include "tests/support/random_seed.h"
#include "tests/support/refusal_matchers.h"
#include "tests/support/stores.h"
#include "tests/support/transact.h"

namespace milkway::accounts {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::Transact;
using runtime::RequestId;
using storage::Transaction;

constexpr int64_t kSecondUs = 1'000'000;
constexpr int64_t kDayUs = 86'400 * kSecondUs;
constexpr int kSteps = 3'000;

// What is known of a session from outside.
struct Model {
  std::string person_id;
  std::vector<std::string> tokens;  // all that were told
  RequestId last_request;
  int64_t began_us = 0;
  int64_t refreshed_us = 0;
  bool is_over = false;
};

class SessionHistory {
 public:
  explicit SessionHistory(uint32_t seed) : random_(seed) {
    call_.now_us = int64_t{1'800'000'000} * kSecondUs;
    for (const auto& [person_id, role] : people_) {
      const Person person = {person_id, person_id, "", "", "", role, {}, ""};
      EXPECT_THAT(Transact(*store_,
                           [&](Transaction& transaction) {
                             return CreatePerson(transaction, person_id, RecordOf(person), call_);
                           }),
                  IsOk());
    }
  }

  void Step() {
    switch (Draw(10)) {
      case 0:
        return Begin();
      case 1:
      case 2:
      case 3:
      case 4:
        return RefreshLast();
      case 5:
        return RefreshOld();
      case 6:
        return RepeatRefresh();
      case 7:
        call_.now_us += Draw(4) == 0 ? Draw(20 * 24) * 3'600 * kSecondUs : Draw(90) * kSecondUs;
        return;
      case 8:
        return EndOne();
      case 9:
        if (Draw(8) == 0) EndAllOfOne();
        return;
    }
  }

  // What the store has is what the model has.
  void Check() {
    std::map<std::string, std::string> stored;
    ASSERT_THAT(SessionTable::Scan(*store_->NewSnapshot(), SessionKey::Range(),
                                   [&](const SessionKey::Key& key, const rec::SessionRecord& row) {
                                     stored[std::get<0>(key)] = row.person_id();
                                     return true;
                                   }),
                IsOk());
    for (const auto& [id, model] : models_) {
      EXPECT_EQ(stored.count(id), model.is_over ? 0u : 1u) << id;
    }
  }

 private:
  int64_t Draw(int64_t below) {
    return std::uniform_int_distribution<int64_t>(0, below - 1)(random_);
  }
  RequestId NewRequest() { return {7, ++requests_}; }
  Model* Any(std::string* id) {
    if (models_.empty()) return nullptr;
    const auto it = std::next(models_.begin(), Draw(static_cast<int64_t>(models_.size())));
    *id = it->first;
    return &it->second;
  }
  bool IsStaffs(const Model& model) const { return IsStaff(people_.at(model.person_id)); }
  bool HasExpired(const Model& model) const {
    const int64_t idle_us = call_.now_us - model.refreshed_us;
    if (!IsStaffs(model)) return idle_us >= 180 * kDayUs;
    return idle_us >= kDayUs / 2 || call_.now_us - model.began_us >= 14 * kDayUs;
  }

  void Begin() {
    const auto person = std::next(people_.begin(), Draw(static_cast<int64_t>(people_.size())));
    const RequestId request = NewRequest();
    const auto begun = Transact(*store_, [&](Transaction& transaction) {
      return BeginSession(transaction, person->first, request, "", call_);
    });
    ASSERT_THAT(begun, IsOk());
    DropOldestOf(person->first);
    models_[begun->session_id] = {
        person->first, {secrets_.RefreshToken({begun->session_id, 1}, begun->record.salt())},
        request,       call_.now_us,
        call_.now_us,  false};
  }

  // One more than fifty: the one that was refreshed longest ago is over.
  void DropOldestOf(const std::string& person_id) {
    Model* oldest = nullptr;
    size_t count = 0;
    for (auto& [id, model] : models_) {
      if (model.is_over || model.person_id != person_id) continue;
      ++count;
      if (oldest == nullptr || model.refreshed_us < oldest->refreshed_us) oldest = &model;
    }
    if (count == kSessionsOfPersonMax) oldest->is_over = true;
  }

  RefreshOutcome Refresh(const std::string& token, RequestId request, std::string* told) {
    const auto refreshed = Transact(*store_, [&](Transaction& transaction) {
      return RefreshSession(transaction, secrets_, token, request, call_);
    });
    EXPECT_THAT(refreshed, IsOk());
    *told = refreshed->outcome == RefreshOutcome::kRefreshed
                ? secrets_.RefreshToken(
                      {refreshed->session.session_id, refreshed->session.record.counter()},
                      refreshed->session.record.salt())
                : "";
    return refreshed->outcome;
  }

  void RefreshLast() {
    std::string id, told;
    Model* model = Any(&id);
    if (model == nullptr) return;
    const RequestId request = NewRequest();
    const RefreshOutcome outcome = Refresh(model->tokens.back(), request, &told);
    if (model->is_over || HasExpired(*model)) {
      model->is_over = true;
      EXPECT_EQ(outcome, RefreshOutcome::kEnded);
      return;
    }
    ASSERT_EQ(outcome, RefreshOutcome::kRefreshed);
    for (const std::string& earlier : model->tokens) EXPECT_NE(told, earlier);
    model->tokens.push_back(told);
    model->last_request = request;
    model->refreshed_us = call_.now_us;
  }

  void RefreshOld() {
    std::string id, told;
    Model* model = Any(&id);
    if (model == nullptr || model->tokens.size() < 2) return;
    const int64_t old = Draw(static_cast<int64_t>(model->tokens.size()) - 1);
    const RefreshOutcome outcome =
        Refresh(model->tokens[static_cast<size_t>(old)], NewRequest(), &told);
    EXPECT_EQ(outcome, model->is_over || HasExpired(*model) ? RefreshOutcome::kEnded
                                                            : RefreshOutcome::kReused);
    model->is_over = true;
  }

  void RepeatRefresh() {
    std::string id, told;
    Model* model = Any(&id);
    if (model == nullptr || model->tokens.size() < 2) return;
    const RefreshOutcome outcome =
        Refresh(model->tokens[model->tokens.size() - 2], model->last_request, &told);
    if (model->is_over || HasExpired(*model)) {
      model->is_over = true;
      EXPECT_EQ(outcome, RefreshOutcome::kEnded);
    } else {
      EXPECT_EQ(outcome, RefreshOutcome::kRefreshed);
      EXPECT_EQ(told, model->tokens.back());
    }
  }

  void EndOne() {
    std::string id;
    Model* model = Any(&id);
    if (model == nullptr) return;
    const auto ended = Transact(*store_, [&](Transaction& transaction) {
      return EndSession(transaction, id, call_.now_us);
    });
    ASSERT_THAT(ended, IsOk());
    EXPECT_EQ(*ended, !model->is_over);
    model->is_over = true;
    ExpectRevoked(*ended ? id : "");
  }

  void EndAllOfOne() {
    const auto person = std::next(people_.begin(), Draw(static_cast<int64_t>(people_.size())));
    EXPECT_THAT(Transact(*store_,
                         [&](Transaction& transaction) {
                           return EndSessionsOf(transaction, person->first, "", call_.now_us);
                         }),
                IsOk());
    for (auto& [id, model] : models_) {
      if (model.person_id != person->first) continue;
      if (!model.is_over) ExpectRevoked(id);
      model.is_over = true;
    }
  }

  // Its access tokens are known to be over.
  void ExpectRevoked(const std::string& id) {
    if (id.empty()) return;
    const auto all = ListRevocations(*store_->NewSnapshot(), 0, call_.now_us);
    ASSERT_THAT(all, IsOk());
    bool is_told = false;
    for (const auto& row : all->rows) is_told |= row.token_session_id() == id;
    EXPECT_TRUE(is_told || all->has_more);
  }

  std::mt19937 random_;
  testing::MemoryStore store_;
  const runtime::MasterKey master_key_ = runtime::MasterKey::Generate();
  const Secrets secrets_{master_key_};
  runtime::Call call_;
  uint64_t requests_ = 0;
  const std::map<std::string, Role> people_ = {{"li", common::v1::ROLE_PROCUREMENT},
                                               {"wang", common::v1::ROLE_SCHOOL_CONTACT},
                                               {"zhou", common::v1::ROLE_DONOR}};
  std::map<std::string, Model> models_;
};

TEST(SessionsRandom, AreWhatTheModelMakesOfTheSameSteps) {
  SessionHistory history(testing::RandomSeed());
  for (int step = 0; step < kSteps && !::testing::Test::HasFailure(); ++step) {
    history.Step();
    if (step % 10 == 0) history.Check();
  }
}

}  // namespace
}  // namespace milkway::accounts
