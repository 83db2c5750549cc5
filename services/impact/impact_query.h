// Asking what a gift became.

#ifndef MILKWAY_SERVICES_IMPACT_IMPACT_QUERY_H_
#define MILKWAY_SERVICES_IMPACT_IMPACT_QUERY_H_

#include "services/impact/gift_impact.h"
#include "services/impact/questions.h"

namespace milkway::impact {

// Completes `start` (StartImpact) by asking the inventory where the grams of its lots
// are, and then consumption how many servings they made. `done` is called exactly
// once, on some thread. `questions` must live until then.
//
// `as_of_position`: as it was when the inventory's log ended there (lots that were bought
// later are left out); 0: now. Up to 1000 lots come from one view of the books. Of a gift with
// more, what is told as as_of_position is the earliest of the views.
void QueryImpact(const Questions& questions, GiftImpact start, int64_t as_of_position,
                 Questions::Done<GiftImpact> done);

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_IMPACT_QUERY_H_
