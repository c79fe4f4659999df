/** What waits for somebody's word: possible STOPs, texts that the limits hold, and those refused. */
import type { ReactNode } from "react";
import { Button } from "../kit/Button";
import { dayName, exactTime } from "../kit/time";
import css from "./admin.module.css";
import { admin, type BlockedText, type HeldText, type Revocation } from "./api";
import { attempt, type Found, Loaded, useFound } from "./found";
import { words } from "./words";

export function Reviews() {
  const revocations = useFound(admin.revocations);
  const held = useFound(admin.held);
  const blocked = useFound(admin.blocked);
  const review = (one: Revocation, verdict: "confirmed" | "dismissed") =>
    void attempt(() => admin.review(one.message_id, verdict).then(revocations.again), words.saved);
  const decide = (one: HeldText, verdict: "approve" | "reject") =>
    void attempt(() => admin.decideHeld(one.id, verdict).then(held.again), words.saved);
  return (
    <div className={css.page}>
      <Part title={words.held} none={words.noHeld} found={held}>
        {(one) => (
          <Card key={one.id} at={one.at} head={sentence(one)} text={one.text} why={one.reason}>
            <Button small onClick={() => decide(one, "reject")}>
              {words.reject}
            </Button>
            <Button small kind="primary" onClick={() => decide(one, "approve")}>
              {words.approve}
            </Button>
          </Card>
        )}
      </Part>
      <Part
        title={words.revocations}
        lead={words.revocationsText}
        none={words.noRevocations}
        found={revocations}
      >
        {(one) => (
          <Card
            key={one.message_id}
            at={one.at}
            head={words.fromTo(one.counterpart.display, one.number.display)}
            text={one.text}
            why={`“${one.phrase}”`}
          >
            <Button small onClick={() => review(one, "dismissed")}>
              {words.dismiss}
            </Button>
            <Button small kind="primary" onClick={() => review(one, "confirmed")}>
              {words.confirmStop}
            </Button>
          </Card>
        )}
      </Part>
      <Part title={words.blocked} none={words.noBlocked} found={blocked}>
        {(one) => (
          <Card
            key={one.id}
            at={one.at}
            head={sentence(one)}
            text={words.segments(one.segments)}
            why={one.reason}
          />
        )}
      </Part>
    </div>
  );
}

function sentence(one: HeldText | BlockedText): string {
  const to = one.recipients.map(({ display }) => display).join(", ");
  return `${one.author.name} – ${words.fromTo(one.number.display, to)}`;
}

interface PartProps<T> {
  title: string;
  lead?: string;
  none: string;
  found: Found<T[]>;
  children: (one: T) => ReactNode;
}

function Part<T>({ title, lead, none, found, children }: PartProps<T>) {
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      {lead && <p className={css.hint}>{lead}</p>}
      <Loaded found={found}>
        {(items) =>
          items.length === 0 ? (
            <p className={css.none}>{none}</p>
          ) : (
            <ul className={css.cards}>{items.map(children)}</ul>
          )
        }
      </Loaded>
    </section>
  );
}

interface CardProps {
  at: string;
  head: string;
  text: string;
  why: string;
  children?: ReactNode;
}

function Card({ at, head, text, why, children }: CardProps) {
  return (
    <li>
      <p>
        <b>{head}</b>
        <time dateTime={at} title={exactTime(at)}>
          {dayName(at)}
        </time>
      </p>
      <blockquote>{text}</blockquote>
      <small>{why}</small>
      {children && <div className={css.row}>{children}</div>}
    </li>
  );
}
