/** `complementary "Chat with C"`: a whole conversation at the foot of another page. */
import { Settings2 } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import type { Conversation } from "../contract/shapes";
import { IconButton } from "../kit/Button";
import { Avatar, Failed, Skeleton, TagMark } from "../kit/bits";
import { ThreadBody } from "../messages/ThreadBody";
import type { ThreadMenuShown } from "../messages/ThreadMore";
import { useThread } from "../messages/useThread";
import { strings } from "../strings";
import { loadConversation, troubles } from "../sync/reading";
import { world } from "../sync/store";
import { useTopic } from "../sync/topics";
import { BoxButtons } from "./BoxButtons";
import { type Box, closeBox, minimizeBox } from "./boxes";
import css from "./dock.module.css";
import { words } from "./words";

const AddContact = lazy(() => import("../contacts/AddContact"));
const CallActions = lazy(() => import("../calls/CallActions"));
const ThreadMenu = lazy(() => import("../deleting/ThreadMenu"));

export function ChatBox({ box: { id, minimized } }: { box: Box }) {
  const self = useRef<HTMLElement>(null);
  const [seen, see] = useState(world.conversations.get(id)?.last_position ?? 0);
  const looked = () =>
    document.hasFocus() && !minimized && (self.current?.contains(document.activeElement) ?? false);
  const thread = useThread(id, { at: null, looked });
  const { conversation } = thread;
  if (!conversation)
    return troubles.has(`conv:${id}`) ? (
      <aside aria-label={strings.couldNotLoad} className={css.box}>
        <Failed text={strings.couldNotLoad} again={() => void loadConversation(id)} />
      </aside>
    ) : (
      <aside aria-label={words.newChat} className={css.box} aria-busy="true">
        <Skeleton rows={5} />
      </aside>
    );
  const { name, unread, muted, last_position } = conversation;
  const news = unread > 0 && !muted && last_position > seen && !looked();
  const look = () => {
    see(last_position);
    // The field has the focus only after this event.
    requestAnimationFrame(thread.look);
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: whoever comes by keys brings the focus
    <aside
      ref={self}
      aria-label={words.chatWith(name)}
      className={css.box}
      data-conv-id={id}
      data-new={news || undefined}
      data-minimized={minimized || undefined}
      onFocusCapture={look}
      onClick={look}
    >
      <header className={css.head}>
        <Who conversation={conversation} minimized={minimized} />
        <Tools conversation={conversation} />
        <BoxButtons id={id} minimized={minimized} />
      </header>
      {!minimized && <ThreadBody conversation={conversation} thread={thread} at={null} aside />}
    </aside>
  );
}

function Who({ conversation, minimized }: { conversation: Conversation; minimized: boolean }) {
  const { id, name, kind, tag } = conversation;
  const mate =
    kind === "direct"
      ? conversation.members.find((member) => member.id !== world.me?.id)
      : undefined;
  useTopic(`person:${mate?.id}`);
  const online = mate && (world.people.get(mate.id)?.online ?? mate.online);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the same as its button, for the pointer
    // biome-ignore lint/a11y/useKeyWithClickEvents: as above
    <div className={css.title} onClick={() => minimizeBox(id, !minimized)}>
      <Avatar
        id={mate?.id ?? id}
        name={name}
        kind={kind === "group" ? "group" : "person"}
        size="small"
        online={online}
      />
      <h2>{name}</h2>
      <TagMark tag={tag} />
    </div>
  );
}

/** What may be done with it; a customer of a queue is looked after in Messages. */
function Tools({ conversation }: { conversation: Conversation }) {
  const [shown, show] = useState<{ anchor: HTMLElement; shown: ThreadMenuShown } | null>(null);
  const { kind, counterparts } = conversation;
  const [other, ...others] = kind === "sms" ? counterparts : [];
  const stranger = other && others.length === 0 && !other.contact_id ? other : null;
  return (
    <Suspense fallback={null}>
      <CallActions conversation={conversation} />
      {stranger && <AddContact number={stranger.number} />}
      <IconButton
        label={words.settings}
        opens="menu"
        onClick={(anchor) => show({ anchor, shown: "menu" })}
      >
        <Settings2 size={17} aria-hidden />
      </IconButton>
      {shown && (
        <ThreadMenu
          conversation={conversation}
          {...shown}
          label={words.settings}
          remove={words.remove}
          gone={() => closeBox(conversation.id)}
          show={(next) => show({ ...shown, shown: next })}
          close={(which) => show((now) => (now?.shown === which ? null : now))}
        />
      )}
    </Suspense>
  );
}
