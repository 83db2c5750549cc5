// Names of children, on this phone only: read from the server by the school's own contact, or
// typed here and never sent. Sealed under the key of the PIN.
import { callAll } from "../connect/call";
import { personal } from "../connect/services";
import { keepFor, kept } from "./database";
import { type Sealed, seal, unseal } from "./lock";

/** A name, by roster number. */
export interface KnownName {
  name: string;
  /** True: typed on this phone. Others go when the server has them no more. */
  typed: boolean;
}

export type Names = Record<number, KnownName>;

function rowName(schoolId: string): string {
  return `names/${schoolId}`;
}

/** The names on this phone; none while it is locked. */
export async function keptNames(db: IDBDatabase, schoolId: string): Promise<Names> {
  const sealed = await kept<Sealed>(db, rowName(schoolId));
  return (sealed && (await unseal<Names>(db, sealed))) ?? {};
}

/** Keeps names for a signed-in person; does nothing while the page is locked. */
export async function keepNames(
  db: IDBDatabase,
  personId: string,
  schoolId: string,
  names: Names,
): Promise<void> {
  const sealed = await seal(db, names);
  if (sealed !== undefined) await keepFor(db, personId, rowName(schoolId), sealed);
}

/** The names that the server has. Fails with a CallError. */
export async function namesOfServer(schoolId: string): Promise<Names> {
  const all = await callAll(personal, "listStudentPersonal", { schoolId }, (r) => r.students);
  const named = all.filter((student) => (student.name ?? "") !== "");
  return Object.fromEntries(
    named.map((student) => [student.studentNumber, { name: student.name ?? "", typed: false }]),
  );
}

/** What was typed here, and for all others what the server has now. */
export function merged(here: Names, server: Names): Names {
  const typed = Object.entries(here).filter(([, each]) => each.typed);
  return { ...server, ...Object.fromEntries(typed) };
}

/** With a name typed for a number; none: what was typed is gone. */
export function withTyped(names: Names, number: number, name: string): Names {
  const { [number]: _, ...others } = names;
  return name.trim() === "" ? others : { ...others, [number]: { name: name.trim(), typed: true } };
}
