/** One row of the feed: an article with its day, its bubble or pill, and what became of it. */
import {
  Check,
  CheckCheck,
  CircleAlert,
  Clock3,
  CloudOff,
  Ellipsis,
  HelpCircle,
} from "lucide-react";
import { memo, useId } from "react";
import type { Conversation, Message } from "../contract/shapes";
import { Avatar } from "../kit/bits";
import { clockTime, exactTime } from "../kit/time";
import { strings } from "../strings";
import { outbox } from "../sync/session";
import { Files } from "./Files";
import css from "./feed.module.css";
import { showFor } from "./menus";
import { ReadBy } from "./ReadBy";
import { RichText } from "./RichText";
import { retryMessage } from "./retrying";
import type { Row, RowState } from "./rows";

interface RowProps {
  row: Row;
  conversation: Conversation;
  index: number;
  of: number;
  top: number;
  measure: (node: Element | null) => void;
  reachable: boolean;
  /** The very first row: nothing stands above the index, or the virtualiser would miscount. */
  begins: boolean;
  /** What the address named, for a moment. */
  marked: boolean;
}

export const MessageRow = memo(
  ({ row, conversation, index, of, top, measure, reachable, begins, marked }: RowProps) => {
    const text = useId();
    const pill = row.item?.type === "pill";
    const who = pill ? strings.system : authorOf(row, conversation);
    return (
      <article
        ref={measure}
        className={css.row}
        style={{ transform: `translateY(${top}px)` }}
        aria-label={strings.at(who, clockTime(row.at))}
        aria-describedby={text}
        aria-posinset={index + 1}
        aria-setsize={of}
        tabIndex={reachable ? 0 : -1}
        data-index={index}
        data-msg-id={row.item?.id}
        data-client-id={row.outgoing || row.mine ? row.key : undefined}
        data-state={pill ? undefined : row.state}
        data-kind={pill ? "system" : undefined}
        data-first={row.first || undefined}
        data-marked={marked || undefined}
      >
        {begins && <p className={css.start}>{strings.startOf}</p>}
        {row.day && <p className={css.day}>{row.day}</p>}
        {row.newLine && (
          // biome-ignore lint/a11y/useSemanticElements: it carries words, which an <hr> cannot
          <div role="separator" aria-label={strings.newLine} className={css.newLine}>
            <span aria-hidden="true">{strings.newLine}</span>
          </div>
        )}
        {row.item?.type === "pill" ? (
          <div className={css.pill} id={text} data-pill={row.item.kind}>
            {row.item.text}
            {row.item.note && <q>{row.item.note}</q>}
            <time dateTime={row.at} title={exactTime(row.at)}>
              {clockTime(row.at)}
            </time>
          </div>
        ) : (
          <Said row={row} who={who} conversation={conversation} textId={text} />
        )}
      </article>
    );
  },
);

function Said({
  row,
  who,
  conversation,
  textId,
}: {
  row: Row;
  who: string;
  conversation: Conversation;
  textId: string;
}) {
  const message = row.item?.type === "message" ? row.item : null;
  const out = row.ours;
  const several = conversation.kind === "group" || conversation.counterparts.length > 1;
  const shared = !row.mine && (several || out);
  const failed = row.state === "failed";
  const settled = row.state === "delivered" || row.state === "sent" || row.state === "received";
  return (
    <div
      className={css.said}
      data-out={out || undefined}
      data-shared={shared || undefined}
      data-last={row.last || undefined}
    >
      {shared && !out && (
        <span className={css.face}>
          {row.last && (
            <Avatar id={message?.author?.id ?? conversation.id} name={who} size="tiny" />
          )}
        </span>
      )}
      <div className={css.stack}>
        {shared && row.first && <span className={css.author}>{who}</span>}
        <div
          className={css.bubble}
          data-big={isBig(row.text) || undefined}
          data-failed={failed || undefined}
        >
          <Files row={row} />
          {row.text && (
            <p id={textId} dir="auto">
              <RichText text={row.text} />
            </p>
          )}
        </div>
        {failed && <TryAgain row={row} conversation={conversation} message={message} />}
        {!failed && (row.last || !settled) && <Meta row={row} />}
        {row.readBy.length > 0 && <ReadBy readers={row.readBy} />}
      </div>
      {message && <More message={message} />}
    </div>
  );
}

/** The menu itself comes when it is asked for. */
function More({ message }: { message: Message }) {
  return (
    <button
      type="button"
      className={css.more}
      aria-label={strings.messageActions}
      aria-haspopup="menu"
      onClick={(event) => showFor(message, event.currentTarget, "menu")}
    >
      <Ellipsis size={18} aria-hidden />
    </button>
  );
}

const ICONS: Partial<Record<RowState, typeof Check>> = {
  sending: Clock3,
  waiting: CloudOff,
  sent: Check,
  delivered: CheckCheck,
  unknown: HelpCircle,
};

function Meta({ row }: { row: Row }) {
  const out = row.ours;
  const Icon = out ? ICONS[row.state] : undefined;
  return (
    <p className={css.meta}>
      <time dateTime={row.at} title={exactTime(row.at)}>
        {clockTime(row.at)}
      </time>
      {out && row.state !== "received" && row.state !== "failed" && (
        <span className={css.state} data-done={row.state === "delivered" || undefined}>
          {Icon && <Icon size={14} aria-hidden />}
          {strings.states[row.state]}
        </span>
      )}
    </p>
  );
}

function TryAgain({
  row,
  conversation,
  message,
}: {
  row: Row;
  conversation: Conversation;
  message: Message | null;
}) {
  const reason = useId();
  const again = () => {
    if (message) void retryMessage(message, conversation.name);
    else void outbox.again(row.key, conversation.queue?.epoch ?? null);
  };
  return (
    <>
      <button
        type="button"
        className={css.again}
        aria-describedby={row.failure ? reason : undefined}
        onClick={again}
      >
        <CircleAlert size={15} aria-hidden />
        {strings.notSent}
      </button>
      {row.failure && (
        <small id={reason} className={css.reason}>
          {row.failure}
        </small>
      )}
    </>
  );
}

function authorOf({ mine, item }: Row, conversation: Conversation): string {
  if (mine) return strings.you;
  if (item?.type !== "message") return strings.system;
  if (item.author) return item.author.name;
  if (item.direction === "out") return strings.system;
  if (conversation.kind === "sms" && conversation.counterparts.length === 1)
    return conversation.name;
  return item.counterpart?.display ?? conversation.name;
}

const EMOJI_ALONE =
  /^(?:\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\uFE0F|\u200D\p{Extended_Pictographic})*\s*){1,3}$/u;
const LONGEST_BIG = 40;

function isBig(text: string): boolean {
  return text.length > 0 && text.length <= LONGEST_BIG && EMOJI_ALONE.test(text);
}
