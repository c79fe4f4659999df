/** People: teammates, the phonebook that everybody shares, and one's own contacts, a tab each. */
import { MessageSquareText } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { pathTo } from "../app/routes";
import { Book } from "../contacts/Book";
import { words } from "../contacts/words";
import { IconButton } from "../kit/Button";
import { Avatar, Empty } from "../kit/bits";
import { strings } from "../strings";
import { gateway } from "../sync/gateway";
import { putConversation, world } from "../sync/store";
import { notice } from "../sync/toasts";
import { useTopic } from "../sync/topics";
import css from "./people.module.css";

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
          {words[name]}
        </button>
      ))}
    </div>
  );
}

function Teammates() {
  useTopic("people");
  const [, go] = useLocation();
  const others = [...world.people.values()]
    .filter((person) => person.id !== world.me?.id)
    .sort((a, b) => Number(b.online) - Number(a.online) || a.name.localeCompare(b.name));
  const chat = async (id: string) => {
    try {
      const conversation = await gateway.start({ kind: "direct", to: [id] });
      if ("id" in conversation) {
        putConversation(conversation);
        go(pathTo.conversation(conversation.id));
      }
    } catch {
      notice({ kind: "alert", text: strings.couldNotStart });
    }
  };
  if (others.length === 0) return <Empty title={strings.noTeammates} />;
  return (
    <table aria-label={strings.teammates}>
      <thead>
        <tr>
          <th scope="col">{strings.name}</th>
          <th scope="col">{strings.extension}</th>
          <th scope="col">{strings.presence}</th>
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
              {person.online ? strings.onlineShort : strings.offlineShort}
            </td>
            <td>
              <IconButton
                label={strings.chatWith(person.name)}
                onClick={() => void chat(person.id)}
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
