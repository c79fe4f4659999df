/** `button "3 participants"`: shows who takes part, on hover, focus or a press. */
import { ChevronDown, UsersRound } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { Conversation } from "../contract/shapes";
import { clock } from "../sync/clock";
import { type Asked, GroupDialogs } from "./GroupDialogs";
import css from "./groups.module.css";
import { Participants } from "./Participants";
import { participantsOf } from "./participants";
import { words } from "./words";

/** Time for the pointer to cross from the button to what it showed. */
const LINGER_MS = 250;

interface ButtonProps {
  conversation: Conversation;
  narrow: boolean;
}

export default function ParticipantsButton({ conversation, narrow }: ButtonProps) {
  const button = useRef<HTMLButtonElement>(null);
  const [shown, show] = useState<"no" | "shown" | "entered">("no");
  const [asked, ask] = useState<Asked | null>(null);
  const linger = useRef(() => {});
  useEffect(() => () => linger.current(), []);
  const hold = () => linger.current();
  const peek = () => {
    hold();
    show((now) => (now === "no" ? "shown" : now));
  };
  const leave = () => {
    hold();
    linger.current = clock.after(LINGER_MS, () => show("no"));
  };
  const close = () => {
    hold();
    show("no");
  };
  const count = participantsOf(conversation).length;
  return (
    <>
      <button
        ref={button}
        type="button"
        className={css.count}
        aria-haspopup="dialog"
        aria-expanded={shown !== "no"}
        onMouseEnter={peek}
        onMouseLeave={leave}
        onFocus={(event) => event.currentTarget.matches(":focus-visible") && peek()}
        onBlur={leave}
        onKeyDown={(event) => event.key === "Escape" && close()}
        onClick={() => {
          hold();
          show("entered");
        }}
      >
        <UsersRound size={14} aria-hidden />
        {words.count(count)}
        <ChevronDown size={14} aria-hidden />
      </button>
      {shown !== "no" && button.current && (
        <Participants
          conversation={conversation}
          anchor={button.current}
          entered={shown === "entered"}
          narrow={narrow}
          hold={hold}
          leave={leave}
          close={close}
          ask={(next) => {
            close();
            ask(next);
          }}
        />
      )}
      <GroupDialogs conversation={conversation} asked={asked} close={() => ask(null)} />
    </>
  );
}
