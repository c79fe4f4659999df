/** `dialog "Participants"`: who takes part and how each is reached; with each, a chat apart. */
import { LogOut, MessageSquareText, Pencil, UserMinus, UserPlus } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { pathTo } from "../app/routes";
import type { Conversation } from "../contract/shapes";
import { place } from "../kit/Button";
import { Avatar, TagMark } from "../kit/bits";
import { wantFocus } from "../messages/claiming";
import { useTopic } from "../sync/topics";
import { alone } from "./api";
import type { Asked } from "./GroupDialogs";
import css from "./groups.module.css";
import { type Participant, participantsOf } from "./participants";
import { words } from "./words";

interface ParticipantsProps {
  conversation: Conversation;
  anchor: HTMLElement;
  /** Opened by hand: the focus goes inside. */
  entered: boolean;
  /** Without room in the header its actions stand here. */
  narrow: boolean;
  ask: (asked: Asked) => void;
  hold: () => void;
  leave: () => void;
  close: () => void;
}

/** A popover, not a modal: the thread behind it goes on. */
export function Participants(props: ParticipantsProps) {
  const { conversation, anchor, entered, hold, leave, close } = props;
  const box = useRef<HTMLDivElement>(null);
  useTopic("people");
  useEffect(() => {
    if (!box.current) return;
    box.current.showPopover();
    place(box.current, anchor, "start");
  }, [anchor]);
  useEffect(() => {
    if (entered) box.current?.querySelector<HTMLElement>("button")?.focus();
  }, [entered]);
  const people = participantsOf(conversation);
  return (
    <div
      ref={box}
      popover="manual"
      role="dialog"
      aria-label={words.participants}
      className={css.participants}
      onMouseEnter={hold}
      onMouseLeave={leave}
      onFocus={hold}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) leave();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        close();
        anchor.focus();
      }}
    >
      <ul>
        {people.map((one) => (
          <Row key={one.id} one={one} {...props} />
        ))}
      </ul>
      {conversation.kind === "group" && <Foot {...props} />}
    </div>
  );
}

function Row({ one, conversation, ask, close }: ParticipantsProps & { one: Participant }) {
  const [, go] = useLocation();
  const [busy, setBusy] = useState(false);
  const write = async () => {
    setBusy(true);
    const who = one.person ? { member: one.id } : { number: one.id };
    const there = await alone(who, conversation.number?.number ?? null);
    setBusy(false);
    if (!there) return;
    wantFocus(there);
    close();
    go(pathTo.conversation(there));
  };
  return (
    <li>
      <Avatar id={one.id} name={one.name} size="small" online={one.online} />
      <span className={css.who}>
        <span>{one.me ? `${one.name} (${words.you})` : one.name}</span>
        {one.phone && conversation.kind === "group" && <small>{words.byText}</small>}
        {one.person && <small>{one.person.dial}</small>}
      </span>
      <TagMark tag={one.how} />
      <span className={css.acts}>
        {!one.me && (
          <button
            type="button"
            aria-label={words.message(one.name)}
            title={words.message(one.name)}
            disabled={busy}
            onClick={() => void write()}
          >
            <MessageSquareText size={17} aria-hidden />
          </button>
        )}
        {!one.me && conversation.kind === "group" && (
          <button
            type="button"
            aria-label={words.remove(one.name)}
            title={words.remove(one.name)}
            onClick={() => ask({ what: "remove", one })}
          >
            <UserMinus size={17} aria-hidden />
          </button>
        )}
      </span>
    </li>
  );
}

function Foot({ ask, narrow }: ParticipantsProps) {
  return (
    <div className={css.foot}>
      {narrow && (
        <>
          <button type="button" onClick={() => ask({ what: "rename" })}>
            <Pencil size={16} aria-hidden />
            {words.rename}
          </button>
          <button type="button" onClick={() => ask({ what: "add" })}>
            <UserPlus size={16} aria-hidden />
            {words.add}
          </button>
        </>
      )}
      <button type="button" onClick={() => ask({ what: "leave" })}>
        <LogOut size={16} aria-hidden />
        {words.leave}
      </button>
    </div>
  );
}
