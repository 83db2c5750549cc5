// Who was signed in last, kept for work without a network. No secret: the cookie is.
import { forgetKept, keep, kept, kPerson, openDatabase } from "../school/database";
import { type SignedIn, signOut } from "./session";

/** Set while a session is to be ended that the server could not be told of yet. */
const kLeaving = "leaving";

export async function keptSession(): Promise<SignedIn | undefined> {
  const db = await openDatabase();
  const person = await kept<SignedIn>(db, kPerson);
  db.close();
  return person;
}

export async function keepSession(person: SignedIn): Promise<void> {
  const db = await openDatabase();
  await keep(db, kPerson, person);
  db.close();
}

/** Forgets the person and all that was read for them; records that are not sent stay. */
export async function forgetSession(): Promise<void> {
  const db = await openDatabase();
  await forgetKept(db);
  db.close();
}

/** Forgets the same, and ends the session as soon as the server can be told. */
export async function forgetAndLeave(): Promise<void> {
  const db = await openDatabase();
  await forgetKept(db);
  await keep(db, kLeaving, true);
  db.close();
}

/**
 * Ends a session that was left without a network. Fails with a CallError while there is no
 * answer: until then nobody may use its cookie.
 */
export async function finishLeaving(): Promise<void> {
  const db = await openDatabase();
  try {
    if ((await kept<boolean>(db, kLeaving)) !== true) return;
    await signOut();
    await forgetKept(db);
  } finally {
    db.close();
  }
}
