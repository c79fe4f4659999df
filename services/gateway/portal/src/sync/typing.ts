/** Who types where, as long as they say so: what is not said again is forgotten. */
import type { Change } from "../contract/shapes";
import { clock } from "./clock";
import { world } from "./store";
import { touch } from "./topics";

interface Typed {
  conversation_id: string;
  person_id: string;
  typing: boolean;
}

/** Chat → person → how to forget them. */
const typing = new Map<string, Map<string, () => void>>();

export function typingIn(id: string): string[] {
  return [...(typing.get(id)?.keys() ?? [])];
}

/** Whoever says something types no more. */
export function noticeSaid(changes: Change[]): void {
  for (const change of changes) {
    if (change.type !== "item" || change.item.type !== "message" || !change.item.author) continue;
    const { conversation_id } = change;
    if (typing.has(conversation_id))
      heardTyping({ conversation_id, person_id: change.item.author.id, typing: false });
  }
}

export function heardTyping({ conversation_id: id, person_id: who, typing: on }: Typed): void {
  const people = typing.get(id) ?? new Map<string, () => void>();
  people.get(who)?.();
  people.delete(who);
  if (on) {
    const seconds = world.limits?.typing_shown_seconds ?? 0;
    people.set(
      who,
      clock.after(seconds * 1_000, () =>
        heardTyping({ conversation_id: id, person_id: who, typing: false }),
      ),
    );
  }
  typing.set(id, people);
  touch(`typing:${id}`);
}
