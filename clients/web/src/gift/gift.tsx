// The gift's door: by a link without signing in, or a donor's own gifts.
import { useEffect, useState } from "preact/hooks";
import { CallError, call, callAll } from "../connect/call";
import { statements } from "../connect/services";
import { int, number } from "../format/format";
import type { GiftStatementJson } from "../gen/milkway/impact/v1/statements_pb";
import type { SignedIn } from "../session/session";
import { useLanguage, useLoaded } from "../ui/hooks";
import { LanguageButton, Notice, Shown } from "../ui/parts";
import { w as common } from "../words/common";
import { w } from "../words/gift";
import { GiftPage } from "./gift_page";
import "./gift.css";

function Bar(props: { onSignOut?: () => void }) {
  return (
    <header class="bar">
      <h1>{common("appName")}</h1>
      <LanguageButton />
      {props.onSignOut && (
        <button type="button" class="quiet" onClick={props.onSignOut}>
          {common("signOut")}
        </button>
      )}
    </header>
  );
}

/** The gift behind a link. */
export function SharedGift({ token }: { token: string }) {
  useLanguage();
  const [loaded, retry] = useLoaded(token, () => call(statements, "getSharedGift", { token }));
  const gone =
    loaded.state === "failed" &&
    loaded.error instanceof CallError &&
    (loaded.error.code === "not_found" || loaded.error.code === "invalid_argument");
  return (
    <div class="gift">
      <Bar />
      <main>
        {gone ? (
          <Notice kind="warning">{w("linkGone")}</Notice>
        ) : (
          <Shown of={loaded} retry={retry}>
            {(answer) => <GiftPage statement={answer.statement ?? {}} token={token} />}
          </Shown>
        )}
      </main>
    </div>
  );
}

async function readGifts(donorIds: string[]): Promise<GiftStatementJson[]> {
  const lists = await Promise.all(
    donorIds.map((donorId) =>
      callAll(statements, "listGiftStatements", { donorId }, (r) => r.statements),
    ),
  );
  return lists.flat();
}

function GiftList(props: { gifts: GiftStatementJson[]; onOpen: (giftId: string) => void }) {
  if (props.gifts.length === 0) return <Notice kind="info">{w("noGifts")}</Notice>;
  return (
    <>
      <h2>{w("gifts")}</h2>
      {props.gifts.map((gift) => (
        <button
          type="button"
          class="card gift-row"
          key={gift.giftId}
          onClick={() => props.onOpen(gift.giftId ?? "")}
        >
          <strong>{w("gift", { id: gift.giftId ?? "" })}</strong>
          <span>
            {number(int(gift.servings))} {w("cups")}
          </span>
        </button>
      ))}
    </>
  );
}

/** The gifts of a signed-in donor. */
export function DonorGifts(props: {
  person: SignedIn;
  onSignOut: () => void;
  onEnded: () => void;
}) {
  const { person, onSignOut, onEnded } = props;
  useLanguage();
  const [open, setOpen] = useState("");
  const [loaded, retry] = useLoaded("gifts", () => readGifts(person.scopes));
  const ended =
    loaded.state === "failed" &&
    loaded.error instanceof CallError &&
    loaded.error.code === "unauthenticated";
  useEffect(() => {
    if (ended) onEnded();
  }, [ended]);
  return (
    <div class="gift">
      <Bar onSignOut={onSignOut} />
      <main>
        <Shown of={loaded} retry={retry}>
          {(gifts) => {
            const only = gifts.length === 1 ? gifts[0] : undefined;
            const shown = gifts.find((gift) => gift.giftId === open) ?? only;
            if (shown === undefined) return <GiftList gifts={gifts} onOpen={setOpen} />;
            return (
              <>
                {only === undefined && (
                  <button type="button" class="quiet no-print" onClick={() => setOpen("")}>
                    ‹ {w("back")}
                  </button>
                )}
                <GiftPage key={shown.giftId} statement={shown} />
              </>
            );
          }}
        </Shown>
      </main>
    </div>
  );
}
