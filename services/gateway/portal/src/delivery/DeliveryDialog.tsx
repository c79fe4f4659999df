/** `dialog "Delivery details"`: every report about one text, in plain words, with what to do. */
import { useEffect, useState } from "react";
import type { DeliveryReport, Message } from "../contract/shapes";
import { Button } from "../kit/Button";
import { Failed, Skeleton } from "../kit/bits";
import { Dialog, DialogActions } from "../kit/Dialog";
import { clockTime, dayName, exactTime } from "../kit/time";
import { strings } from "../strings";
import { useTopic } from "../sync/topics";
import { reportsOf } from "./api";
import css from "./delivery.module.css";
import { words } from "./words";

type Found = DeliveryReport[] | "failed" | null;

export function DeliveryDialog({ message, close }: { message: Message; close: () => void }) {
  const [found, look] = useReports(message);
  return (
    <Dialog title={words.title} lead={words.lead} onClose={close}>
      <div className={css.found} aria-busy={found === null}>
        {found === null && <Skeleton rows={3} />}
        {found === "failed" && <Failed text={words.couldNotLoad} again={look} />}
        {Array.isArray(found) && <Reports reports={found} />}
      </div>
      <DialogActions>
        <Button kind="primary" autoFocus onClick={close}>
          {strings.close}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

/** Read again whenever the thread changes: the next report may be why. */
function useReports({ conversation_id, id }: Message): [Found, () => void] {
  const [found, setFound] = useState<Found>(null);
  const [asked, ask] = useState(0);
  const version = useTopic(`win:${conversation_id}`);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each is a reason to look again
  useEffect(() => {
    let wanted = true;
    reportsOf(conversation_id, id)
      .then((reports) => wanted && setFound(reports))
      .catch(() => wanted && setFound((known) => known ?? "failed"));
    return () => {
      wanted = false;
    };
  }, [conversation_id, id, version, asked]);
  const look = () => {
    setFound(null);
    ask(asked + 1);
  };
  return [found, look];
}

function Reports({ reports }: { reports: DeliveryReport[] }) {
  const several = new Set(reports.map((report) => report.recipient.number)).size > 1;
  const attempts = new Set(reports.map((report) => report.attempt)).size > 1;
  if (reports.length === 0) return <p className={css.none}>{words.none}</p>;
  return (
    <ol className={css.reports} aria-label={words.title}>
      {reports.map((report) => (
        <Report key={report.id} report={report} several={several} attempts={attempts} />
      ))}
    </ol>
  );
}

interface ReportProps {
  report: DeliveryReport;
  several: boolean;
  attempts: boolean;
}

function Report({ report, several, attempts }: ReportProps) {
  const state = words.states[report.state ?? ""] ?? words.other;
  const kind = words.kinds[report.kind];
  const about = [
    kind !== state && kind,
    several && words.to(report.recipient.display),
    attempts && words.attempt(report.attempt),
  ].filter(Boolean);
  return (
    <li data-state={report.state ?? "other"}>
      <p className={css.head}>
        <strong>{state}</strong>
        <span>{about.join(" · ")}</span>
        <time dateTime={report.at} title={exactTime(report.at)}>
          {dayName(report.at)}, {clockTime(report.at)}
        </time>
      </p>
      <p>{report.text}</p>
      {report.advice && (
        <p className={css.advice}>
          <b>{words.advice}:</b> {report.advice}
        </p>
      )}
      {report.retry_at && <p>{words.again(clockTime(report.retry_at))}</p>}
      <Facts report={report} />
    </li>
  );
}

function Facts({ report }: { report: DeliveryReport }) {
  const { carrier, account, code, said, provider_message_id } = report;
  const by = carrier && account && account !== carrier ? `${carrier} (${account})` : carrier;
  const facts = [
    [words.carrier, by ?? account],
    [words.code, code],
    [words.said, said],
    [words.reference, provider_message_id],
  ].filter((fact): fact is [string, string] => Boolean(fact[1]));
  if (facts.length === 0) return null;
  return (
    <dl className={css.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
