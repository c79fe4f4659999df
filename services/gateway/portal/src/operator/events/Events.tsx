/** Events: the whole log, newest first, as a table over which one scrolls; one fact beside it. */
import { useCallback, useEffect, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { pathTo } from "../../app/routes";
import { Switch } from "../../kit/bits";
import { NARROW, useMedia } from "../../kit/time";
import type { SectionProps } from "../sections";
import { type Filter, filterOf, searchOf } from "./api";
import { EventDetail } from "./EventDetail";
import { EventTable } from "./EventTable";
import css from "./events.module.css";
import { Filters } from "./Filters";
import { OwnershipCheck } from "./OwnershipCheck";
import { words } from "./words";

export default function Events({ rest }: SectionProps) {
  const [, go] = useLocation();
  const search = useSearch();
  const filter = filterOf(search);
  const narrow = useMedia(NARROW);
  const [follow, setFollow] = useState(false);
  const chosen = Number(rest[0]) || null;
  const open = useCallback(
    (position: number | null) =>
      go(
        pathTo.page("operator", "events", ...(position ? [`${position}`] : [])) +
          searchOf(filterOf(search)),
      ),
    [go, search],
  );
  const sift = (wanted: Filter) => go(pathTo.page("operator", "events") + searchOf(wanted));
  useEffect(() => {
    if (chosen) setFollow(false);
  }, [chosen]);
  return (
    <div className={css.events} data-chosen={chosen !== null || undefined}>
      <div className={css.list}>
        <div className={css.bar}>
          {narrow ? (
            <details className={css.sought} open={search !== ""}>
              <summary>{words.filter}</summary>
              <Filters key={search} filter={filter} sift={sift} />
            </details>
          ) : (
            <Filters key={search} filter={filter} sift={sift} />
          )}
          <span className={css.acts}>
            <OwnershipCheck />
            <span className={css.follow}>
              <span aria-hidden="true">{words.follow}</span>
              <Switch label={words.follow} checked={follow} onChange={setFollow} />
            </span>
          </span>
        </div>
        <EventTable
          key={`table${search}`}
          filter={filter}
          follow={follow}
          chosen={chosen}
          open={open}
        />
      </div>
      {chosen !== null && <EventDetail key={chosen} position={chosen} open={open} />}
    </div>
  );
}
