/** `table "Numbers"`: what each may do, and the one place that its texts go to. */
import { Pencil, Plus } from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "../kit/Button";
import { Empty, Switch } from "../kit/bits";
import kit from "../kit/kit.module.css";
import css from "./admin.module.css";
import { type AdminNumber, type AdminQueue, admin } from "./api";
import { attempt, Loaded, useFound } from "./found";
import { NumberDialog } from "./NumberDialog";
import { everybody, nameOf } from "./People";
import { words } from "./words";

/** Who came from "Oops": their extension waits for a number. */
function waitingExtension(): string | null {
  return new URLSearchParams(location.search).get("extension");
}

export function Numbers() {
  const found = useFound(() => Promise.all([admin.numbers(), admin.queues()]));
  const [open, setOpen] = useState<AdminNumber | "new" | null>(null);
  const waiting = waitingExtension();
  const put = (changed: AdminNumber | null) => {
    if (!changed) return found.again();
    if (!found.value) return;
    const [numbers, queues] = found.value;
    const others = numbers.filter(({ number }) => number !== changed.number);
    const sorted = [...others, changed].sort((a, b) => a.number.localeCompare(b.number));
    found.put([sorted, queues]);
  };
  return (
    <section aria-label={words.sections.numbers}>
      <div className={css.bar}>
        {waiting && <p role="status">{words.assigning(nameOf(waiting))}</p>}
        <Button kind="primary" onClick={() => setOpen("new")}>
          <Plus size={17} aria-hidden />
          {words.addNumber}
        </Button>
      </div>
      <Loaded found={found}>
        {([numbers, queues]) => (
          <>
            {numbers.length === 0 ? (
              <Empty title={words.noNumbers} text={words.noNumbersText} />
            ) : (
              <Table numbers={numbers} queues={queues} put={put} edit={setOpen} />
            )}
            {open && (
              <NumberDialog
                known={open === "new" ? null : open}
                queues={queues}
                waiting={waiting}
                put={put}
                close={() => setOpen(null)}
              />
            )}
          </>
        )}
      </Loaded>
    </section>
  );
}

interface TableProps {
  numbers: AdminNumber[];
  queues: AdminQueue[];
  put: (changed: AdminNumber | null) => void;
  edit: (number: AdminNumber) => void;
}

function Table({ numbers, queues, put, edit }: TableProps) {
  const change = (number: string, body: Parameters<typeof admin.changeNumber>[1]) =>
    void attempt(async () => put(await admin.changeNumber(number, body)));
  return (
    <table className={css.table} aria-label={words.sections.numbers}>
      <thead>
        <tr>
          <th scope="col">{words.number}</th>
          <th scope="col">{words.label}</th>
          <th scope="col">{words.type}</th>
          <th scope="col">{words.sms}</th>
          <th scope="col">{words.routedTo}</th>
          <th scope="col">{words.carrier}</th>
          <td />
        </tr>
      </thead>
      <tbody>
        {numbers.map((one) => (
          <tr key={one.number}>
            <th scope="row">{one.display}</th>
            <td data-label={words.label}>{one.label ?? "–"}</td>
            <td data-label={words.type}>{one.toll_free ? words.tollFree : words.local}</td>
            <td data-label={words.sms}>
              <Switch
                label={words.smsOn(one.display)}
                checked={one.texting}
                onChange={(texting) => change(one.number, { texting })}
              />
            </td>
            <td data-label={words.routedTo}>
              <RouteChoice
                number={one}
                queues={queues}
                onChange={(route) => change(one.number, { route })}
                several={() => edit(one)}
              />
            </td>
            <td data-label={words.carrier}>{one.accounts.join(", ") || "–"}</td>
            <td>
              <IconButton label={words.edit(one.display)} onClick={() => edit(one)}>
                <Pencil size={17} aria-hidden />
              </IconButton>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

type Route = { kind: "extensions" | "queue"; extensions: string[]; queue_id: string | null };

interface RouteChoiceProps {
  number: AdminNumber;
  queues: AdminQueue[];
  onChange: (route: Route) => void;
  several: () => void;
}

/** A number leads to exactly one place; several extensions share it as one. */
function RouteChoice({ number, queues, onChange, several }: RouteChoiceProps) {
  const { kind, extensions, queue_id } = number.route;
  const shared = kind === "extensions" && extensions.length > 1;
  const now = kind === "queue" ? `q:${queue_id}` : shared ? "shared" : `e:${extensions[0]}`;
  const choose = (chosen: string) => {
    const id = chosen.slice(2);
    if (chosen === "several") several();
    else if (chosen.startsWith("q:")) onChange({ kind: "queue", extensions: [], queue_id: id });
    else onChange({ kind: "extensions", extensions: [id], queue_id: null });
  };
  return (
    <select
      className={kit.input}
      aria-label={words.route(number.display)}
      value={now}
      onChange={(event) => {
        choose(event.currentTarget.value);
        event.currentTarget.value = now; // it shows what is so, not what is wished
      }}
    >
      {shared && <option value="shared">{words.several(extensions.map(nameOf).join(", "))}</option>}
      <optgroup label={words.extensionsGroup}>
        {everybody().map(({ id, name, dial }) => (
          <option key={id} value={`e:${id}`}>
            {name} ({dial})
          </option>
        ))}
        <option value="several">{words.severalMore}</option>
      </optgroup>
      <optgroup label={words.queuesGroup}>
        {queues.map(({ id, name }) => (
          <option key={id} value={`q:${id}`}>
            {name}
          </option>
        ))}
      </optgroup>
    </select>
  );
}
