import { en } from "./gift.en";
import { zh } from "./gift.zh";
import { wordsOf } from "./words";

/** Texts of the gift's door. */
export const w = wordsOf(zh, en);
