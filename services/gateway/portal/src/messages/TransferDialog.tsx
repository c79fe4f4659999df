/** `dialog "Transfer conversation"`: to an agent (who is here first) or to another queue, with a note. */
import { useState } from "react";
import type { Conversation } from "../contract/shapes";
import { Button } from "../kit/Button";
import { Dialog, DialogActions, Field } from "../kit/Dialog";
import kit from "../kit/kit.module.css";
import { strings } from "../strings";
import { world } from "../sync/store";
import { giveUp } from "./claiming";
import { words } from "./transfer.words";

export default function TransferDialog({
  conversation,
  close,
}: {
  conversation: Conversation;
  close: () => void;
}) {
  const here = world.queues.get(conversation.queue?.id ?? "");
  const agents = (here?.agents ?? [])
    .filter((agent) => agent.id !== world.me?.id)
    .sort(
      (a, b) =>
        Number(b.logged_in) - Number(a.logged_in) ||
        Number(b.online) - Number(a.online) ||
        a.name.localeCompare(b.name),
    );
  const queues = [...world.queues.values()].filter((queue) => queue.id !== here?.id);
  const options = [
    ...agents.map((agent) => `agent ${agent.id}`),
    ...queues.map((queue) => `queue ${queue.id}`),
  ];
  const [to, setTo] = useState(options[0] ?? "");
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const transfer = async () => {
    const [kind, id] = to.split(" ", 2);
    const goal = kind === "agent" ? { to_agent: id } : { to_queue: id };
    setBusy(true);
    const done = await giveUp(conversation, {
      ...goal,
      ...(note.trim() ? { note: note.trim() } : {}),
    });
    setBusy(false);
    if (done) close();
  };
  return (
    <Dialog title={words.transferTitle} lead={words.transferLead} onClose={close}>
      <Field label={strings.to}>
        <select
          className={kit.input}
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
          data-autofocus
        >
          {options.length === 0 && <option value="">{words.nobodyToTransfer}</option>}
          {agents.length > 0 && (
            <optgroup label={words.agentsGroup}>
              {agents.map((agent) => (
                <option key={agent.id} value={`agent ${agent.id}`}>
                  {agent.online ? agent.name : `${agent.name} (${words.isOffline})`}
                </option>
              ))}
            </optgroup>
          )}
          {queues.length > 0 && (
            <optgroup label={strings.queuesGroup}>
              {queues.map((queue) => (
                <option key={queue.id} value={`queue ${queue.id}`}>
                  {queue.name}
                </option>
              ))}
            </optgroup>
          )}
        </select>
      </Field>
      <div className={kit.field}>
        <label className={kit.label} htmlFor="transfer-note">
          {words.transferNote}
        </label>
        <textarea
          id="transfer-note"
          className={kit.input}
          rows={3}
          aria-describedby="transfer-note-hint"
          value={note}
          onInput={(event) => setNote(event.currentTarget.value)}
        />
        <small id="transfer-note-hint" className={kit.hint}>
          {words.transferNoteHint}
        </small>
      </div>
      <DialogActions>
        <Button onClick={close}>{strings.cancel}</Button>
        <Button kind="primary" disabled={busy || to === ""} onClick={() => void transfer()}>
          {strings.transfer}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
