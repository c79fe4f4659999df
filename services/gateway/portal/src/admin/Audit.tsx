/** The audit: who changed what and when, newest first. */
import { useEffect, useState } from "react";
import { Button } from "../kit/Button";
import { Empty, Failed, Skeleton } from "../kit/bits";
import { clockTime, dayName, exactTime } from "../kit/time";
import { useTopic } from "../sync/topics";
import css from "./admin.module.css";
import { type AuditEntry, admin } from "./api";
import { nameOf } from "./People";
import { words } from "./words";

export function Audit() {
  const [entries, setEntries] = useState<AuditEntry[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [failed, setFailed] = useState(false);
  const version = useTopic("me");
  const look = (before?: string) => {
    setFailed(false);
    admin
      .audit(before)
      .then((page) => {
        setEntries((known) => (before ? [...(known ?? []), ...page.items] : page.items));
        setNext(page.next);
      })
      .catch(() => setFailed(true));
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: what changed elsewhere is a reason to look
  useEffect(() => look(), [version]);
  if (failed && entries === null) return <Failed text={words.couldNotLoad} again={() => look()} />;
  if (entries === null) return <Skeleton rows={6} />;
  if (entries.length === 0) return <Empty title={words.noAudit} />;
  return (
    <section aria-label={words.sections.audit}>
      <table className={css.table} aria-label={words.sections.audit}>
        <thead>
          <tr>
            <th scope="col">{words.when}</th>
            <th scope="col">{words.who}</th>
            <th scope="col">{words.what}</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((one) => (
            <tr key={one.id}>
              <td data-label={words.when}>
                <time dateTime={one.at} title={exactTime(one.at)}>
                  {dayName(one.at)} {clockTime(one.at)}
                </time>
              </td>
              <td data-label={words.who}>{one.by?.name ?? words.operatorsFile}</td>
              <td data-label={words.what}>
                <b>{headline(one)}</b>
                <Note text={after(one, "note")} />
                <Changes entry={one} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {next && <Button onClick={() => look(next)}>{words.more}</Button>}
    </section>
  );
}

const after = (entry: AuditEntry, field: string) =>
  entry.changes.find((one) => one.field === field)?.after;

/** What it is called: by its name, or by what its subject says. */
function headline(entry: AuditEntry): string {
  const name = entry.name ?? entry.subject.replace(/^[^/]+\//, "");
  if (entry.kind === "directory.credential-recorded") {
    const kind =
      `${after(entry, "kind")} ${after(entry, "change")}` as keyof typeof words.credentials;
    return words.credentials[kind]?.(name) ?? kind;
  }
  if (entry.kind === "operation.operator-acted") {
    const action = after(entry, "action") as keyof typeof words.operated;
    return words.operated[action]?.(String(after(entry, "about"))) ?? action;
  }
  const deleted = words.deleted[entry.kind as keyof typeof words.deleted];
  if (deleted) return deleted(name);
  const thing = words.things[entry.kind as keyof typeof words.things];
  if (!thing) return words.acts[entry.kind as keyof typeof words.acts] ?? entry.kind;
  return entry.first ? words.made(`${thing} ${name}`) : words.changed(`${thing} ${name}`);
}

/** Why, in the operator's words. */
function Note({ text }: { text: unknown }) {
  return typeof text === "string" ? <p className={css.hint}>{words.noted(text)}</p> : null;
}

function Changes({ entry }: { entry: AuditEntry }) {
  if (entry.first || !(entry.kind in words.things)) return null;
  return (
    <ul className={css.changes}>
      {entry.changes.map(({ field, before, after }) => {
        const label = words.fields[field as keyof typeof words.fields] ?? field;
        return (
          <li key={field}>{words.became(label, plain(before, after), plain(after, before))}</li>
        );
      })}
    </ul>
  );
}

/** A value in words; of two structures, only what differs. */
function plain(value: unknown, other: unknown): string {
  if (value === null || value === undefined || value === "") return words.nothing;
  if (typeof value === "boolean") return value ? words.on : words.off;
  if (Array.isArray(value))
    return value.map((one) => nameOf(String(one))).join(", ") || words.nothing;
  if (typeof value !== "object") return nameOf(String(value));
  const theirs = (other ?? {}) as Record<string, unknown>;
  return Object.entries(value)
    .filter(([name, one]) => JSON.stringify(one) !== JSON.stringify(theirs[name]))
    .map(([name, one]) => `${name.replaceAll("_", " ")} ${plain(one, theirs[name])}`)
    .join(", ");
}
