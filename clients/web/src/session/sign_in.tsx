// Signing in, and taking up an invite.
import { useState } from "preact/hooks";
import { CallError, call } from "../connect/call";
import { signIn as signInService } from "../connect/services";
import { uuid7 } from "../format/uuid";
import type { OpenInviteResponseJson } from "../gen/milkway/accounts/v1/sign_in_pb";
import { useLanguage, useLoaded } from "../ui/hooks";
import { errorText, Field, LanguageButton, Notice, Shown } from "../ui/parts";
import { w } from "../words/common";
import { forgetSession } from "./kept_session";
import { acceptInvite, signIn } from "./session";

/** What a person is told whose sign-in was refused. */
function refusalText(error: unknown): string {
  if (!(error instanceof CallError)) return errorText(error);
  if (error.reason === "TOO_MANY_ATTEMPTS") return w("tooManyAttempts");
  if (error.reason.startsWith("INVITE_")) return w("inviteGone");
  return error.code === "unauthenticated" ? w("signInFailed") : errorText(error);
}

/** Runs something that may be refused, and tells why it was. */
function useRefusable(): [string, boolean, (body: () => Promise<void>) => void] {
  const [refusal, setRefusal] = useState("");
  const [busy, setBusy] = useState(false);
  const run = (body: () => Promise<void>) => {
    setBusy(true);
    setRefusal("");
    body()
      .catch((error) => setRefusal(refusalText(error)))
      .finally(() => setBusy(false));
  };
  return [refusal, busy, run];
}

/** A form for name, password and code. */
export function SignIn({ onSignedIn }: { onSignedIn: () => void }) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [needsCode, setNeedsCode] = useState(false);
  const [refusal, busy, run] = useRefusable();
  const submit = (event: Event) => {
    event.preventDefault();
    run(async () => {
      const requestId = uuid7(Date.now());
      try {
        await signIn({ requestId, signInName: name, password, code });
      } catch (error) {
        if (!(error instanceof CallError) || error.reason !== "TOTP_REQUIRED") throw error;
        setNeedsCode(true);
        return;
      }
      onSignedIn();
    });
  };
  return (
    <form class="card sign-in" onSubmit={submit}>
      <Field
        label={w("signInName")}
        value={name}
        onValue={setName}
        autoComplete="username"
        required
      />
      <Field
        label={w("password")}
        type="password"
        value={password}
        onValue={setPassword}
        autoComplete="current-password"
        required
      />
      {needsCode && (
        <Field
          label={w("code")}
          value={code}
          onValue={setCode}
          autoComplete="one-time-code"
          required
        />
      )}
      {refusal !== "" && <Notice kind="error">{refusal}</Notice>}
      <button type="submit" class="main" disabled={busy}>
        {w("signIn")}
      </button>
    </form>
  );
}

function InviteForm({ token, invite }: { token: string; invite: OpenInviteResponseJson }) {
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  // The same id each time: an answer that was lost is answered again.
  const [requestId] = useState(() => uuid7(Date.now()));
  const [refusal, busy, run] = useRefusable();
  const submit = (event: Event) => {
    event.preventDefault();
    run(async () => {
      await acceptInvite({ requestId, inviteToken: token, password, code });
      await forgetSession();
      location.replace("/");
    });
  };
  return (
    <form class="card sign-in" onSubmit={submit}>
      <p>{w("inviteFor", { name: invite.displayName || invite.signInName || "" })}</p>
      {invite.needsPassword && (
        <Field
          label={w("newPassword")}
          type="password"
          value={password}
          onValue={setPassword}
          autoComplete="new-password"
          required
        />
      )}
      {invite.needsCode && (
        <Field
          label={w("code")}
          value={code}
          onValue={setCode}
          autoComplete="one-time-code"
          required
        />
      )}
      {refusal !== "" && <Notice kind="error">{refusal}</Notice>}
      <button type="submit" class="main" disabled={busy}>
        {w("inviteAccept")}
      </button>
    </form>
  );
}

/** What an invite is for, and the button that accepts it. */
export function Invite({ token }: { token: string }) {
  useLanguage();
  const [loaded, retry] = useLoaded(token, () =>
    call(signInService, "openInvite", { inviteToken: token }),
  );
  const gone =
    loaded.state === "failed" &&
    loaded.error instanceof CallError &&
    loaded.error.reason.startsWith("INVITE_");
  return (
    <div class="welcome">
      <header class="bar">
        <h1>{w("appName")}</h1>
        <LanguageButton />
      </header>
      <main>
        <h2>{w("inviteTitle")}</h2>
        {gone ? (
          <Notice kind="warning">{w("inviteGone")}</Notice>
        ) : (
          <Shown of={loaded} retry={retry}>
            {(invite) => <InviteForm token={token} invite={invite} />}
          </Shown>
        )}
      </main>
    </div>
  );
}
