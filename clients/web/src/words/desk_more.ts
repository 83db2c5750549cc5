import { en } from "./desk_more.en";
import { zh } from "./desk_more.zh";
import { wordsOf } from "./words";

/** Texts of what the desk loads when it is needed. */
export const w = wordsOf(zh, en);
