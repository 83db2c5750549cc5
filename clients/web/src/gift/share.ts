// Links that open one gift.
import { call, serverNow } from "../connect/call";
import { statements } from "../connect/services";
import { uuid7 } from "../format/uuid";

/** Makes a link to a gift. The server hears the token first when somebody opens the link. */
export async function makeShareLink(giftId: string): Promise<string> {
  const token = crypto.getRandomValues(new Uint8Array(32));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", token));
  const base64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));
  await call(statements, "createShareLink", {
    requestId: uuid7(serverNow()),
    giftId,
    tokenSha256: base64(hash),
  });
  const urlSafe = base64(token).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  return `${location.origin}/gift/${urlSafe}`;
}

/** Hands a link to the phone's own sharing, else to the clipboard. True: it was copied. */
export async function shareLink(url: string, title: string): Promise<boolean> {
  if (navigator.share !== undefined) {
    // Whoever closes the sheet has decided; there is nothing to say.
    await navigator.share({ url, title }).catch(() => undefined);
    return false;
  }
  await navigator.clipboard.writeText(url);
  return true;
}
