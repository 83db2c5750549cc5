import { en } from "./common.en";
import { zh } from "./common.zh";
import { wordsOf } from "./words";

/** Texts of every door. */
export const w = wordsOf(zh, en);
