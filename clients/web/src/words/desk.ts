import { en } from "./desk.en";
import { zh } from "./desk.zh";
import { wordsOf } from "./words";

/** Texts of the desk. */
export const w = wordsOf(zh, en);
