/** Lines of a thread as they were: to read, with nothing to press that would change anything. */
import { clockTime, exactTime } from "../../kit/time";
import type { PastItem } from "./api";
import css from "./time.module.css";
import { words } from "./words";

type Message = Extract<PastItem, { type: "message" }>;

interface ItemsProps {
  items: PastItem[];
  label: string;
  /** Look through the author's eyes, where one of ours wrote it. */
  see?: (message: string) => void;
}

export function Items({ items, label, see }: ItemsProps) {
  return (
    <ol className={css.items} aria-label={label}>
      {items.map((item) =>
        item.type === "pill" ? (
          <li key={item.id} className={css.pill} data-pill={item.kind}>
            {item.text}
            {item.note && <q>{item.note}</q>}
            <time dateTime={item.at} title={exactTime(item.at)}>
              {clockTime(item.at)}
            </time>
          </li>
        ) : (
          <Said key={item.id} message={item} see={see} />
        ),
      )}
    </ol>
  );
}

function Said({ message, see }: { message: Message; see?: (message: string) => void }) {
  const { author, counterpart } = message;
  const who = author?.name ?? counterpart?.display ?? "Tandem";
  return (
    <li
      className={css.said}
      data-direction={message.direction}
      data-msg-id={message.id}
      data-state={message.erased ? "erased" : message.state}
    >
      <small>
        {who},{" "}
        <time dateTime={message.at} title={exactTime(message.at)}>
          {clockTime(message.at)}
        </time>
      </small>
      <p data-erased={message.erased || undefined}>
        {message.erased ? words.erased : message.text}
        {message.files.length > 0 && <em>{words.files(message.files.length)}</em>}
      </p>
      <small>
        {message.direction === "out" && words.states[message.state]}
        {message.failure && `: ${message.failure.text}`}
        {author && see && !message.erased && (
          <button type="button" className={css.link} onClick={() => see(message.id)}>
            {words.whatDidTheySee(author.name)}
          </button>
        )}
      </small>
    </li>
  );
}
