/** People: teammates, the phonebook that everybody shares, and one's own contacts, a tab each. */
import { MessageSquareText } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Book } from "../contacts/Book";
import { words as tabs } from "../contacts/words";
import { startWith } from "../dock/starting";
import { IconButton } from "../kit/Button";
import { Avatar, Empty } from "../kit/bits";
import { strings } from "../strings";
import { world } from "../sync/store";
import { useTopic } from "../sync/topics";
import css from "./people.module.css";
import { words } from "./words";

const TABS = ["teammates", "phonebook", "mine"] as const;
type Tab = (typeof TABS)[number];

export default function PeoplePage() {
  const heading = useRef<HTMLHeadingElement>(null);
  const [tab, setTab] = useState<Tab>("teammates");
  useEffect(() => heading.current?.focus(), []);
  return (
    <main className={css.people} id="conversation">
      <h1 ref={heading} tabIndex={-1}>
        {strings.people}
      </h1>
      <Tabs tab={tab} change={setTab} />
      <section role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`}>
        {tab === "teammates" && <Teammates />}
        {tab === "phonebook" && <Book key="phonebook" book="phonebook" />}
        {tab === "mine" && <Book key="own" book="own" />}
      </section>
    </main>
  );
}

function Tabs({ tab, change }: { tab: Tab; change: (tab: Tab) => void }) {
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const to = TABS[(TABS.indexOf(tab) + by + TABS.length) % TABS.length] ?? "teammates";
    change(to);
    list.current?.querySelector<HTMLElement>(`#tab-${to}`)?.focus();
  };
  return (
    <div role="tablist" ref={list} aria-label={strings.people} className={css.tabs}>
      {TABS.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`tab-${name}`}
          aria-selected={name === tab}
          aria-controls={name === tab ? `panel-${name}` : undefined}
          tabIndex={name === tab ? 0 : -1}
          onClick={() => change(name)}
          onKeyDown={onKeyDown}
        >
          {tabs[name]}
        </button>
      ))}
    </div>
  );
}

function Teammates() {
  useTopic("people");
  const others = [...world.people.values()]
    .filter((person) => person.id !== world.me?.id)
    .sort((a, b) => Number(b.online) - Number(a.online) || a.name.localeCompare(b.name));
  if (others.length === 0) return <Empty title={words.noTeammates} />;
  return (
    <table aria-label={words.teammates}>
      <thead>
        <tr>
          <th scope="col">{words.name}</th>
          <th scope="col">{words.extension}</th>
          <th scope="col">{words.presence}</th>
          <td />
        </tr>
      </thead>
      <tbody>
        {others.map((person) => (
          <tr key={person.id}>
            <td>
              <Avatar id={person.id} name={person.name} size="small" online={person.online} />
              {person.name}
            </td>
            <td>{person.dial}</td>
            <td data-online={person.online}>
              {person.online ? words.onlineShort : words.offlineShort}
            </td>
            <td>
              <IconButton
                label={words.chatWith(person.name)}
                onClick={() => void startWith({ kind: "direct", to: [person.id] })}
              >
                <MessageSquareText size={18} aria-hidden />
              </IconButton>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
