/** `table "Conversations"`: whose, what kind, the last message, when; a reply and a menu each. */
import { EllipsisVertical, MessageSquareReply, Trash2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useLocation } from "wouter";
import { pathTo } from "../app/routes";
import type { Conversation, Message } from "../contract/shapes";
import { converse } from "../dock/starting";
import { IconButton } from "../kit/Button";
import { Avatar, Hidden, TagMark, Unread } from "../kit/bits";
import { MenuBox } from "../kit/Menu";
import { listTime } from "../kit/time";
import { isUnread } from "../messages/lists";
import { strings } from "../strings";
import { putConversation, world } from "../sync/store";
import { sorry } from "../sync/toasts";
import { history } from "./api";
import css from "./history.module.css";
import { words } from "./words";

const DeleteMessage = lazy(() =>
  import("../deleting/DeleteMessageDialog").then(({ DeleteMessageDialog }) => ({
    default: DeleteMessageDialog,
  })),
);

interface Props {
  label: string;
  rows: Conversation[];
  changed: () => void;
}

export function Conversations({ label, rows, changed }: Props) {
  const [menu, openMenu] = useState<{ of: Conversation; anchor: HTMLElement } | null>(null);
  const [deleting, setDeleting] = useState<Message | null>(null);
  const remove = async ({ id }: Conversation) => {
    try {
      const last = await history.last(id);
      if (last) setDeleting(last);
    } catch (error) {
      sorry(error);
    }
  };
  return (
    <>
      <table className={css.table} aria-label={label}>
        <thead>
          <tr>
            <th scope="col">{words.contact}</th>
            <th scope="col">{words.type}</th>
            <th scope="col">{words.last}</th>
            <th scope="col">{words.time}</th>
            <th scope="col">
              <Hidden>{words.actions}</Hidden>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((one) => (
            <Row
              key={one.id}
              conversation={one}
              openMenu={(anchor) => openMenu({ of: one, anchor })}
            />
          ))}
        </tbody>
      </table>
      {menu && (
        <MenuBox
          label={words.actionsFor(menu.of.name)}
          anchor={menu.anchor}
          close={() => openMenu(null)}
          entries={[
            {
              label: words.remove,
              icon: <Trash2 size={17} aria-hidden />,
              run: () => void remove(menu.of),
            },
          ]}
        />
      )}
      {deleting && (
        <Suspense fallback={null}>
          <DeleteMessage
            message={deleting}
            close={() => {
              setDeleting(null);
              changed();
            }}
          />
        </Suspense>
      )}
    </>
  );
}

interface RowProps {
  conversation: Conversation;
  openMenu: (anchor: HTMLElement) => void;
}

function Row({ conversation, openMenu }: RowProps) {
  const { id, name, kind, tag, last_at } = conversation;
  const [, go] = useLocation();
  const mate =
    kind === "direct" ? conversation.members.find((one) => one.id !== world.me?.id) : undefined;
  const open = () => {
    putConversation(conversation);
    go(pathTo.page("history", id));
  };
  const onRow = ({ target }: { target: EventTarget }) => {
    if (!(target as Element).closest("a, button")) open();
  };
  const reply = () => {
    putConversation(conversation);
    converse(id);
  };
  return (
    <tr data-conv-id={id} data-bold={isUnread(conversation) || undefined} onClick={onRow}>
      <th scope="row">
        <span className={css.who}>
          <Avatar
            id={mate?.id ?? id}
            name={name}
            kind={kind === "group" ? "group" : "person"}
            size="small"
          />
          <a
            href={pathTo.page("history", id)}
            onClick={(event) => {
              if (event.ctrlKey || event.metaKey || event.shiftKey) return;
              event.preventDefault();
              open();
            }}
          >
            {name}
          </a>
          <Unread count={conversation.unread} marked={conversation.marked_unread} />
        </span>
      </th>
      <td>
        <TagMark tag={tag} />
      </td>
      <td>
        <span className={css.preview} dir="auto">
          {previewOf(conversation)}
        </span>
      </td>
      <td>{last_at && <time dateTime={last_at}>{listTime(last_at)}</time>}</td>
      <td>
        <span className={css.tools}>
          <IconButton label={words.replyTo(name)} onClick={reply}>
            <MessageSquareReply size={18} aria-hidden />
          </IconButton>
          <IconButton label={words.actionsFor(name)} opens="menu" onClick={openMenu}>
            <EllipsisVertical size={18} aria-hidden />
          </IconButton>
        </span>
      </td>
    </tr>
  );
}

function previewOf({ preview, kind }: Conversation): string {
  if (!preview) return "";
  const text = preview.text || (preview.files > 0 ? strings.filesOnly(preview.files) : "");
  if (preview.by === "you") return strings.by(strings.you, text);
  return preview.by === "them" || kind === "direct" ? text : strings.by(preview.by, text);
}
