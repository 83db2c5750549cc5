import { en } from "./school.en";
import { zh } from "./school.zh";
import { wordsOf } from "./words";

/** Texts of the school's door. */
export const w = wordsOf(zh, en);
