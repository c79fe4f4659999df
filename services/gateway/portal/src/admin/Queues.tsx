/** `table "Queues"`: who works each, which numbers lead there, who waits. */
import { Pencil, Plus } from "lucide-react";
import { Link, useLocation } from "wouter";
import { pathTo } from "../app/routes";
import { Button } from "../kit/Button";
import { Empty } from "../kit/bits";
import css from "./admin.module.css";
import { admin } from "./api";
import { Loaded, useFound } from "./found";
import { nameOf } from "./People";
import { words } from "./words";

export function Queues() {
  const [, go] = useLocation();
  const found = useFound(admin.queues);
  return (
    <section aria-label={words.sections.queues}>
      <div className={css.bar}>
        <Button kind="primary" onClick={() => go(pathTo.page("admin", "queues", "new"))}>
          <Plus size={17} aria-hidden />
          {words.addQueue}
        </Button>
      </div>
      <Loaded found={found}>
        {(queues) =>
          queues.length === 0 ? (
            <Empty title={words.noQueues} text={words.noQueuesText} />
          ) : (
            <table className={css.table} aria-label={words.sections.queues}>
              <thead>
                <tr>
                  <th scope="col">{words.name}</th>
                  <th scope="col">{words.numbers}</th>
                  <th scope="col">{words.agents}</th>
                  <th scope="col">{words.supervisors}</th>
                  <th scope="col">{words.waiting}</th>
                  <td />
                </tr>
              </thead>
              <tbody>
                {queues.map((one) => (
                  <tr key={one.id}>
                    <th scope="row">{one.name}</th>
                    <td data-label={words.numbers}>
                      {one.numbers.map(({ display }) => display).join(", ") || words.noNumberYet}
                    </td>
                    <td data-label={words.agents}>
                      {one.agents.length > 4
                        ? words.agentsCount(one.agents.length)
                        : one.agents.map(nameOf).join(", ") || "–"}
                    </td>
                    <td data-label={words.supervisors}>
                      {one.supervisors.map(nameOf).join(", ") || "–"}
                    </td>
                    <td data-label={words.waiting}>{one.waiting_count}</td>
                    <td>
                      <Link
                        className={css.edit}
                        href={pathTo.page("admin", "queues", one.id)}
                        aria-label={words.edit(one.name)}
                      >
                        <Pencil size={17} aria-hidden />
                      </Link>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Loaded>
    </section>
  );
}
