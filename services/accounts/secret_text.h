// Text that is wiped when it goes.

#ifndef MILKWAY_SERVICES_ACCOUNTS_SECRET_TEXT_H_
#define MILKWAY_SERVICES_ACCOUNTS_SECRET_TEXT_H_

#include <sodium.h>

#include <string>

#include "absl/strings/string_view.h"

namespace milkway::accounts {

// A password or a code. Only its owner has it, and nobody after him.
class SecretText {
 public:
  SecretText() = default;
  explicit SecretText(absl::string_view text) : text_(text) {}
  // Not by std::string's own move, which leaves a short text where it was.
  SecretText(SecretText&& other) noexcept : text_(other.text_) { other.Wipe(); }
  SecretText& operator=(SecretText&& other) noexcept {
    if (this == &other) return *this;
    Wipe();
    text_ = other.text_;
    other.Wipe();
    return *this;
  }
  ~SecretText() { Wipe(); }

  const std::string& text() const { return text_; }
  bool empty() const { return text_.empty(); }

 private:
  void Wipe() {
    sodium_memzero(text_.data(), text_.size());
    text_.clear();
  }

  std::string text_;
};

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_SECRET_TEXT_H_
