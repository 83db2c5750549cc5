import { en } from "./proof.en";
import { zh } from "./proof.zh";
import { wordsOf } from "./words";

/** Why a proof of a gift does not hold. */
export const w = wordsOf(zh, en);
