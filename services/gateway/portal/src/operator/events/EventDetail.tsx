/** `region "Event"`: one fact, what its record says as stored and as read now, and why it is. */

import { X } from "lucide-react";
import { useCallback, useState } from "react";
import { useAnswer } from "../../desk/useAnswer";
import { Button, IconButton } from "../../kit/Button";
import { Failed, Skeleton } from "../../kit/bits";
import { exactTime } from "../../kit/time";
import { strings } from "../../strings";
import fields from "../fields.module.css";
import { type Detail, log } from "./api";
import { CauseTree } from "./CauseTree";
import css from "./events.module.css";
import { numberOf } from "./format";
import { words } from "./words";

interface Props {
  position: number;
  open: (position: number | null) => void;
}

export function EventDetail({ position, open }: Props) {
  const [personal, setPersonal] = useState(false);
  const [why, setWhy] = useState(false);
  const ask = useCallback(() => log.fact(position, personal), [position, personal]);
  const { value, failed, again } = useAnswer(ask);
  return (
    <section className={css.detail} aria-label={words.event}>
      <header>
        <h2>{words.fact(numberOf(position))}</h2>
        <IconButton label={strings.close} onClick={() => open(null)}>
          <X size={18} aria-hidden />
        </IconButton>
      </header>
      {failed && <Failed text={words.couldNotRead} again={again} />}
      {!value && !failed && <Skeleton rows={6} />}
      {value && (
        <>
          <Fields fact={value} open={open} />
          <p className={css.doing}>
            <Button onClick={() => setWhy(!why)}>{words.why}</Button>
            {value.kept && value.personal && !value.erased && (
              <Button onClick={() => setPersonal(!personal)}>
                {personal ? words.hide : words.show}
              </Button>
            )}
          </p>
          {why && <CauseTree position={position} open={open} />}
          <Record fact={value} />
        </>
      )}
    </section>
  );
}

function Fields({ fact, open }: { fact: Detail; open: (position: number) => void }) {
  const plain: [keyof typeof words.fields, string | null][] = [
    ["type", fact.type],
    ["subject", fact.subject],
    ["tenant", fact.tenant],
    ["actor", fact.actor && (fact.actor.name ?? fact.actor.id)],
    ["id", fact.id],
    ["correlation", fact.correlation],
    ["place", `${fact.topic} ${fact.partition}/${fact.offset}`],
  ];
  return (
    <dl className={fields.fields}>
      <dt>{words.fields.time}</dt>
      <dd>
        <time dateTime={fact.at}>
          {exactTime(fact.at)} <small>{fact.at}</small>
        </time>
      </dd>
      {plain.map(
        ([name, value]) =>
          value !== null && (
            <>
              <dt key={`${name} name`}>{words.fields[name]}</dt>
              <dd key={name}>{value}</dd>
            </>
          ),
      )}
      {fact.cause && (
        <>
          <dt>{words.fields.cause}</dt>
          <dd>
            <FactLink position={fact.cause.position} open={open}>
              {`${numberOf(fact.cause.position)} ${fact.cause.type}`}
            </FactLink>
          </dd>
        </>
      )}
    </dl>
  );
}

function FactLink(props: { position: number; open: (position: number) => void; children: string }) {
  const { position, open, children } = props;
  return (
    <a
      href={`/operator/events/${position}`}
      onClick={(event) => {
        event.preventDefault();
        open(position);
      }}
    >
      {children}
    </a>
  );
}

function Record({ fact }: { fact: Detail }) {
  const [copied, setCopied] = useState(false);
  if (!fact.kept) return <p className={css.note}>{words.notKept}</p>;
  const stored = JSON.stringify(fact.stored, null, 2);
  const read = fact.read && JSON.stringify(fact.read, null, 2);
  const copy = async () => {
    await navigator.clipboard.writeText(stored);
    setCopied(true);
  };
  return (
    <>
      {fact.erased && <p className={css.note}>{words.erased}</p>}
      <div className={css.recordHead}>
        <h3>{words.stored}</h3>
        <Button small onClick={copy}>
          {copied ? words.copied : words.copy}
        </Button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
      <pre tabIndex={0}>{stored}</pre>
      <h3>{words.read}</h3>
      {read ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: as above
        <pre tabIndex={0}>{read}</pre>
      ) : (
        <p className={css.note}>{words.unreadable}</p>
      )}
    </>
  );
}
