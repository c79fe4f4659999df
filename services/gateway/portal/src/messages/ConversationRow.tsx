/** One conversation in the list: a link, and the red X after it in tab order. */
import { BellOff, X } from "lucide-react";
import { memo } from "react";
import { Link } from "wouter";
import { pathTo } from "../app/routes";
import type { Conversation } from "../contract/shapes";
import { Avatar, TagMark, Unread } from "../kit/bits";
import { listTime } from "../kit/time";
import { strings } from "../strings";
import { draftOf } from "../sync/drafts";
import { world } from "../sync/store";
import { useTopic } from "../sync/topics";
import { closeConversation } from "./closing";
import css from "./list.module.css";
import { isUnread } from "./lists";

interface RowProps {
  conversation: Conversation;
  current: boolean;
  place: number;
  of: number;
  top: number;
  coarse: boolean;
}

export const ConversationRow = memo(
  ({ conversation, current, place, of, top, coarse }: RowProps) => {
    const { id, name, tag, kind, last_at } = conversation;
    useTopic(`draft:${id}`);
    const mate = mateOf(conversation);
    useTopic(`person:${mate}`);
    const online = mate === null ? undefined : world.people.get(mate)?.online;
    return (
      <li
        className={css.row}
        style={{ transform: `translateY(${top}px)` }}
        aria-posinset={place}
        aria-setsize={of}
        data-conv-id={id}
        data-unread={conversation.unread}
        data-bold={isUnread(conversation) || undefined}
      >
        <Link href={pathTo.conversation(id)} aria-current={current ? "page" : undefined}>
          <Avatar
            id={mate ?? id}
            name={name}
            kind={kind === "group" ? "group" : "person"}
            online={online}
          />
          <span className={css.words}>
            <span className={css.line}>
              <span className={css.name} data-name>
                {name}
              </span>
              {conversation.muted && (
                <BellOff size={14} role="img" aria-hidden={false} aria-label={strings.muted} />
              )}
              {last_at && <time dateTime={last_at}>{listTime(last_at)}</time>}
            </span>
            <span className={css.line}>
              <TagMark tag={tag} />
              <span className={css.preview} dir="auto">
                {previewOf(conversation)}
              </span>
              <Unread count={conversation.unread} marked={conversation.marked_unread} />
            </span>
          </span>
        </Link>
        {!conversation.closed && !conversation.queue && !coarse && (
          <button
            type="button"
            className={css.shut}
            aria-label={strings.closeWith(name)}
            onClick={() => void closeConversation(conversation)}
          >
            <X size={16} aria-hidden />
          </button>
        )}
      </li>
    );
  },
);

function mateOf({ kind, members }: Conversation): string | null {
  return kind === "direct"
    ? (members.find((member) => member.id !== world.me?.id)?.id ?? null)
    : null;
}

function previewOf({ id, preview, kind }: Conversation): string {
  const draft = draftOf(id);
  if (draft) return strings.draft(draft);
  if (!preview) return "";
  const text = preview.text || (preview.files > 0 ? `📎 ${strings.filesOnly(preview.files)}` : "");
  if (preview.by === "you") return strings.by(strings.you, text);
  return preview.by === "them" || kind === "direct" ? text : strings.by(preview.by, text);
}
