/** Behind a slash in the composer: canned replies, filled in as they are chosen. */
import { lazy, Suspense, useCallback, useEffect, useId, useState } from "react";
import type { Conversation } from "../contract/shapes";
import { type CannedReply, desk } from "./api";
import css from "./desk.module.css";
import { filled } from "./filling";
import { useAnswer } from "./useAnswer";
import { words } from "./words";

const CannedDialog = lazy(() => import("./CannedDialog"));

interface Props {
  conversation: Conversation;
  text: string;
  field: { current: HTMLTextAreaElement | null };
  write: (text: string) => void;
}

export default function Canned({ conversation, text, field, write }: Props) {
  const id = useId();
  const [at, setAt] = useState(0);
  const [managing, setManaging] = useState(false);
  const [closed, setClosed] = useState<string | null>(null);
  const { value, again } = useAnswer(useCallback(() => desk.replies(), []));
  const asked = text.slice(1).toLocaleLowerCase();
  const found = (value?.items ?? []).filter((one) => matches(one, asked));
  const open = text !== closed && !managing;
  const chosen = Math.min(at, found.length);
  const take = (reply: CannedReply) => {
    write(filled(reply.text, conversation, value?.company ?? ""));
    field.current?.focus();
  };
  // The list is the composer's: the keys are heard in its field, before it hears them itself.
  useEffect(() => {
    const box = field.current;
    if (!box || !open) return undefined;
    const key = (event: KeyboardEvent) => {
      if (event.isComposing) return;
      if (event.key === "ArrowDown") setAt((chosen + 1) % (found.length + 1));
      else if (event.key === "ArrowUp") setAt((chosen + found.length) % (found.length + 1));
      else if (event.key === "Escape") setClosed(text);
      else if (event.key === "Enter" || event.key === "Tab") {
        const reply = found[chosen];
        if (reply) take(reply);
        else setManaging(true);
      } else return;
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    box.addEventListener("keydown", key, { capture: true });
    box.setAttribute("aria-controls", id);
    box.setAttribute("aria-activedescendant", `${id}-${chosen}`);
    return () => {
      box.removeEventListener("keydown", key, { capture: true });
      box.removeAttribute("aria-controls");
      box.removeAttribute("aria-activedescendant");
    };
  });
  return (
    <>
      {open && value && (
        <div role="listbox" tabIndex={-1} id={id} aria-label={words.replies} className={css.picker}>
          {found.map((reply, index) => (
            <Option
              key={reply.id}
              id={`${id}-${index}`}
              on={index === chosen}
              take={() => take(reply)}
            >
              <b>/{reply.name}</b>
              <span>{reply.text}</span>
            </Option>
          ))}
          <Option
            id={`${id}-${found.length}`}
            on={chosen === found.length}
            take={() => setManaging(true)}
          >
            <b>{found.length === 0 ? words.noReplies : words.replies}</b>
            <span>{words.manage}</span>
          </Option>
        </div>
      )}
      {managing && value && (
        <Suspense fallback={null}>
          <CannedDialog
            replies={value.items}
            changed={again}
            close={() => {
              setManaging(false);
              write("");
              field.current?.focus();
            }}
          />
        </Suspense>
      )}
    </>
  );
}

interface OptionProps {
  id: string;
  on: boolean;
  take: () => void;
  children: import("react").ReactNode;
}

function Option({ id, on, take, children }: OptionProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the field's
    <div
      role="option"
      id={id}
      tabIndex={-1}
      aria-selected={on}
      onMouseDown={(event) => event.preventDefault()}
      onClick={take}
    >
      {children}
    </div>
  );
}

function matches({ name, text }: CannedReply, asked: string): boolean {
  return name.toLocaleLowerCase().includes(asked) || text.toLocaleLowerCase().includes(asked);
}
