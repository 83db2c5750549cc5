// Invites: a link that lets one person in.
import { useState } from "preact/hooks";
import { call, callAll } from "../connect/call";
import { accounts, invites } from "../connect/services";
import { momentUs } from "../format/format";
import type { InviteJson } from "../gen/milkway/accounts/v1/invites_pb";
import type { PersonJson } from "../gen/milkway/accounts/v1/people_pb";
import type { RoleJson } from "../gen/milkway/common/v1/access_pb";
import { useLoaded } from "../ui/hooks";
import { Field, Notice, Shown } from "../ui/parts";
import { w } from "../words/desk";
import type { ViewProps } from "./desk";
import { useSubmit } from "./submit";
import { type Column, Table } from "./table";

const kRoles = ["SCHOOL_CONTACT", "DONOR", "PROCUREMENT", "WAREHOUSE", "AUDITOR", "ADMIN"] as const;
type RoleName = (typeof kRoles)[number];
/** Roles whose people have scopes. */
const kScoped: RoleName[] = ["SCHOOL_CONTACT", "DONOR", "WAREHOUSE"];

const kStates = {
  INVITE_STATE_UNSPECIFIED: "invite_EXPIRED",
  INVITE_STATE_OPEN: "invite_OPEN",
  INVITE_STATE_ACCEPTED: "invite_ACCEPTED",
  INVITE_STATE_REVOKED: "invite_REVOKED",
  INVITE_STATE_EXPIRED: "invite_EXPIRED",
} as const;

function roleText(role: RoleJson | undefined): string {
  const name = kRoles.find((each) => `ROLE_${each}` === role);
  return name === undefined ? "" : w(`role_${name}`);
}

function columns(): Column<InviteJson>[] {
  return [
    { name: w("invitee"), value: ({ person }) => person?.personId ?? "" },
    { name: w("name"), value: ({ person }) => person?.displayName ?? "" },
    { name: w("role"), value: ({ person }) => roleText(person?.role) },
    { name: w("scope"), value: ({ person }) => (person?.scopes ?? []).join(", ") },
    { name: w("state"), value: ({ state }) => w(kStates[state ?? "INVITE_STATE_UNSPECIFIED"]) },
    { name: w("expires"), value: ({ expiresUs }) => momentUs(expiresUs) },
  ];
}

function NewLink({ token }: { token: string }) {
  const link = `${location.origin}/i#${token}`;
  return (
    <Notice kind="info">
      <p>{w("linkOnce")}</p>
      <p class="link">{link}</p>
      <button type="button" onClick={() => void navigator.clipboard.writeText(link)}>
        {w("copy")}
      </button>
    </Notice>
  );
}

function InviteForm(props: { roles: readonly RoleName[]; onMade: (token: string) => void }) {
  const [id, setId] = useState("");
  const [name, setName] = useState("");
  const [role, setRole] = useState<RoleName>(props.roles[0] ?? "DONOR");
  const [scope, setScope] = useState("");
  const [language, setLanguage] = useState("zh");
  const submit = useSubmit();
  const send = (event: Event) => {
    event.preventDefault();
    const scopes = kScoped.includes(role) ? scope.split(/[\s,，]+/).filter(Boolean) : [];
    const person: PersonJson = {
      personId: id,
      displayName: name,
      language,
      role: `ROLE_${role}`,
      scopes,
    };
    submit.run(person, async (requestId) => {
      const answer = await call(invites, "createInvite", { requestId, person });
      props.onMade(answer.inviteToken ?? "");
    });
  };
  return (
    <form class="card" onSubmit={send}>
      <div class="fields">
        <Field label={w("invitee")} value={id} onValue={setId} required />
        <Field label={w("name")} value={name} onValue={setName} />
        <label class="field">
          <span>{w("role")}</span>
          <select value={role} onChange={(event) => setRole(event.currentTarget.value as RoleName)}>
            {props.roles.map((each) => (
              <option key={each} value={each}>
                {w(`role_${each}`)}
              </option>
            ))}
          </select>
        </label>
        {kScoped.includes(role) && (
          <Field label={w("scope")} value={scope} onValue={setScope} required />
        )}
        <label class="field">
          <span>{w("languageOf")}</span>
          <select value={language} onChange={(event) => setLanguage(event.currentTarget.value)}>
            <option value="zh" lang="zh-CN">
              中文
            </option>
            <option value="en" lang="en">
              English
            </option>
          </select>
        </label>
      </div>
      {submit.refusal !== "" && <Notice kind="error">{submit.refusal}</Notice>}
      <button type="submit" class="main" disabled={submit.busy}>
        {w("makeLink")}
      </button>
    </form>
  );
}

function personColumns(): Column<PersonJson>[] {
  return [
    { name: w("invitee"), value: (person) => person.personId ?? "" },
    { name: w("name"), value: (person) => person.displayName ?? "" },
    { name: w("role"), value: (person) => roleText(person.role) },
    { name: w("scope"), value: (person) => (person.scopes ?? []).join(", ") },
    { name: w("languageOf"), value: (person) => person.language ?? "" },
  ];
}

/** Who is recorded, for admins; only one person if `subject` names one. */
function People({ subject }: { subject: string }) {
  const [loaded, retry] = useLoaded("people", () =>
    callAll(accounts, "listPeople", {}, (r) => r.people),
  );
  return (
    <>
      <h3>{w("recorded")}</h3>
      <Shown of={loaded} retry={retry}>
        {(all) => (
          <Table
            name={w("recorded")}
            columns={personColumns()}
            rows={all.filter((each) => subject === "" || each.personId === subject)}
            keyOf={(each) => each.personId ?? ""}
          />
        )}
      </Shown>
    </>
  );
}

export function Invites({ person, subject }: ViewProps) {
  const [loaded, reload] = useLoaded("invites", () =>
    callAll(invites, "listInvites", {}, (r) => r.invites),
  );
  const [open, setOpen] = useState(false);
  const [token, setToken] = useState("");
  const submit = useSubmit();
  // Procurement staff may invite donors only (invites.proto).
  const roles = person.role === "ROLE_ADMIN" ? kRoles : (["DONOR"] as const);
  const revoke = (inviteId: string) =>
    submit.run({ inviteId }, async (requestId) => {
      await call(invites, "revokeInvite", { requestId, inviteId });
      reload();
    });
  return (
    <>
      <div class="head">
        <h2>{subject === "" ? w("people") : subject}</h2>
        {subject !== "" && <a href="#/people">‹ {w("people")}</a>}
        <button type="button" class={open ? "" : "main"} onClick={() => setOpen(!open)}>
          {open ? w("cancel") : w("newInvite")}
        </button>
      </div>
      {token !== "" && <NewLink token={token} />}
      {open && (
        <InviteForm
          roles={roles}
          onMade={(made) => {
            setToken(made);
            setOpen(false);
            reload();
          }}
        />
      )}
      {submit.refusal !== "" && <Notice kind="error">{submit.refusal}</Notice>}
      <Shown of={loaded} retry={reload}>
        {(rows) => (
          <Table
            name={w("people")}
            columns={columns()}
            rows={rows.filter((each) => subject === "" || each.person?.personId === subject)}
            keyOf={(invite) => invite.inviteId ?? ""}
            actions={(invite) =>
              invite.state === "INVITE_STATE_OPEN" ? (
                <button type="button" onClick={() => revoke(invite.inviteId ?? "")}>
                  {w("revoke")}
                </button>
              ) : null
            }
          />
        )}
      </Shown>
      {person.role === "ROLE_ADMIN" && <People subject={subject} />}
    </>
  );
}
