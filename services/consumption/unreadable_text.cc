#include "services/consumption/unreadable_text.h"

#include "absl/strings/str_cat.h"

namespace milkway::consumption {

void UnreadableText::Tell(const std::string& school_id) {
  if (log_ == nullptr) return;
  {
    const absl::MutexLock lock(&mutex_);
    if (!told_.insert(school_id).second) return;
  }
  log_->Event(clock_.NowUs(), "child_text_unreadable",
              absl::StrCat(what_, " at ", school_id,
                           " open under no key: restore the store of keys from its newest "
                           "backup, or let the school's contacts enter them anew"));
}

}  // namespace milkway::consumption
