/** `region "Contact information"`: all that is kept about somebody, and every way to reach them. */
import { Mail, MessageSquareText, Phone } from "lucide-react";
import { lazy, Suspense, useCallback, useId } from "react";
import { callNumber } from "../calls/calling";
import { contactOf } from "../contacts/api";
import type { Contact, Conversation, Counterpart } from "../contract/shapes";
import { useAnswer } from "../desk/useAnswer";
import { startWith } from "../dock/starting";
import { Button } from "../kit/Button";
import { Avatar, Skeleton } from "../kit/bits";
import kit from "../kit/kit.module.css";
import { world } from "../sync/store";
import { useTopic } from "../sync/topics";
import css from "./history.module.css";
import { words } from "./words";

const AddContact = lazy(() => import("../contacts/AddContact"));

export function ContactInformation({ conversation }: { conversation: Conversation }) {
  const id = useId();
  const { kind, members, counterparts } = conversation;
  const others = members.filter((one) => one.id !== world.me?.id);
  return (
    <section className={css.card} aria-labelledby={id}>
      <h2 id={id}>{words.information}</h2>
      {kind !== "sms" &&
        others.map((one) => <Colleague key={one.id} id={one.id} of={conversation} />)}
      {counterparts.map((one) => (
        <Outside key={one.number} one={one} from={conversation.number?.number ?? null} />
      ))}
    </section>
  );
}

function Colleague({ id, of }: { id: string; of: Conversation }) {
  useTopic(`person:${id}`);
  const person = world.people.get(id) ?? of.members.find((one) => one.id === id);
  if (!person) return null;
  return (
    <div className={css.person}>
      <p>
        <Avatar id={id} name={person.name} size="small" online={person.online} />
        <b>{person.name}</b>
      </p>
      <Chat id={id} dial={person.dial} />
    </div>
  );
}

function Outside({ one, from }: { one: Counterpart; from: string | null }) {
  const contact = one.contact_id;
  return contact ? (
    <Known key={contact} id={contact} from={from} />
  ) : (
    <div className={css.person}>
      <p>
        <Avatar id={one.number} name={one.name ?? ""} size="small" />
        <b>{one.name ?? one.display}</b>
      </p>
      {one.name && <p>{one.display}</p>}
      <p className={css.muted}>{words.unknown}</p>
      <div className={css.ways}>
        <Call number={one.number} label={one.display} name={one.name ?? one.display} from={from} />
        <Suspense fallback={null}>
          <AddContact number={one.number} />
        </Suspense>
      </div>
    </div>
  );
}

function Known({ id, from }: { id: string; from: string | null }) {
  const ask = useCallback(() => contactOf(id), [id]);
  const { value } = useAnswer(ask);
  if (!value) return <Skeleton rows={3} />;
  return <Card contact={value} from={from} />;
}

function Card({ contact, from }: { contact: Contact; from: string | null }) {
  const { name, company, numbers, emails, extension_id, note } = contact;
  const colleague = extension_id ? world.people.get(extension_id) : undefined;
  return (
    <div className={css.person}>
      <p>
        <Avatar id={contact.id} name={name || company} size="small" />
        <b>{name || company}</b>
      </p>
      {company && name && (
        <p>
          <span className={css.muted}>{words.company}</span> {company}
        </p>
      )}
      <ul>
        {numbers.map((one) => (
          <li key={one.number}>
            <p>
              {one.label && <span className={css.muted}>{one.label}</span>} {one.display}
            </p>
            <div className={css.ways}>
              <Sms number={one.number} label={one.label || one.display} />
              <Call
                number={one.number}
                label={one.label || one.display}
                name={name || company}
                from={from}
              />
            </div>
          </li>
        ))}
        {colleague && (
          <li>
            <Chat id={colleague.id} dial={colleague.dial} />
          </li>
        )}
        {emails.map((one) => (
          <li key={one.address}>
            <p>
              {one.label && <span className={css.muted}>{one.label}</span>} {one.address}
            </p>
            <div className={css.ways}>
              <a
                className={kit.button}
                href={`mailto:${one.address}`}
                aria-label={words.email(one.address)}
              >
                <Mail size={16} aria-hidden />
                {words.email(one.label || one.address)}
              </a>
            </div>
          </li>
        ))}
      </ul>
      {note && (
        <p>
          <span className={css.muted}>{words.note}</span> {note}
        </p>
      )}
    </div>
  );
}

function Chat({ id, dial }: { id: string; dial: string }) {
  return (
    <div className={css.ways}>
      <Button onClick={() => void startWith({ kind: "direct", to: [id] })}>
        <MessageSquareText size={16} aria-hidden />
        {words.chat(dial)}
      </Button>
    </div>
  );
}

function Sms({ number, label }: { number: string; label: string }) {
  const from = world.numbers[0]?.number;
  if (!from) return null;
  return (
    <Button onClick={() => void startWith({ kind: "sms", to: [number], from })}>
      <MessageSquareText size={16} aria-hidden />
      {words.sms(label)}
    </Button>
  );
}

interface CallProps {
  number: string;
  label: string;
  name: string;
  from: string | null;
}

function Call({ number, label, name, from }: CallProps) {
  const calling = world.rights?.calling;
  if (!calling) return null;
  const face = (
    <>
      <Phone size={16} aria-hidden />
      {words.call}
    </>
  );
  return calling.voice === "tel" ? (
    <a className={kit.button} href={`tel:${number}`} aria-label={words.callNumber(label)}>
      {face}
    </a>
  ) : (
    <Button label={words.callNumber(label)} onClick={() => void callNumber(number, from, name)}>
      {face}
    </Button>
  );
}
