// Who was signed in last, kept for work without a network. No secret: the cookie is.
import { forgetKept, keep, kept, openDatabase } from "../school/database";
import type { SignedIn } from "./session";

const kName = "person";

export async function keptSession(): Promise<SignedIn | undefined> {
  const db = await openDatabase();
  const person = await kept<SignedIn>(db, kName);
  db.close();
  return person;
}

export async function keepSession(person: SignedIn): Promise<void> {
  const db = await openDatabase();
  await keep(db, kName, person);
  db.close();
}

/** Forgets the person and all that was read for them; records that are not sent stay. */
export async function forgetSession(): Promise<void> {
  const db = await openDatabase();
  await forgetKept(db);
  db.close();
}
