/** One queue, with every value; what is saved drives it from that moment. */
import { useState } from "react";
import { useLocation } from "wouter";
import { pathTo } from "../app/routes";
import { Button } from "../kit/Button";
import { Field } from "../kit/Dialog";
import kit from "../kit/kit.module.css";
import { strings } from "../strings";
import css from "./admin.module.css";
import { type AdminQueue, admin, type QueueOptions } from "./api";
import { DeleteQueueDialog } from "./DeleteQueueDialog";
import { Span } from "./fields";
import { attempt, Loaded, useFound } from "./found";
import { Hours } from "./Hours";
import { People } from "./People";
import { words } from "./words";

/** What a new queue begins with; the same values as the gateway's own. */
const USUAL: QueueOptions = {
  capacity_per_agent: 5,
  claim_idle_seconds: 900,
  waiting_alert_seconds: 300,
  inactive_close_seconds: 86_400,
  last_agent_for_seconds: null,
  away_logout_seconds: 900,
  distribution: "manual",
  offer_for_seconds: 30,
  overflow_after_seconds: null,
  overflow_queue_id: null,
  hours: null,
  texts: { greeting: null, nobody_available: null, closed_hours: null, goodbye: null },
};

/** Its values; a queue that is deleted takes nothing over any more. */
function kept(known: AdminQueue | null, others: AdminQueue[]): QueueOptions {
  const options = known?.options ?? USUAL;
  const there = others.some(({ id }) => id === options.overflow_queue_id);
  return there ? options : { ...options, overflow_queue_id: null };
}

export function QueuePage({ id }: { id: string }) {
  const found = useFound(admin.queues);
  return (
    <Loaded found={found}>
      {(queues) => {
        const known = queues.find((one) => one.id === id) ?? null;
        return <QueueForm known={known} others={queues.filter((one) => one.id !== id)} />;
      }}
    </Loaded>
  );
}

function QueueForm({ known, others }: { known: AdminQueue | null; others: AdminQueue[] }) {
  const [, go] = useLocation();
  const [name, setName] = useState(known?.name ?? "");
  const [agents, setAgents] = useState(known?.agents ?? []);
  const [supervisors, setSupervisors] = useState(known?.supervisors ?? []);
  const [options, setOptions] = useState<QueueOptions>(() => kept(known, others));
  const [deleting, setDeleting] = useState(false);
  const set = (change: Partial<QueueOptions>) => setOptions({ ...options, ...change });
  const back = () => go(pathTo.page("admin", "queues"));
  const save = async () => {
    const body = { name: name.trim(), agents, supervisors, options };
    const asked = () => (known ? admin.changeQueue(known.id, body) : admin.addQueue(body));
    if (await attempt(asked, words.saved)) back();
  };
  return (
    <form
      className={css.page}
      aria-label={known?.name ?? words.addQueue}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <h2>{known?.name ?? words.addQueue}</h2>
      <Field label={words.name}>
        <input
          className={kit.input}
          required
          maxLength={100}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </Field>
      <div className={css.columns}>
        <People legend={words.agents} chosen={agents} onChange={setAgents} />
        <People legend={words.supervisors} chosen={supervisors} onChange={setSupervisors} />
      </div>
      <Timers options={options} set={set} />
      <Handing options={options} set={set} others={others} />
      <Hours hours={options.hours} onChange={(hours) => set({ hours })} />
      <Texts options={options} set={set} />
      <div className={css.row}>
        {known && (
          <Button kind="danger" onClick={() => setDeleting(true)}>
            {words.deleteQueue}
          </Button>
        )}
        <Button onClick={back}>{strings.cancel}</Button>
        <Button kind="primary" submit>
          {words.save}
        </Button>
      </div>
      {known && deleting && (
        <DeleteQueueDialog
          queue={known}
          others={others}
          close={() => setDeleting(false)}
          gone={back}
        />
      )}
    </form>
  );
}

interface PartProps {
  options: QueueOptions;
  set: (change: Partial<QueueOptions>) => void;
}

function Timers({ options, set }: PartProps) {
  const spans = [
    [words.unclaimedAfter, "waiting_alert_seconds", 300],
    [words.lapsesAfter, "claim_idle_seconds", 900],
    [words.closesAfter, "inactive_close_seconds", 86_400],
    [words.lastAgentFor, "last_agent_for_seconds", 86_400],
    [words.awayAfter, "away_logout_seconds", 900],
  ] as const;
  return (
    <fieldset className={css.group}>
      <legend>{words.timers}</legend>
      {spans.map(([label, field, usual]) => (
        <Span
          key={field}
          label={label}
          seconds={options[field]}
          usual={usual}
          onChange={(seconds) => set({ [field]: seconds })}
        />
      ))}
      <div className={css.span}>
        <label htmlFor="capacity">{words.mostOpen}</label>
        <input
          id="capacity"
          className={kit.input}
          type="number"
          min={1}
          max={1_000}
          required
          aria-describedby="capacity-range"
          value={options.capacity_per_agent}
          onInput={(event) => {
            const given = event.currentTarget.valueAsNumber;
            if (given > 0) set({ capacity_per_agent: given });
          }}
        />
        <small id="capacity-range">{words.rangeOpen}</small>
      </div>
    </fieldset>
  );
}

function Handing({ options, set, others }: PartProps & { others: AdminQueue[] }) {
  return (
    <fieldset className={css.group}>
      <legend>{words.handing}</legend>
      <Field label={words.distribution}>
        <select
          className={kit.input}
          value={options.distribution}
          onChange={(event) =>
            set({ distribution: event.currentTarget.value as QueueOptions["distribution"] })
          }
        >
          {(["manual", "offer"] as const).map((one) => (
            <option key={one} value={one}>
              {words.distributions[one]}
            </option>
          ))}
        </select>
      </Field>
      {options.distribution === "offer" && (
        <Span
          label={words.offerFor}
          seconds={options.offer_for_seconds}
          onChange={(seconds) => set({ offer_for_seconds: seconds ?? 30 })}
        />
      )}
      <Span
        label={words.overflowAfter}
        seconds={options.overflow_after_seconds}
        usual={600}
        onChange={(seconds) => set({ overflow_after_seconds: seconds })}
      />
      <Field label={words.overflowTo}>
        <select
          className={kit.input}
          value={options.overflow_queue_id ?? ""}
          onChange={(event) => set({ overflow_queue_id: event.currentTarget.value || null })}
        >
          <option value="">{words.nowhere}</option>
          {others.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </Field>
    </fieldset>
  );
}

const TEXTS = [
  ["greeting", words.greeting],
  ["nobody_available", words.nobodyAvailable],
  ["closed_hours", words.closedHours],
  ["goodbye", words.goodbye],
] as const;

function Texts({ options, set }: PartProps) {
  return (
    <fieldset className={css.group}>
      <legend>{words.texts}</legend>
      <small>{words.textsHint}</small>
      {TEXTS.map(([field, label]) => (
        <Field key={field} label={label}>
          <textarea
            className={kit.input}
            rows={2}
            maxLength={459}
            value={options.texts[field] ?? ""}
            onInput={(event) => {
              const said = event.currentTarget.value.trim() ? event.currentTarget.value : null;
              set({ texts: { ...options.texts, [field]: said } });
            }}
          />
        </Field>
      ))}
    </fieldset>
  );
}
