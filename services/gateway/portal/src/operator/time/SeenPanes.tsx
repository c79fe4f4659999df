/** What an author had before them when they wrote a message: their list, their thread, and what
 * came too late to be sure of. */
import { Button } from "../../kit/Button";
import { Failed, Skeleton, TagMark } from "../../kit/bits";
import { clockTime } from "../../kit/time";
import { type Seen, time } from "./api";
import { Items } from "./Items";
import { useLatest } from "./looking";
import { counted } from "./showing";
import css from "./time.module.css";
import { words } from "./words";

interface SeenPanesProps {
  message: string;
  back: () => void;
  /** Look at everything else as of then, too. */
  go: (position: number) => void;
}

export function SeenPanes({ message, back, go }: SeenPanesProps) {
  const { found, failed, again } = useLatest(message, () => time.seen(message));
  if (failed) return <Failed text={words.notThere} again={again} />;
  if (!found) return <Skeleton rows={6} />;
  const name = found.viewer.name;
  return (
    <section className={css.seen} aria-label={words.saw(name)} data-position={found.seen.position}>
      <header>
        <h2>{words.saw(name)}</h2>
        <p className={css.because}>
          {words.evidence[found.evidence](name, counted(found.seen.position))}
        </p>
        <Button small onClick={() => go(found.seen.position)}>
          {words.goTo(counted(found.seen.position))}
        </Button>
        <Button small onClick={back}>
          {words.back}
        </Button>
      </header>
      <List seen={found} />
      <section className={css.pane} aria-label={words.thread(name)}>
        <header>
          <h2>{words.thread(name)}</h2>
        </header>
        {found.thread.length === 0 && <p className={css.none}>{words.noMessages}</p>}
        <Items items={found.thread} label={words.thread(name)} />
        {found.unseen.length > 0 && (
          <div className={css.unseen}>
            <h3>{words.unseen}</h3>
            <Items items={found.unseen} label={words.unseen} />
          </div>
        )}
      </section>
    </section>
  );
}

function List({ seen }: { seen: Seen }) {
  const label = words.list(seen.viewer.name);
  return (
    <section className={css.pane} aria-label={label}>
      <header>
        <h2>{label}</h2>
      </header>
      {seen.conversations.length === 0 && <p className={css.none}>{words.emptyList}</p>}
      <ul className={css.places}>
        {seen.conversations.map((one) => (
          <li
            key={one.id}
            className={css.entry}
            data-conv-id={one.id}
            data-unread={one.unread > 0 || undefined}
            aria-current={one.id === seen.conversation_id ? "true" : undefined}
          >
            <span>
              <TagMark tag={one.tag} /> {one.name}
            </span>
            <small>
              <time dateTime={one.last_at}>{clockTime(one.last_at)}</time>
              {one.unread > 0 && ` · ${words.unread(one.unread)}`}
            </small>
            {one.preview && <p className={css.preview}>{one.preview.text}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}
