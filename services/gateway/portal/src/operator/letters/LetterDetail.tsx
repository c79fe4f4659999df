/** `region "Dead letter"`: why it died, its record, what operators did, and what can be done. */
import { X } from "lucide-react";
import { useCallback, useState } from "react";
import { useAnswer } from "../../desk/useAnswer";
import { Button, IconButton } from "../../kit/Button";
import { Failed, Skeleton } from "../../kit/bits";
import { exactTime } from "../../kit/time";
import { strings } from "../../strings";
import { notice } from "../../sync/toasts";
import { attempt } from "../attempt";
import fields from "../fields.module.css";
import css from "../work.module.css";
import { type Detail, letters } from "./api";
import { SetAsideDialog } from "./SetAsideDialog";
import { words } from "./words";

interface Props {
  id: string;
  changed: () => void;
  close: () => void;
}

export function LetterDetail({ id, changed, close }: Props) {
  const [shown, setShown] = useState(false);
  const ask = useCallback(() => letters.one(id, shown ? "shown" : "masked"), [id, shown]);
  const { value, failed, again } = useAnswer(ask);
  const news = () => {
    again();
    changed();
  };
  return (
    <section className={css.detail} aria-label={words.letter}>
      <header>
        <h2>{value ? `${value.topic} ${value.partition}/${value.offset}` : words.letter}</h2>
        <IconButton label={strings.close} onClick={close}>
          <X size={18} aria-hidden />
        </IconButton>
      </header>
      {failed && <Failed text={words.couldNot} again={again} />}
      {!value && !failed && <Skeleton rows={6} />}
      {value && (
        <>
          <Fields letter={value} />
          {value.state === "open" && <Acts letter={value} news={news} />}
          <Raw letter={value} />
          {value.may_show && (
            <Button small onClick={() => setShown(!shown)}>
              {shown ? words.hideNumbers : words.showNumbers}
            </Button>
          )}
          {value.stack && (
            <>
              <h3>{words.stack}</h3>
              <pre>{value.stack}</pre>
            </>
          )}
          <Deeds letter={value} />
        </>
      )}
    </section>
  );
}

function Fields({ letter }: { letter: Detail }) {
  return (
    <dl className={fields.fields}>
      <dt>{words.fields.reason}</dt>
      <dd>
        {words.reasons[letter.reason] ?? letter.reason} ({letter.service ?? words.unknownService})
      </dd>
      <dt>{words.fields.error}</dt>
      <dd>{letter.error}</dd>
      <dt>{words.fields.key}</dt>
      <dd>{letter.key}</dd>
      <dt>{words.fields.died}</dt>
      <dd>{exactTime(letter.died_at)}</dd>
      {letter.ended_at && (
        <>
          <dt>{words.fields.ended}</dt>
          <dd>
            {words.states[letter.state]}, {exactTime(letter.ended_at)}
          </dd>
        </>
      )}
    </dl>
  );
}

function Acts({ letter, news }: { letter: Detail; news: () => void }) {
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
  const retry = async () => {
    setBusy(true);
    await attempt(async () => {
      const now = await letters.retry(letter.id);
      if (now.state !== "open") notice({ kind: "status", text: words.retried });
      else
        notice({
          kind: "alert",
          text: now.died_at === letter.died_at ? words.notYet : words.brokeAgain,
        });
    });
    setBusy(false);
    news();
  };
  return (
    <>
      <p className={css.acts}>
        {letter.retryable && (
          <Button kind="primary" disabled={busy} onClick={() => void retry()}>
            {words.retry}
          </Button>
        )}
        {letter.service && (
          <Button disabled={busy} onClick={() => setAsking(true)}>
            {words.setAside}
          </Button>
        )}
      </p>
      <p>
        <small>{letter.retryable ? words.retryHint : words.notRetryable}</small>
      </p>
      {asking && (
        <SetAsideDialog
          id={letter.id}
          close={() => setAsking(false)}
          done={() => {
            setAsking(false);
            news();
          }}
        />
      )}
    </>
  );
}

function Raw({ letter }: { letter: Detail }) {
  const length = letter.raw?.length ?? 0;
  return (
    <>
      <h3>{words.raw}</h3>
      {letter.raw === null ? (
        <p className={css.note}>{words.gone}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
        <pre tabIndex={0}>{letter.raw}</pre>
      )}
      {letter.size > length && length > 0 && <small>{words.cut(length, letter.size)}</small>}
    </>
  );
}

function Deeds({ letter }: { letter: Detail }) {
  if (letter.deeds.length === 0) return null;
  return (
    <>
      <h3>{words.deeds}</h3>
      <ul>
        {letter.deeds.map((one) => (
          <li key={one.at}>
            {exactTime(one.at)}: {words.deed[one.action] ?? one.action},{" "}
            {one.by?.name ?? words.somebody}
            {one.note && ` – “${one.note}”`}
          </li>
        ))}
      </ul>
    </>
  );
}
