/** `form "Message composer"`: Enter sends, Shift+Enter breaks the line, an input method keeps its Enter. */
import { SendHorizontal } from "lucide-react";
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Conversation } from "../contract/shapes";
import { strings } from "../strings";
import { draftOf, saveDraft } from "../sync/drafts";
import { outbox } from "../sync/session";
import { useTopic } from "../sync/topics";
import { takeFocus } from "./claiming";
import css from "./messages.module.css";

/** Keys of an input method at work report this code in browsers that lack `isComposing`. */
const COMPOSING = 229;

export function Composer({ conversation }: { conversation: Conversation }) {
  const { id } = conversation;
  const [text, setText] = useState(() => draftOf(id));
  const field = useRef<HTMLTextAreaElement>(null);
  useTopic(`draft:${id}`);
  const draft = draftOf(id);
  useEffect(() => {
    // Another tab wrote on; the one that is typed in is ahead of what it saved.
    if (document.activeElement !== field.current) setText(draft);
  }, [draft]);
  useEffect(() => {
    const wide = matchMedia("(pointer: fine)").matches;
    if (takeFocus(id) || wide) field.current?.focus({ preventScroll: true });
  }, [id]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => grow(field.current), [text]);
  const blank = text.trim() === "";
  const write = (next: string) => {
    setText(next);
    saveDraft(id, next);
  };
  const send = () => {
    if (blank) return;
    // The field itself, not the state of the last render: a held Enter must not send the text twice.
    const said = field.current?.value.trim() ?? "";
    if (said === "" || !field.current) return;
    field.current.value = "";
    write("");
    void outbox.send(id, said, conversation.queue?.epoch ?? null);
    field.current.focus();
  };
  const key = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const { isComposing, keyCode, repeat } = event.nativeEvent;
    if (event.key !== "Enter" || event.shiftKey || isComposing || keyCode === COMPOSING) return;
    event.preventDefault();
    if (!repeat) send();
  };
  return (
    <form
      className={css.composer}
      aria-label={strings.composer}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={field}
        rows={1}
        dir="auto"
        aria-label={strings.type}
        placeholder={strings.type}
        value={text}
        onInput={(event) => write(event.currentTarget.value)}
        onKeyDown={key}
      />
      <button type="submit" aria-label={strings.send} disabled={blank}>
        <SendHorizontal size={19} aria-hidden />
      </button>
    </form>
  );
}

function grow(field: HTMLTextAreaElement | null): void {
  if (!field || CSS.supports("field-sizing", "content")) return;
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}
