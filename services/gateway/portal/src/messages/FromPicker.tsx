/** `combobox "As"`: another of our numbers is another conversation, and the draft goes along. */
import { ChevronDown } from "lucide-react";
import { useState } from "react";
import { useLocation } from "wouter";
import { pathTo } from "../app/routes";
import type { Conversation } from "../contract/shapes";
import { strings } from "../strings";
import { failureOf, gateway } from "../sync/gateway";
import { putConversation, world } from "../sync/store";
import { notice } from "../sync/toasts";
import { bring } from "./bringing";
import { wantFocus } from "./claiming";
import css from "./composer.module.css";

export default function FromPicker({ conversation }: { conversation: Conversation }) {
  const [, go] = useLocation();
  const [busy, setBusy] = useState(false);
  const own = world.numbers;
  const change = async (from: string) => {
    setBusy(true);
    const other = await conversationFrom(conversation, from);
    setBusy(false);
    if (other) go(pathTo.conversation(other));
  };
  return (
    <label className={css.from}>
      <span>{strings.as}</span>
      <select
        value={conversation.number?.number}
        disabled={busy}
        onChange={(event) => void change(event.currentTarget.value)}
      >
        {own.map((one) => (
          <option key={one.number} value={one.number}>
            {one.label ? `${one.display} – ${one.label}` : one.display}
          </option>
        ))}
      </select>
      <ChevronDown size={14} aria-hidden />
    </label>
  );
}

async function conversationFrom(here: Conversation, from: string): Promise<string | null> {
  try {
    const to = here.counterparts.map((phone) => phone.number);
    const there = await gateway.start({ kind: "sms", to, from });
    if (!("id" in there)) return null;
    putConversation(there);
    await bring(here.id, there.id);
    wantFocus(there.id);
    return there.id;
  } catch (error) {
    notice({ kind: "alert", text: failureOf(error).text || strings.couldNotStart });
    return null;
  }
}
