// Who is signed in. The gateway keeps the tokens; the page has a cookie that it cannot read.
import { CallError, send } from "../connect/call";
import type {
  AcceptInviteRequestJson,
  SignInRequestJson,
} from "../gen/milkway/accounts/v1/sign_in_pb";
import type { RoleJson } from "../gen/milkway/common/v1/access_pb";

/** The signed-in person. */
export interface SignedIn {
  personId: string;
  /** How the person is called; may be empty. */
  name: string;
  role: RoleJson;
  /** Schools of a school contact, donor ids of a donor, places of a warehouse's people. */
  scopes: string[];
}

interface SessionJson {
  personId?: string;
  name?: string;
  role?: RoleJson;
  scopes?: string[];
}

/** Who is signed in; undefined if nobody is. Fails with a CallError if there is no answer. */
export async function whoIsSignedIn(): Promise<SignedIn | undefined> {
  try {
    const answer = JSON.parse(await send("GET", "/session")) as SessionJson;
    return {
      personId: answer.personId ?? "",
      name: answer.name ?? "",
      role: answer.role ?? "ROLE_UNSPECIFIED",
      scopes: answer.scopes ?? [],
    };
  } catch (error) {
    if (error instanceof CallError && error.code === "unauthenticated") return undefined;
    if (error instanceof CallError) throw error;
    throw new CallError("unavailable", "no answer from the server", "", {}, [], false);
  }
}

/** Signs in with name and password. Fails with a CallError. */
export async function signIn(request: SignInRequestJson): Promise<void> {
  await send("POST", "/session", JSON.stringify(request));
}

/** Takes up an invite. Fails with a CallError. */
export async function acceptInvite(request: AcceptInviteRequestJson): Promise<void> {
  await send("POST", "/session/invite", JSON.stringify(request));
}

export async function signOut(): Promise<void> {
  await send("DELETE", "/session");
}
