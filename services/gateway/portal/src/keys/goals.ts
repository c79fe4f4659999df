/** Where a few letters may lead: conversations, then people, then pages and commands. */
import { navigate } from "wouter/use-browser-location";
import { pathTo } from "../app/routes";
import type { Conversation } from "../contract/shapes";
import { wantFocus } from "../messages/claiming";
import { listed } from "../messages/lists";
import { strings } from "../strings";
import { gateway } from "../sync/gateway";
import { putConversation, world } from "../sync/store";
import { notice } from "../sync/toasts";
import { capsOf } from "./chords";
import { shortcuts } from "./shortcuts";
import { words } from "./words";

export interface Goal {
  id: string;
  label: string;
  detail: string;
  /** Whose picture stands before it. */
  face?: { id: string; name: string; kind?: "group" | "person"; online?: boolean };
  run: () => void;
}

const MOST = 6;

export function goalsFor(typed: string): { name: string; goals: Goal[] }[] {
  const wanted = typed.trim().toLocaleLowerCase();
  const mine = world.me?.id;
  const chats = listed("all", wanted).map(chat);
  // Whoever one chats with already is there.
  const there = new Set(
    [...world.conversations.values()]
      .filter(({ kind, closed }) => kind === "direct" && !closed)
      .flatMap(({ members }) => members.map((member) => member.id)),
  );
  const people = [...world.people.values()]
    .filter(({ id, name }) => id !== mine && !there.has(id) && says(name, wanted))
    .map(({ id, name, dial, online }) => ({
      id,
      label: name,
      detail: dial,
      face: { id, name, online },
      run: () => void chatWith(id),
    }));
  const pages = shortcuts().flatMap(({ name, label, keys, run }) => {
    const [first = ""] = keys;
    const detail = first.split(" ").flatMap(capsOf).join(" ");
    return run && says(label, wanted) ? [{ id: name, label, detail, run: () => void run() }] : [];
  });
  const sections = [
    { name: words.sections.chats, goals: chats },
    { name: words.sections.people, goals: wanted ? people : [] },
    { name: words.sections.pages, goals: wanted ? pages : [] },
  ];
  return sections
    .map(({ name, goals }) => ({ name, goals: goals.slice(0, MOST) }))
    .filter(({ goals }) => goals.length > 0);
}

/** At the beginning of one of its words. */
function says(text: string, wanted: string): boolean {
  return ` ${text.toLocaleLowerCase()}`.includes(` ${wanted}`);
}

function chat({ id, name, tag, kind }: Conversation): Goal {
  const face = { id, name, kind: kind === "group" ? ("group" as const) : ("person" as const) };
  const run = () => {
    wantFocus(id);
    navigate(pathTo.conversation(id));
  };
  return { id, label: name, detail: tag, face, run };
}

async function chatWith(person: string): Promise<void> {
  try {
    const conversation = await gateway.start({ kind: "direct", to: [person] });
    if (!("id" in conversation)) return;
    putConversation(conversation);
    wantFocus(conversation.id);
    navigate(pathTo.conversation(conversation.id));
  } catch {
    notice({ kind: "alert", text: strings.couldNotStart });
  }
}
