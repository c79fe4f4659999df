/** A thread's note and tag buttons, and its tags; they come a moment after the header. */
import { NotebookPen, Tag } from "lucide-react";
import { useState } from "react";
import type { Conversation } from "../contract/shapes";
import { IconButton } from "../kit/Button";
import css from "./desk.module.css";
import { NoteDialog } from "./NoteDialog";
import { TagsDialog } from "./TagsDialog";
import { words } from "./words";

export default function Labels({
  conversation,
  narrow,
}: {
  conversation: Conversation;
  narrow: boolean;
}) {
  const [open, setOpen] = useState<"note" | "tags" | null>(null);
  const close = () => setOpen(null);
  return (
    <>
      {!narrow &&
        conversation.tags.map((tag) => (
          <span key={tag} className={css.tag}>
            {tag}
          </span>
        ))}
      {conversation.queue && (
        <IconButton label={words.noteTitle} onClick={() => setOpen("note")}>
          <NotebookPen size={18} aria-hidden />
        </IconButton>
      )}
      <IconButton label={words.tagsTitle} onClick={() => setOpen("tags")}>
        <Tag size={18} aria-hidden />
      </IconButton>
      {open === "note" && <NoteDialog conversation={conversation} close={close} />}
      {open === "tags" && <TagsDialog conversation={conversation} close={close} />}
    </>
  );
}
