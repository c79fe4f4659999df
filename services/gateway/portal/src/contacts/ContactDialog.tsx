/** `dialog "Add contact"`, or an existing one to change: names, typed numbers and e-mails. */
import { Plus, X } from "lucide-react";
import { useState } from "react";
import type { Contact } from "../contract/shapes";
import { Button, IconButton } from "../kit/Button";
import { Switch } from "../kit/bits";
import { Dialog, DialogActions, Field } from "../kit/Dialog";
import kit from "../kit/kit.module.css";
import { strings } from "../strings";
import { failureOf } from "../sync/gateway";
import { change, create, remove, type Wish } from "./api";
import css from "./book.module.css";
import { words } from "./words";

interface ContactDialogProps {
  /** None is a new one. */
  contact: Contact | null;
  own: boolean;
  /** A number that the new contact begins with, or that is added to the existing one. */
  number?: string;
  close: () => void;
  saved?: () => void;
}

export default function ContactDialog(props: ContactDialogProps) {
  const { contact, close } = props;
  return (
    <Dialog title={contact ? words.editTitle : words.add} onClose={close}>
      <ContactForm {...props} />
    </Dialog>
  );
}

export function ContactForm({ contact, own, number, close, saved }: ContactDialogProps) {
  const [wish, setWish] = useState<Wish>(() => wishOf(contact, own, number));
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const set = (part: Partial<Wish>) => setWish((before) => ({ ...before, ...part }));
  const finish = async (work: Promise<unknown>) => {
    setBusy(true);
    try {
      await work;
      saved?.();
      close();
    } catch (error) {
      setTrouble(failureOf(error).text || strings.didNotWork);
      setBusy(false);
    }
  };
  const save = () => {
    const filled = {
      ...wish,
      numbers: wish.numbers.filter((one) => one.number.trim()),
      emails: wish.emails.filter((one) => one.address.trim()),
    };
    void finish(contact ? change(contact, filled) : create(filled));
  };
  if (deleting && contact)
    return (
      <>
        <p>{words.deleteTitle(contact.name || contact.company)}</p>
        <p className={kit.lead}>{words.deleteLead}</p>
        {trouble && <Trouble text={trouble} />}
        <DialogActions>
          <Button onClick={() => setDeleting(false)}>{strings.cancel}</Button>
          <Button kind="danger" disabled={busy} onClick={() => void finish(remove(contact.id))}>
            {words.delete}
          </Button>
        </DialogActions>
      </>
    );
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <Text label={words.name} value={wish.name} set={(name) => set({ name })} first />
      <Text label={words.company} value={wish.company} set={(company) => set({ company })} />
      <Ways
        title={words.numbers}
        add={words.addNumber}
        names={[words.number, words.type]}
        mode="tel"
        rows={wish.numbers.map((one) => [one.number, one.label])}
        set={(rows) => set({ numbers: rows.map(([number, label]) => ({ number, label })) })}
      />
      <Ways
        title={words.emails}
        add={words.addEmail}
        names={[words.email, words.emailType]}
        mode="email"
        rows={wish.emails.map((one) => [one.address, one.label])}
        set={(rows) => set({ emails: rows.map(([address, label]) => ({ address, label })) })}
      />
      <Field label={words.note}>
        <textarea
          className={kit.input}
          rows={2}
          maxLength={2_000}
          value={wish.note}
          onInput={(event) => set({ note: event.currentTarget.value })}
        />
      </Field>
      {(!contact || contact.own) && (
        <div>
          <Switch label={words.share} checked={!wish.own} onChange={(on) => set({ own: !on })} />
          <small className={kit.hint}>{words.shareHint}</small>
        </div>
      )}
      {trouble && <Trouble text={trouble} />}
      <DialogActions>
        {contact && (
          <Button kind="danger" onClick={() => setDeleting(true)}>
            {words.delete}
          </Button>
        )}
        <Button onClick={close}>{strings.cancel}</Button>
        <Button submit kind="primary" disabled={busy}>
          {words.save}
        </Button>
      </DialogActions>
    </form>
  );
}

function wishOf(contact: Contact | null, own: boolean, number?: string): Wish {
  const more = number ? [{ number, label: "" }] : [];
  if (!contact) {
    const numbers = number ? more : [{ number: "", label: "" }];
    const bare = { name: "", company: "", note: "", extension_id: null };
    return { ...bare, own, numbers, emails: [] };
  }
  const { name, company, note, extension_id, emails } = contact;
  const numbers = [...contact.numbers.map(({ number, label }) => ({ number, label })), ...more];
  return { own: contact.own, name, company, note, extension_id, emails, numbers };
}

function Trouble({ text }: { text: string }) {
  return (
    <p role="alert" className={kit.error}>
      {text}
    </p>
  );
}

interface TextProps {
  label: string;
  value: string;
  set: (value: string) => void;
  first?: boolean;
}

function Text({ label, value, set, first }: TextProps) {
  return (
    <Field label={label}>
      <input
        className={kit.input}
        value={value}
        maxLength={200}
        autoComplete="off"
        data-autofocus={first || undefined}
        onInput={(event) => set(event.currentTarget.value)}
      />
    </Field>
  );
}

type Row = [value: string, label: string];

interface WaysProps {
  title: string;
  add: string;
  /** The name of a row's field, and of its type. */
  names: [(n: number) => string, (n: number) => string];
  mode: "tel" | "email";
  rows: Row[];
  set: (rows: Row[]) => void;
}

function Ways({ title, add, names: [name, type], mode, rows, set }: WaysProps) {
  const put = (place: number, row: Row) => set(rows.map((one, n) => (n === place ? row : one)));
  return (
    <fieldset className={css.ways}>
      <legend>{title}</legend>
      {rows.map(([value, label], place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place; it has no other name
        <div key={place}>
          <input
            className={kit.input}
            inputMode={mode}
            autoComplete="off"
            aria-label={name(place + 1)}
            value={value}
            onInput={(event) => put(place, [event.currentTarget.value, label])}
          />
          <select
            className={kit.input}
            aria-label={type(place + 1)}
            value={label}
            onChange={(event) => put(place, [value, event.currentTarget.value])}
          >
            <option value="">{words.noType}</option>
            {[...new Set([...words.types, label])].filter(Boolean).map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
          <IconButton
            label={words.takeOut(value || name(place + 1))}
            onClick={() => set(rows.filter((_, n) => n !== place))}
          >
            <X size={16} aria-hidden />
          </IconButton>
        </div>
      ))}
      <Button small onClick={() => set([...rows, ["", ""]])}>
        <Plus size={15} aria-hidden />
        {add}
      </Button>
    </fieldset>
  );
}
