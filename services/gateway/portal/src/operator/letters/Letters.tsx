/** Dead letters: what services have set aside, the latest first; one of them beside the list. */
import { useCallback, useState } from "react";
import { Link, useLocation } from "wouter";
import { pathTo } from "../../app/routes";
import { useAnswer } from "../../desk/useAnswer";
import { Button } from "../../kit/Button";
import { Empty, Failed, Skeleton, Switch } from "../../kit/bits";
import { exactTime, whenWords } from "../../kit/time";
import type { SectionProps } from "../sections";
import css from "../work.module.css";
import { type Letter, letters } from "./api";
import { LetterDetail } from "./LetterDetail";
import { words } from "./words";

const pathOf = (...id: string[]) => pathTo.page("operator", "dead-letters", ...id);

export default function Letters({ rest }: SectionProps) {
  const [, go] = useLocation();
  const [ended, setEnded] = useState(false);
  const ask = useCallback(() => letters.list(ended ? "ended" : "open"), [ended]);
  const { value, failed, again } = useAnswer(ask);
  const chosen = rest[0] ?? null;
  return (
    <div className={css.split} data-chosen={chosen !== null || undefined}>
      <section className={css.section} aria-label={words.letters}>
        <div className={css.bar}>
          <p>{words.lead}</p>
          <span className={css.acts}>
            {value && <strong role="status">{words.count(value.open_count)}</strong>}
            <span className={css.toggle}>
              <span aria-hidden="true">{words.ended}</span>
              <Switch label={words.ended} checked={ended} onChange={setEnded} />
            </span>
            <Button onClick={again}>{words.lookAgain}</Button>
          </span>
        </div>
        {failed && !value && <Failed text={words.couldNot} again={again} />}
        {!failed && !value && <Skeleton rows={6} />}
        {value?.items.length === 0 && (
          <Empty
            title={ended ? words.noneEnded : words.none}
            text={ended ? undefined : words.noneText}
          />
        )}
        {value && value.items.length > 0 && <Table items={value.items} chosen={chosen} />}
      </section>
      {chosen !== null && (
        <LetterDetail key={chosen} id={chosen} changed={again} close={() => go(pathOf())} />
      )}
    </div>
  );
}

function Table({ items, chosen }: { items: Letter[]; chosen: string | null }) {
  return (
    <table className={`${css.table} ${css.cards}`} aria-label={words.letters}>
      <thead>
        <tr>
          <th scope="col">{words.columns.record}</th>
          <th scope="col">{words.columns.service}</th>
          <th scope="col">{words.columns.reason}</th>
          <th scope="col">{words.columns.error}</th>
          <th scope="col">{words.columns.died}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((one) => (
          <tr key={one.id} data-letter={one.id} aria-current={one.id === chosen || undefined}>
            <th scope="row">
              <Link href={pathOf(one.id)}>
                {one.topic} {one.partition}/{one.offset}
              </Link>
              <small>{one.key}</small>
            </th>
            <td>{one.service ?? words.unknownService}</td>
            <td>
              <span className={css.state} data-state={one.state}>
                {one.state === "open"
                  ? (words.reasons[one.reason] ?? one.reason)
                  : words.states[one.state]}
              </span>
            </td>
            <td>
              <code>{one.error}</code>
            </td>
            <td>
              <time dateTime={one.died_at} title={exactTime(one.died_at)}>
                {whenWords(one.died_at)}
              </time>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
