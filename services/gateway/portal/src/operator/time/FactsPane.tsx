/** What had happened last, newest first; each leads to its position, and to what it is about. */
import { Link } from "wouter";
import { pathTo } from "../../app/routes";
import type { PastFact } from "./api";
import { counted, moment } from "./showing";
import css from "./time.module.css";
import { words } from "./words";

interface FactsPaneProps {
  facts: PastFact[];
  ofAll: boolean;
  position: number;
  go: (fact: PastFact) => void;
}

export function FactsPane({ facts, ofAll, position, go }: FactsPaneProps) {
  return (
    <section className={css.pane} aria-label={words.facts} data-pane="facts">
      <header>
        <h2>{ofAll ? words.factsOfAll : words.factsOfShown}</h2>
      </header>
      {facts.length === 0 && <p className={css.none}>{words.noFacts}</p>}
      <ol className={css.facts}>
        {facts.map((fact) => (
          <li key={fact.position} data-position={fact.position} data-type={fact.type}>
            <button
              type="button"
              title={moment(fact.at)}
              aria-current={fact.position === position ? "true" : undefined}
              onClick={() => go(fact)}
            >
              <b>{counted(fact.position)}</b>
              <span>{fact.type}</span>
              <small>{fact.actor_name ?? fact.actor}</small>
            </button>
            <Link
              href={pathTo.page("operator", "events", String(fact.position))}
              aria-label={words.whyOf(counted(fact.position))}
            >
              {words.why}
            </Link>
          </li>
        ))}
      </ol>
    </section>
  );
}
