/** `dialog "Canned replies"`: one's own, and everybody's where the role allows it. */
import { Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "../kit/Button";
import { Dialog, DialogActions, Field } from "../kit/Dialog";
import kit from "../kit/kit.module.css";
import { failureOf, newKey } from "../sync/gateway";
import { world } from "../sync/store";
import { type CannedReply, desk } from "./api";
import css from "./desk.module.css";
import { words } from "./words";

const KEEPERS = ["supervisor", "office-manager", "admin", "operator"];
const LONGEST = 1_600;

interface Props {
  replies: CannedReply[];
  changed: () => void;
  close: () => void;
}

export default function CannedDialog({ replies, changed, close }: Props) {
  const [editing, setEditing] = useState<CannedReply | null>(null);
  const [why, setWhy] = useState<string | null>(null);
  const keeper = world.me?.roles.some((role) => KEEPERS.includes(role)) ?? false;
  const forget = async ({ id }: CannedReply) => {
    try {
      await desk.forget(id);
      changed();
    } catch (error) {
      setWhy(failureOf(error).text || words.didNot);
    }
  };
  if (editing)
    return (
      <Editor
        reply={editing}
        keeper={keeper}
        back={() => setEditing(null)}
        saved={() => {
          changed();
          setEditing(null);
        }}
      />
    );
  const fresh = { id: newKey(), name: "", text: "", shared: false };
  return (
    <Dialog title={words.replies} onClose={close}>
      <ul className={css.list} aria-label={words.replies}>
        {replies.map((reply) => (
          <li key={reply.id}>
            <div>
              <b>/{reply.name}</b> · {reply.shared ? words.everybodys : words.mine}
              <p dir="auto">{reply.text}</p>
            </div>
            {(keeper || !reply.shared) && (
              <>
                <IconButton label={words.edit(reply.name)} onClick={() => setEditing(reply)}>
                  <Pencil size={16} aria-hidden />
                </IconButton>
                <IconButton label={words.remove(reply.name)} onClick={() => void forget(reply)}>
                  <Trash2 size={16} aria-hidden />
                </IconButton>
              </>
            )}
          </li>
        ))}
      </ul>
      {why && (
        <p role="alert" className={kit.error}>
          {why}
        </p>
      )}
      <DialogActions>
        <Button onClick={close}>{words.done}</Button>
        <Button kind="primary" autoFocus onClick={() => setEditing(fresh)}>
          {words.newReply}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

interface EditorProps {
  reply: CannedReply;
  keeper: boolean;
  back: () => void;
  saved: () => void;
}

function Editor({ reply, keeper, back, saved }: EditorProps) {
  const [name, setName] = useState(reply.name);
  const [text, setText] = useState(reply.text);
  const [shared, setShared] = useState(reply.shared);
  const [busy, setBusy] = useState(false);
  const [why, setWhy] = useState<string | null>(null);
  const save = async () => {
    setBusy(true);
    try {
      await desk.define(reply.id, { name: name.trim(), text, shared });
      saved();
    } catch (error) {
      setWhy(failureOf(error).text || words.didNot);
      setBusy(false);
    }
  };
  return (
    <Dialog title={reply.name ? words.edit(reply.name) : words.newReply} onClose={back}>
      <Field label={words.name} hint={words.nameHint}>
        <input
          className={kit.input}
          maxLength={40}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
      </Field>
      <Field label={words.text} hint={words.textHint} error={why}>
        <textarea
          className={kit.input}
          rows={4}
          dir="auto"
          maxLength={LONGEST}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </Field>
      {keeper && (
        <label>
          <input
            type="checkbox"
            checked={shared}
            onChange={(event) => setShared(event.currentTarget.checked)}
          />{" "}
          {words.shared}
        </label>
      )}
      <DialogActions>
        <Button onClick={back}>{words.back}</Button>
        <Button
          kind="primary"
          disabled={busy || name.trim() === "" || text.trim() === ""}
          onClick={() => void save()}
        >
          {words.save}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
