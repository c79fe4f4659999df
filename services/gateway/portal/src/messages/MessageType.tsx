/** `radiogroup "Message type"`: who can be reached both ways is written to by chat or by text. */
import { useEffect, useState } from "react";
import { useLocation } from "wouter";
import { pathTo } from "../app/routes";
import { contactOf, pageOf } from "../contacts/api";
import type { Contact, Conversation } from "../contract/shapes";
import { closeBox, openBox } from "../dock/boxes";
import { strings } from "../strings";
import { failureOf, gateway } from "../sync/gateway";
import { putConversation, world } from "../sync/store";
import { notice } from "../sync/toasts";
import { bring } from "./bringing";
import { wantFocus } from "./claiming";
import css from "./composer.module.css";
import { words } from "./type.words";

type Kind = "direct" | "sms";

/** What is asked once a contact or a colleague is not asked again while the page lives. */
const known = new Map<string, Promise<Contact | null>>();

export default function MessageType({
  conversation,
  aside,
}: {
  conversation: Conversation;
  aside: boolean;
}) {
  const [, go] = useLocation();
  const [busy, setBusy] = useState(false);
  const contact = useContact(conversation);
  const phone = contact?.numbers[0]?.number;
  if (!contact?.extension_id || !phone || contact.extension_id === world.me?.id) return null;
  const from = conversation.number ?? world.numbers[0];
  const change = async (kind: Kind) => {
    const to = kind === "sms" ? phone : contact.extension_id;
    setBusy(true);
    const other = await there(conversation.id, { kind, to: [to ?? ""] }, from?.number);
    setBusy(false);
    if (!other) return;
    if (aside) closeBox(conversation.id);
    if (aside) openBox(other);
    else go(pathTo.conversation(other));
  };
  return (
    <>
      <div role="radiogroup" aria-label={words.type} className={css.type}>
        {(["direct", "sms"] as const).map((kind) => (
          <label key={kind}>
            <input
              type="radio"
              name={`type-${conversation.id}`}
              checked={conversation.kind === kind}
              disabled={busy}
              onChange={() => void change(kind)}
            />
            {words.kinds[kind]}
          </label>
        ))}
      </div>
      {conversation.kind === "sms" && from && (
        <span className={css.busy}>{words.sendingFrom(from.display)}</span>
      )}
    </>
  );
}

/** Whose number, or whose extension, it is; null where nobody wrote down both. */
function useContact(conversation: Conversation): Contact | null {
  const [contact, setContact] = useState<Contact | null>(null);
  const { kind, members, counterparts } = conversation;
  const mate = members.find((member) => member.id !== world.me?.id);
  const key = kind === "sms" ? counterparts[0]?.contact_id : mate?.id;
  const name = mate?.name ?? "";
  useEffect(() => {
    if (!key) return undefined;
    let late = false;
    const asked = known.get(key) ?? (kind === "sms" ? contactOf(key) : ofColleague(key, name));
    known.set(key, asked);
    void asked.catch(() => null).then((found) => late || setContact(found));
    return () => {
      late = true;
    };
  }, [key, kind, name]);
  return contact;
}

async function ofColleague(id: string, name: string): Promise<Contact | null> {
  if (world.numbers.length === 0) return null;
  const pages = await Promise.all([pageOf("phonebook", name, null), pageOf("own", name, null)]);
  const all = pages.flatMap(({ items }) => items);
  return all.find((one) => one.extension_id === id && one.numbers.length > 0) ?? null;
}

async function there(
  here: string,
  body: { kind: Kind; to: string[] },
  own: string | undefined,
): Promise<string | null> {
  try {
    const from = body.kind === "sms" ? { from: own } : {};
    const other = await gateway.start({ ...body, ...from });
    if (!("id" in other)) return null;
    putConversation(other);
    await bring(here, other.id);
    wantFocus(other.id);
    return other.id;
  } catch (error) {
    notice({ kind: "alert", text: failureOf(error).text || strings.couldNotStart });
    return null;
  }
}
