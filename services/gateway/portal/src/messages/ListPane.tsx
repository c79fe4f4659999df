/** `navigation "Conversations"`: what waits in the queues, then one list for all kinds. */
import { Plus, Search, SquarePen, X } from "lucide-react";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { pathTo } from "../app/routes";
import { Button, IconButton } from "../kit/Button";
import { Empty, Failed, Hidden, Skeleton } from "../kit/bits";
import { Menu } from "../kit/Menu";
import { strings } from "../strings";
import { isBusy, loadMore, troubles } from "../sync/reading";
import { type Filter, world } from "../sync/store";
import { useTopic } from "../sync/topics";
import { ConversationList } from "./ConversationList";
import css from "./list.module.css";
import { listed } from "./lists";
import { QueueSection } from "./QueueSection";

const TagFilter = lazy(() => import("../desk/TagFilter"));

const FILTERS: Filter[] = ["all", "unread", "groups", "closed"];
const EMPTY = {
  all: "emptyAll",
  unread: "emptyUnread",
  groups: "emptyGroups",
  closed: "emptyClosed",
} as const;

export function ListPane({ open }: { open: string | null }) {
  const [, go] = useLocation();
  const [filter, setFilter] = useState<Filter>("all");
  const wanted = useSearch();
  useEffect(() => {
    const named = FILTERS.find((name) => wanted === `filter=${name}`);
    if (named) setFilter(named);
  }, [wanted]);
  const [search, setSearch] = useState("");
  const [tag, setTag] = useState("");
  return (
    <nav className={css.pane} aria-label={strings.conversations}>
      <header className={css.head}>
        <h1 tabIndex={-1}>{strings.messages}</h1>
        <IconButton
          label={strings.sendNew}
          className={css.create}
          onClick={() => go(pathTo.create)}
        >
          <SquarePen size={19} aria-hidden />
        </IconButton>
        <Menu
          label={strings.create}
          className={css.new}
          entries={(["chat", "sms", "group"] as const).map((kind) => ({
            label: strings.kinds[kind],
            run: () => go(`${pathTo.create}?kind=${kind}`),
          }))}
        >
          <Plus size={17} aria-hidden />
          {strings.create}
        </Menu>
      </header>
      <QueueSection open={open} />
      <SearchBox value={search} change={setSearch} />
      <div className={css.sieve}>
        <FilterTabs filter={filter} change={setFilter} />
        <Suspense fallback={null}>
          <TagFilter tag={tag} change={setTag} />
        </Suspense>
      </div>
      <div
        role="tabpanel"
        id="conversation-list"
        aria-label={strings.filters[filter]}
        className={css.panel}
      >
        <FilteredList
          filter={filter}
          search={search}
          tag={tag}
          open={open}
          showAll={() => setFilter("all")}
        />
      </div>
    </nav>
  );
}

function FilterTabs({ filter, change }: { filter: Filter; change: (filter: Filter) => void }) {
  const step = (by: number) => {
    const next = FILTERS.at((FILTERS.indexOf(filter) + by) % FILTERS.length) ?? "all";
    change(next);
    document.getElementById(`filter-${next}`)?.focus();
  };
  return (
    <div role="tablist" aria-label={strings.filter} className={css.tabs}>
      {FILTERS.map((name) => (
        <button
          type="button"
          role="tab"
          key={name}
          id={`filter-${name}`}
          aria-selected={name === filter}
          aria-controls="conversation-list"
          tabIndex={name === filter ? 0 : -1}
          onClick={() => change(name)}
          onKeyDown={(event) => {
            if (event.key === "ArrowRight") step(1);
            if (event.key === "ArrowLeft") step(-1);
          }}
        >
          {strings.filters[name]}
        </button>
      ))}
    </div>
  );
}

function SearchBox({ value, change }: { value: string; change: (value: string) => void }) {
  return (
    <div className={css.search}>
      <Search size={16} aria-hidden />
      <input
        type="search"
        aria-label={strings.search}
        placeholder={strings.search}
        value={value}
        onInput={(event) => change(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Escape" && change("")}
      />
      {value && (
        <button type="button" aria-label={strings.clearSearch} onClick={() => change("")}>
          <X size={15} aria-hidden />
        </button>
      )}
    </div>
  );
}

interface FilteredListProps {
  filter: Filter;
  search: string;
  tag: string;
  open: string | null;
  showAll: () => void;
}

function FilteredList({ filter, search, tag, open, showAll }: FilteredListProps) {
  const version = useTopic("list");
  useTopic(`list:${filter}`);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for the store's content
  const conversations = useMemo(
    () => listed(filter, search).filter(({ tags }) => !tag || tags.includes(tag)),
    [filter, search, tag, version],
  );
  const unasked = world.next[filter] === undefined;
  useEffect(() => {
    if (unasked) void loadMore(filter);
  }, [unasked, filter]);
  // What is looked for may lie beyond what was read so far.
  const beyond = conversations.length === 0 && (search !== "" || tag !== "");
  const next = world.next[filter];
  useEffect(() => {
    if (beyond && next) void loadMore(filter);
  }, [beyond, next, filter]);
  const failed = troubles.has(`list:${filter}`);
  if (failed) return <Failed text={strings.couldNotLoadList} again={() => void loadMore(filter)} />;
  if (conversations.length === 0 && (unasked || isBusy(`list:${filter}`))) return <Skeleton />;
  return (
    <>
      {search && (
        <p role="status">
          <Hidden>{strings.found(conversations.length)}</Hidden>
        </p>
      )}
      {conversations.length === 0 ? (
        <Empty title={search || tag ? strings.emptySearch : strings[EMPTY[filter]]}>
          {filter !== "all" && !search && !tag && (
            <Button onClick={showAll}>{strings.showAll}</Button>
          )}
        </Empty>
      ) : (
        <ConversationList
          key={filter}
          conversations={conversations}
          open={open}
          more={() => void loadMore(filter)}
          busy={isBusy(`list:${filter}`)}
        />
      )}
    </>
  );
}
