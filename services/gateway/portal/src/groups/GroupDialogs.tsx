/** The dialogs about a group: rename it, bring people in, take one out, leave. */
import { useState } from "react";
import { useLocation } from "wouter";
import { pathTo } from "../app/routes";
import type { Conversation } from "../contract/shapes";
import { Button } from "../kit/Button";
import { Dialog, DialogActions, Field } from "../kit/Dialog";
import kit from "../kit/kit.module.css";
import { strings } from "../strings";
import { AddDialog } from "./AddDialog";
import { leaveGroup, removeParticipant, renameGroup } from "./api";
import css from "./groups.module.css";
import type { Participant } from "./participants";
import { words } from "./words";

export type Asked = { what: "rename" | "add" | "leave" } | { what: "remove"; one: Participant };

interface DialogsProps {
  conversation: Conversation;
  asked: Asked | null;
  close: () => void;
}

export function GroupDialogs({ conversation, asked, close }: DialogsProps) {
  switch (asked?.what) {
    case "rename":
      return <RenameDialog conversation={conversation} close={close} />;
    case "add":
      return <AddDialog conversation={conversation} close={close} />;
    case "remove":
      return <RemoveDialog conversation={conversation} one={asked.one} close={close} />;
    case "leave":
      return <LeaveDialog conversation={conversation} close={close} />;
    default:
      return null;
  }
}

interface OneProps {
  conversation: Conversation;
  close: () => void;
}

const LONGEST_NAME = 100;

function RenameDialog({ conversation, close }: OneProps) {
  const [name, setName] = useState(conversation.name);
  const [trouble, tried, busy] = useTrying(close);
  return (
    <Dialog title={words.renameTitle} onClose={close}>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim()) void tried(renameGroup(conversation.id, name.trim()));
        }}
      >
        <Field label={words.name} error={trouble}>
          <input
            className={kit.input}
            value={name}
            maxLength={LONGEST_NAME}
            aria-invalid={trouble ? "true" : undefined}
            data-autofocus
            onInput={(event) => setName(event.currentTarget.value)}
            onFocus={(event) => event.currentTarget.select()}
          />
        </Field>
        <DialogActions>
          <Button onClick={close}>{strings.cancel}</Button>
          <Button submit kind="primary" disabled={busy || name.trim() === ""}>
            {words.save}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function RemoveDialog({ conversation, one, close }: OneProps & { one: Participant }) {
  const [trouble, tried, busy] = useTrying(close);
  const lead = one.person ? words.removeLead(one.name) : words.removeOutsideLead(one.name);
  return (
    <Dialog alert title={words.removeTitle(one.name)} lead={lead} onClose={close}>
      {trouble && <Trouble text={trouble} />}
      <DialogActions>
        <Button autoFocus onClick={close}>
          {strings.cancel}
        </Button>
        <Button
          kind="danger"
          disabled={busy}
          onClick={() => void tried(removeParticipant(conversation.id, one.id))}
        >
          {words.removeIt}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function LeaveDialog({ conversation, close }: OneProps) {
  const [, go] = useLocation();
  const [trouble, tried, busy] = useTrying(() => go(pathTo.messages));
  return (
    <Dialog alert title={words.leaveTitle} lead={words.leaveLead} onClose={close}>
      {trouble && <Trouble text={trouble} />}
      <DialogActions>
        <Button autoFocus onClick={close}>
          {strings.cancel}
        </Button>
        <Button
          kind="danger"
          disabled={busy}
          onClick={() => void tried(leaveGroup(conversation.id))}
        >
          {words.leave}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function Trouble({ text }: { text: string }) {
  return (
    <p role="alert" className={kit.error}>
      {text}
    </p>
  );
}

/** One wish at a time: done, or told why not. */
export function useTrying(
  done: () => void,
): [string | null, (wish: Promise<string | null>) => Promise<void>, boolean] {
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const tried = async (wish: Promise<string | null>) => {
    setBusy(true);
    const found = await wish;
    setBusy(false);
    setTrouble(found);
    if (found === null) done();
  };
  return [trouble, tried, busy];
}
