/** `dialog "Add contact"` for a number that is nobody's: a new contact, or one more number of another. */
import { useEffect, useId, useState } from "react";
import type { Contact } from "../contract/shapes";
import { Dialog, Field } from "../kit/Dialog";
import kit from "../kit/kit.module.css";
import { pageOf } from "./api";
import css from "./book.module.css";
import { ContactForm } from "./ContactDialog";
import chips from "./chips.module.css";
import { words } from "./words";

const TABS = ["tabNew", "tabExisting"] as const;
type Tab = (typeof TABS)[number];

export default function AddContactDialog({ number, close }: { number: string; close: () => void }) {
  const [tab, setTab] = useState<Tab>("tabNew");
  const [contact, choose] = useState<Contact | null>(null);
  const id = useId();
  const turn = (key: string) => {
    if (key !== "ArrowRight" && key !== "ArrowLeft") return;
    const other = tab === "tabNew" ? "tabExisting" : "tabNew";
    setTab(other);
    document.getElementById(`${id}-${other}`)?.focus();
  };
  return (
    <Dialog title={words.add} onClose={close}>
      <div role="tablist" aria-label={words.add} className={css.tabs}>
        {TABS.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${id}-${name}`}
            aria-selected={name === tab}
            aria-controls={`${id}-panel`}
            tabIndex={name === tab ? 0 : -1}
            onClick={() => setTab(name)}
            onKeyDown={(event) => turn(event.key)}
          >
            {words[name]}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${tab}`}>
        {tab === "tabNew" && (
          <ContactForm contact={null} own={false} number={number} close={close} />
        )}
        {tab === "tabExisting" &&
          (contact ? (
            <ContactForm contact={contact} own={contact.own} number={number} close={close} />
          ) : (
            <Existing choose={choose} />
          ))}
      </div>
    </Dialog>
  );
}

const PAUSE_MS = 120;

/** `combobox "Contact"`: of both books, by name or number. */
function Existing({ choose }: { choose: (contact: Contact) => void }) {
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const found = useFound(typed.trim());
  const id = useId();
  const current = Math.min(at, found.length - 1);
  const key = (name: string) => {
    const goal = { ArrowDown: current + 1, ArrowUp: current - 1 }[name];
    const chosen = found[current];
    if (goal !== undefined) setAt((goal + found.length) % Math.max(1, found.length));
    else if (name === "Enter" && chosen) choose(chosen);
    else return false;
    return true;
  };
  return (
    <div className={css.existing}>
      <Field label={words.existing}>
        <input
          className={kit.input}
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={found.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={found.length > 0 ? `${id}-${current}` : undefined}
          autoComplete="off"
          placeholder={words.search}
          value={typed}
          data-autofocus
          onInput={(event) => {
            setTyped(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={(event) => key(event.key) && event.preventDefault()}
        />
      </Field>
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label={words.contacts}
        hidden={found.length === 0}
        className={css.found}
      >
        {found.map((one, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus (APG combobox)
          // biome-ignore lint/a11y/useKeyWithClickEvents: as above, its keys are the field's
          <div
            key={one.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === current}
            className={chips.option}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choose(one)}
          >
            <span>{one.name || one.company}</span>
            <small>{one.numbers[0]?.display}</small>
          </div>
        ))}
      </div>
    </div>
  );
}

/** What is found in both books a moment after the last letter; late answers are forgotten. */
function useFound(typed: string): Contact[] {
  const [found, setFound] = useState<Contact[]>([]);
  useEffect(() => {
    let late = false;
    const timer = setTimeout(async () => {
      const asked = (["phonebook", "own"] as const).map((book) => pageOf(book, typed, null));
      const pages = await Promise.all(asked).catch(() => []);
      const all = new Map(pages.flatMap(({ items }) => items).map((one) => [one.id, one]));
      if (!late) setFound(typed ? [...all.values()].slice(0, 20) : []);
    }, PAUSE_MS);
    return () => {
      late = true;
      clearTimeout(timer);
    };
  }, [typed]);
  return found;
}
