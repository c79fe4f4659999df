/** `dialog "Tags"`: what a conversation bears, for everybody who sees it. */
import { X } from "lucide-react";
import { useCallback, useId, useState } from "react";
import type { Conversation } from "../contract/shapes";
import { Button } from "../kit/Button";
import { Dialog, DialogActions, Field } from "../kit/Dialog";
import kit from "../kit/kit.module.css";
import { failureOf } from "../sync/gateway";
import { changeConversation, world } from "../sync/store";
import { useTopic } from "../sync/topics";
import { desk } from "./api";
import css from "./desk.module.css";
import { useAnswer } from "./useAnswer";
import { words } from "./words";

const LONGEST = 40;

export function TagsDialog({
  conversation,
  close,
}: {
  conversation: Conversation;
  close: () => void;
}) {
  const { id } = conversation;
  useTopic(`conv:${id}`);
  const known = useId();
  const [name, setName] = useState("");
  const [busy, setBusy] = useState(false);
  const [why, setWhy] = useState<string | null>(null);
  const { value } = useAnswer(useCallback(() => desk.tags(), []));
  const tags = (world.conversations.get(id) ?? conversation).tags;
  const others = (value?.items ?? []).filter(({ tag }) => !tags.includes(tag));
  const wish = async (asking: ReturnType<typeof desk.tag>) => {
    setBusy(true);
    setWhy(null);
    try {
      const answer = await asking;
      if ("state" in answer && Array.isArray(answer.state.tags)) {
        changeConversation(id, { tags: answer.state.tags as string[] });
      }
      setName("");
    } catch (error) {
      setWhy(failureOf(error).text || words.didNot);
    }
    setBusy(false);
  };
  return (
    <Dialog title={words.tagsTitle} lead={words.tagsLead} onClose={close}>
      {tags.length === 0 && <p className={css.asked}>{words.noTags}</p>}
      {tags.length > 0 && (
        <ul className={css.chips} aria-label={words.tagsTitle}>
          {tags.map((tag) => (
            <li key={tag} className={css.chip}>
              {tag}
              <button
                type="button"
                aria-label={words.untag(tag)}
                disabled={busy}
                onClick={() => void wish(desk.untag(id, tag))}
              >
                <X size={14} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
      <form
        className={css.row}
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim()) void wish(desk.tag(id, name.trim()));
        }}
      >
        <Field label={words.newTag} error={why}>
          <input
            className={kit.input}
            list={known}
            maxLength={LONGEST}
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
        </Field>
        <Button submit disabled={busy || name.trim() === ""}>
          {words.add}
        </Button>
      </form>
      <datalist id={known}>
        {others.map(({ tag }) => (
          <option key={tag} value={tag} />
        ))}
      </datalist>
      <DialogActions>
        <Button kind="primary" onClick={close}>
          {words.done}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
