/** One book of contacts: found by name or number, each number with a way to write to it. */
import { FileDown, FileUp, MessageSquareText, Pencil, Plus, Search } from "lucide-react";
import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import type { Contact } from "../contract/shapes";
import { startWith } from "../dock/starting";
import { Button, IconButton } from "../kit/Button";
import { Avatar, Empty, Failed, Hidden, Skeleton } from "../kit/bits";
import { Menu } from "../kit/Menu";
import { strings } from "../strings";
import { world } from "../sync/store";
import { exportUrl, pageOf, type Book as Which } from "./api";
import css from "./book.module.css";
import { titleOf } from "./recipient";
import { words } from "./words";

const ContactDialog = lazy(() => import("./ContactDialog"));
const CallNumber = lazy(() => import("../calls/CallNumber"));
const ImportDialog = lazy(() => import("./ImportDialog"));
const PAUSE_MS = 150;
const KEEPERS = ["supervisor", "office-manager", "admin", "operator"];

export function Book({ book }: { book: Which }) {
  const [typed, setTyped] = useState("");
  const [editing, setEditing] = useState<Contact | "new" | null>(null);
  const [importing, setImporting] = useState(false);
  const { contacts, next, failed, again, more } = useBook(book, typed.trim());
  const mayImport = book === "own" || world.me?.roles.some((role) => KEEPERS.includes(role));
  const entries = [
    ...(mayImport
      ? [
          {
            label: words.import,
            icon: <FileUp size={17} aria-hidden />,
            run: () => setImporting(true),
          },
        ]
      : []),
    ...(["csv", "vcard"] as const).map((format) => ({
      label: format === "csv" ? words.exportCsv : words.exportVcard,
      icon: <FileDown size={17} aria-hidden />,
      run: () => location.assign(exportUrl(book, format)),
    })),
  ];
  return (
    <>
      <div className={css.bar}>
        <div className={css.search}>
          <Search size={16} aria-hidden />
          <input
            type="search"
            aria-label={words.search}
            placeholder={words.search}
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </div>
        <Button kind="primary" onClick={() => setEditing("new")}>
          <Plus size={17} aria-hidden />
          {words.add}
        </Button>
        <Menu label={words.more} className={css.more} entries={entries}>
          {words.more}
        </Menu>
      </div>
      <p role="status">
        <Hidden>{typed.trim() && contacts ? words.found(contacts.length) : ""}</Hidden>
      </p>
      {failed && <Failed text={strings.didNotWork} again={again} />}
      {!failed && !contacts && <Skeleton />}
      {contacts?.length === 0 &&
        (typed.trim() ? (
          <Empty title={words.noneFound} />
        ) : (
          <Empty title={words.emptyBook}>{words.emptyBookText}</Empty>
        ))}
      {contacts && contacts.length > 0 && (
        <Rows contacts={contacts} book={book} edit={setEditing} />
      )}
      {next && (
        <div className={css.next}>
          <Button onClick={more}>{words.loadMore}</Button>
        </div>
      )}
      <Suspense fallback={null}>
        {editing && (
          <ContactDialog
            contact={editing === "new" ? null : editing}
            own={book === "own"}
            close={() => setEditing(null)}
            saved={again}
          />
        )}
        {importing && (
          <ImportDialog book={book} close={() => setImporting(false)} imported={again} />
        )}
      </Suspense>
    </>
  );
}

interface RowsProps {
  contacts: Contact[];
  book: Which;
  edit: (contact: Contact) => void;
}

function Rows({ contacts, book, edit }: RowsProps) {
  return (
    <table aria-label={book === "own" ? words.mine : words.phonebook}>
      <thead>
        <tr>
          <th scope="col">{words.name}</th>
          <th scope="col">{words.numbers}</th>
          <td />
        </tr>
      </thead>
      <tbody>
        {contacts.map((contact) => {
          const called = contact.name || contact.company;
          return (
            <tr key={contact.id}>
              <td>
                <Avatar id={contact.id} name={called} size="small" />
                <span className={css.who}>
                  {called}
                  {contact.name && contact.company && <small>{contact.company}</small>}
                </span>
              </td>
              <td>
                <Numbers contact={contact} called={called} />
              </td>
              <td>
                <IconButton label={words.edit(called)} onClick={() => edit(contact)}>
                  <Pencil size={17} aria-hidden />
                </IconButton>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Numbers({ contact, called }: { contact: Contact; called: string }) {
  const from = world.numbers[0]?.number;
  return (
    <ul className={css.numbers}>
      {contact.numbers.map((one) => (
        <li key={one.number}>
          <span>
            {one.display}
            {one.label && <small>{one.label}</small>}
          </span>
          {world.numbers.length > 0 && (
            <IconButton
              label={words.message(titleOf(called, one.label || null))}
              onClick={() => void startWith({ kind: "sms", to: [one.number], from })}
            >
              <MessageSquareText size={17} aria-hidden />
            </IconButton>
          )}
          <Suspense fallback={null}>
            <CallNumber
              number={one.number}
              name={called}
              own={from ?? null}
              label={words.call(titleOf(called, one.label || null))}
            />
          </Suspense>
        </li>
      ))}
      {contact.emails.map((one) => (
        <li key={one.address}>
          <a href={`mailto:${one.address}`}>{one.address}</a>
        </li>
      ))}
    </ul>
  );
}

/** The contacts of a book as they are asked for; what is late is forgotten. */
function useBook(book: Which, typed: string) {
  const [contacts, setContacts] = useState<Contact[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [failed, setFailed] = useState(false);
  const [turn, setTurn] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a turn is asking again
  useEffect(() => {
    let late = false;
    const timer = setTimeout(
      async () => {
        const page = await pageOf(book, typed, null).catch(() => null);
        if (late) return;
        setFailed(page === null);
        setContacts(page?.items ?? null);
        setNext(page?.next ?? null);
      },
      typed ? PAUSE_MS : 0,
    );
    return () => {
      late = true;
      clearTimeout(timer);
    };
  }, [book, typed, turn]);
  const again = useCallback(() => setTurn((now) => now + 1), []);
  const more = async () => {
    const page = await pageOf(book, typed, next).catch(() => null);
    if (!page) return setFailed(true);
    setContacts((before) => [...(before ?? []), ...page.items]);
    setNext(page.next);
  };
  return { contacts, next, failed, again, more: () => void more() };
}
