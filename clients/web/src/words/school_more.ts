import { en } from "./school_more.en";
import { zh } from "./school_more.zh";
import { wordsOf } from "./words";

/** Texts of the school's pages that are needed less often. */
export const w = wordsOf(zh, en);
