/** The same numbers by number, by extension and by day. */
import type { Figures, Usage } from "./api";
import { longDay } from "./UsageChart";
import css from "./usage.module.css";
import { words } from "./words";

interface Line {
  key: string;
  name: string;
  figures: Figures;
}

export function UsageTables({ usage }: { usage: Usage }) {
  const { numbers, people, days, total } = usage;
  const whole = { key: "total", name: words.total, figures: total };
  return (
    <>
      <Table
        label={words.byNumber}
        head={words.number}
        lines={numbers.map((one) => ({
          key: one.number.number,
          name: one.label ? `${one.number.display} · ${one.label}` : one.number.display,
          figures: one,
        }))}
      />
      <Table
        label={words.byPerson}
        head={words.person}
        lines={people.map(({ person, ...figures }) => ({
          key: person?.id ?? "",
          name: person ? `${person.name} · ${person.dial}` : words.nobody,
          figures,
        }))}
      />
      <Table
        label={words.byDay}
        head={words.day}
        lines={[
          ...days.map((one) => ({ key: one.day, name: longDay(one.day), figures: one })),
          whole,
        ]}
      />
    </>
  );
}

function Table({ label, head, lines }: { label: string; head: string; lines: Line[] }) {
  const { sent, received, mms, segments, failed } = words.figures;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={css.scroll} aria-label={label} tabIndex={0}>
      <table>
        <caption>{label}</caption>
        <thead>
          <tr>
            {[head, sent, received, mms, segments, failed].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map(({ key, name, figures }) => (
            <tr key={key}>
              <th scope="row">{name}</th>
              <td>{figures.sent}</td>
              <td>{figures.received}</td>
              <td>{figures.mms}</td>
              <td>{figures.segments_sent + figures.segments_received}</td>
              <td>{figures.failed}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
