/** Who types in this chat, on a line of its own height; and saying that I do. */
import { useEffect } from "react";
import { clock } from "../sync/clock";
import { draftOf, unsaid } from "../sync/drafts";
import { session } from "../sync/session";
import { world } from "../sync/store";
import { subscribe, useTopic } from "../sync/topics";
import { typingIn } from "../sync/typing";
import css from "./live.module.css";
import { Typist } from "./saying";
import { words } from "./words";

export default function TypingLine({ id }: { id: string }) {
  useTopic(`typing:${id}`);
  useSaying(id);
  const names = typingIn(id).map((person) => world.people.get(person)?.name ?? person);
  return (
    <p role="status" className={css.typing} data-typing={names.length > 0 || undefined}>
      {names.length > 0 && (
        <>
          <i aria-hidden="true" className={css.dots} />
          {words.typing(names)}
        </>
      )}
    </p>
  );
}

/** What is typed goes into the draft, so that is where it shows. */
function useSaying(id: string): void {
  useEffect(() => {
    const typist = new Typist({
      say: (typing) => session.connection?.say({ type: "typing", conversation_id: id, typing }),
      clock,
      again: world.limits?.typing_again_seconds ?? 0,
      idle: world.limits?.typing_idle_seconds ?? 0,
    });
    let before = draftOf(id);
    if (unsaid.delete(id)) typist.typed(before);
    const off = subscribe(`draft:${id}`, () => {
      const text = draftOf(id);
      unsaid.delete(id);
      // A draft that comes over from another tab is typed there.
      if (text !== before && (document.hasFocus() || text === "")) typist.typed(text);
      before = text;
    });
    return () => {
      off();
      typist.stop();
    };
  }, [id]);
}
