/** What was built beside what serves, table by table: rows, hash, and whether they are equal. */
import type { Schemas } from "../contract/shapes";
import { strings } from "../strings";
import { words } from "./words";
import css from "./work.module.css";

const numbers = new Intl.NumberFormat(strings.lang);
const HASH_SHOWN = 12;
const compared = words.compared;

export const short = (hash: string) => hash.slice(0, HASH_SHOWN);

interface Props {
  tables: readonly Schemas["ComparedTable"][];
  /** What the column of what was built is called. */
  built: string;
}

export function ComparedTables({ tables, built }: Props) {
  const title = compared.tables(tables.length);
  return (
    <details>
      <summary>{title}</summary>
      <div className={css.scroll}>
        <table className={css.table} aria-label={title}>
          <thead>
            <tr>
              <th scope="col">{compared.table}</th>
              <th scope="col">{compared.serving}</th>
              <th scope="col">{built}</th>
              <th scope="col">{compared.equal}</th>
            </tr>
          </thead>
          <tbody>
            {tables.map((one) => (
              <tr key={one.name}>
                <th scope="row">{one.name}</th>
                <Side rows={one.serving_rows} hash={one.serving_hash} />
                <Side rows={one.rows} hash={one.hash} />
                <td>{one.equal ? compared.yes : compared.no}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function Side({ rows, hash }: { rows: number; hash: string }) {
  return (
    <td>
      {compared.rows(numbers.format(rows))} <code>{short(hash)}</code>
    </td>
  );
}
