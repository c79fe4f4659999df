/** The thread's head: who it is with, what may be done with it, and how long the claim lasts. */
import { Archive, ArchiveRestore, ArrowLeft, MailOpen } from "lucide-react";
import { lazy, Suspense, useEffect, useRef } from "react";
import { useLocation } from "wouter";
import { pathTo } from "../app/routes";
import type { Conversation } from "../contract/shapes";
import { IconButton } from "../kit/Button";
import { Avatar, TagMark } from "../kit/bits";
import { strings } from "../strings";
import { markUnread } from "../sync/reading";
import { world } from "../sync/store";
import { useTopic } from "../sync/topics";
import { closeConversation, reopenConversation } from "./closing";
import { isUnread } from "./lists";
import css from "./messages.module.css";
import { ThreadMore } from "./ThreadMore";

const AddContact = lazy(() => import("../contacts/AddContact"));
const CallActions = lazy(() => import("../calls/CallActions"));
const GroupActions = lazy(() => import("../groups/GroupActions"));
const ParticipantsButton = lazy(() => import("../groups/ParticipantsButton"));
const Labels = lazy(() => import("../desk/Labels"));
const QueueActions = lazy(() => import("../desk/QueueActions"));

export function ThreadHeader({
  conversation,
  narrow,
}: {
  conversation: Conversation;
  narrow: boolean;
}) {
  const [, go] = useLocation();
  const heading = useRef<HTMLHeadingElement>(null);
  const Heading = narrow ? "h1" : "h2";
  useEffect(() => {
    const inText = document.activeElement?.matches("textarea, input");
    if (!inText && narrow) heading.current?.focus();
  }, [narrow]);
  const mate =
    conversation.kind === "direct"
      ? conversation.members.find((member) => member.id !== world.me?.id)
      : undefined;
  useTopic(`person:${mate?.id}`);
  const online = mate && (world.people.get(mate.id)?.online ?? mate.online);
  return (
    <header className={css.head}>
      {narrow && (
        <a
          className={css.back}
          href={pathTo.messages}
          aria-label={strings.back}
          onClick={(event) => {
            event.preventDefault();
            go(pathTo.messages);
          }}
        >
          <ArrowLeft size={20} aria-hidden />
        </a>
      )}
      <Avatar
        id={mate?.id ?? conversation.id}
        name={conversation.name}
        kind={conversation.kind === "group" ? "group" : "person"}
        size="small"
        online={online}
      />
      <div className={css.title}>
        <Heading ref={heading} tabIndex={-1}>
          {conversation.name}
        </Heading>
        <p>
          <TagMark tag={conversation.tag} />
          {isShared(conversation) && (
            <Suspense fallback={null}>
              <ParticipantsButton conversation={conversation} narrow={narrow} />
            </Suspense>
          )}
          <span>{subtitleOf(conversation)}</span>
        </p>
      </div>
      {maySteer(conversation) && (
        <Suspense fallback={null}>
          <QueueActions conversation={conversation} />
        </Suspense>
      )}
      {conversation.kind !== "direct" && (
        <Suspense fallback={null}>
          <Labels conversation={conversation} narrow={narrow} />
        </Suspense>
      )}
      <Actions conversation={conversation} narrow={narrow} />
    </header>
  );
}

function Actions({ conversation, narrow }: { conversation: Conversation; narrow: boolean }) {
  const [, go] = useLocation();
  const listed = conversation.queue === null || conversation.queue.mine;
  if (!listed) return null;
  const one = conversation.kind === "sms" && !isShared(conversation);
  const stranger = one ? conversation.counterparts.find((phone) => !phone.contact_id) : undefined;
  const close = () => {
    void closeConversation(conversation);
    go(pathTo.messages);
  };
  return (
    <div role="toolbar" aria-label={strings.actions} className={css.tools}>
      <Suspense fallback={null}>
        <CallActions conversation={conversation} />
      </Suspense>
      {conversation.kind === "group" && !narrow && (
        <Suspense fallback={null}>
          <GroupActions conversation={conversation} />
        </Suspense>
      )}
      {stranger && (
        <Suspense fallback={null}>
          <AddContact number={stranger.number} />
        </Suspense>
      )}
      {!isUnread(conversation) && (
        <IconButton label={strings.markUnread} onClick={() => void markUnread(conversation)}>
          <MailOpen size={18} aria-hidden />
        </IconButton>
      )}
      {conversation.queue === null &&
        (conversation.closed ? (
          <IconButton
            label={strings.reopenThis}
            onClick={() => void reopenConversation(conversation.id)}
          >
            <ArchiveRestore size={18} aria-hidden />
          </IconButton>
        ) : (
          <IconButton label={strings.closeThis} onClick={close}>
            <Archive size={18} aria-hidden />
          </IconButton>
        ))}
      <ThreadMore conversation={conversation} />
    </div>
  );
}

/** The holder, while it is claimed; a supervisor of its queue, until it is closed. */
function maySteer({ queue }: Conversation): boolean {
  if (!queue || queue.state === "closed") return false;
  return queue.mine || (world.queues.get(queue.id)?.supervises ?? false);
}

function isShared({ kind, counterparts }: Conversation): boolean {
  return kind === "group" || counterparts.length > 1;
}

function subtitleOf(conversation: Conversation): string {
  const { kind, queue, number, counterparts, members } = conversation;
  if (kind === "group") return "";
  if (kind === "direct") return members.find((member) => member.id !== world.me?.id)?.dial ?? "";
  const outside = isShared(conversation) ? "" : (counterparts[0]?.display ?? "");
  return [queue?.name, outside, number && `↔ ${number.display}`]
    .filter(Boolean)
    .join(" · ")
    .replace(" · ↔", " ↔");
}
