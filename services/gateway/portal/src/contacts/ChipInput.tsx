/** `combobox "To"`: type part of a name or a number; what is chosen becomes a pill. */
import { SendHorizontal, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { Avatar, Hidden } from "../kit/bits";
import kit from "../kit/kit.module.css";
import css from "./chips.module.css";
import type { Recipient } from "./recipient";
import { useSuggestions } from "./suggesting";
import { words } from "./words";

interface ChipInputProps {
  chosen: Recipient[];
  choose: (recipients: Recipient[]) => void;
  /** Whether outside numbers can be chosen. */
  texts: boolean;
  trouble: string | null;
  /** Who cannot be chosen again. */
  inside?: readonly string[];
  /** Takes the focus where it appears. */
  autoFocus?: boolean;
}

export function ChipInput(props: ChipInputProps) {
  const { chosen, choose, texts, trouble, inside = [], autoFocus } = props;
  const [text, setText] = useState("");
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const [wrong, setWrong] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const { groups, typed, about } = useSuggestions(
    text,
    [...inside, ...chosen.map((one) => one.id)],
    texts,
  );
  const listed = groups.flatMap(({ items }) => items);
  const options = typed && !listed.some((one) => one.id === typed.id) ? [...listed, typed] : listed;
  const shown = open && text.trim() !== "" && options.length > 0;
  const current = shown ? Math.min(at, options.length - 1) : -1;
  const error = wrong ?? trouble;
  useEffect(() => {
    if (autoFocus) field.current?.focus();
  }, [autoFocus]);

  const write = (value: string) => {
    setText(value);
    setAt(0);
    setOpen(true);
    setWrong(null);
  };
  const take = (recipient: Recipient) => {
    choose([...chosen.filter((one) => one.id !== recipient.id), recipient]);
    write("");
    setOpen(false);
    field.current?.focus();
  };
  const drop = (recipient: Recipient) => {
    choose(chosen.filter((one) => one.id !== recipient.id));
    field.current?.focus();
  };
  const edit = (recipient: Recipient) => {
    drop(recipient);
    write(recipient.outside ? recipient.detail || recipient.title : recipient.title);
  };
  const enter = () => {
    const found = options[current];
    if (found) take(found);
    else if (text.trim()) setWrong(words.needsNumber);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const writing = text.trim() !== "";
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Enter" && writing) enter();
    else if (event.key === "Escape" && shown) setOpen(false);
    else if (event.key === "Backspace" && text === "") dropLast();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const dropLast = () => {
    const last = chosen.at(-1);
    if (last) drop(last);
  };
  const move = (by: number) => {
    setOpen(true);
    if (options.length > 0) setAt((Math.max(current, 0) + by + options.length) % options.length);
  };

  return (
    <div className={css.box} data-invalid={error ? "true" : undefined}>
      <label htmlFor={`${id}-field`}>{words.to}</label>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a press beside the field is one in it */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the field itself takes the keys */}
      <div className={css.line} onClick={() => field.current?.focus()}>
        <ul aria-label={words.recipients} hidden={chosen.length === 0}>
          {chosen.map((one) => (
            <Pill key={one.id} recipient={one} drop={() => drop(one)} edit={() => edit(one)} />
          ))}
        </ul>
        <input
          ref={field}
          id={`${id}-field`}
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={shown}
          aria-controls={`${id}-list`}
          aria-activedescendant={current >= 0 ? `${id}-${current}` : undefined}
          aria-invalid={error ? "true" : undefined}
          aria-describedby={error ? `${id}-error` : undefined}
          autoComplete="off"
          placeholder={chosen.length === 0 ? words.toHint : ""}
          value={text}
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onBlur={() => setOpen(false)}
        />
        {typed && about === text.trim() && (
          <button
            type="button"
            className={css.send}
            aria-label={words.sendToIcon}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => take(typed)}
          >
            <SendHorizontal size={17} aria-hidden />
          </button>
        )}
      </div>
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label={words.contacts}
        className={css.list}
        hidden={!shown}
      >
        {groups.map(({ name, items }) => (
          // biome-ignore lint/a11y/useSemanticElements: a listbox has no fieldsets
          <div role="group" aria-label={name} key={name}>
            <span aria-hidden="true">{name}</span>
            {items.map((one) => (
              <Choice
                key={one.id}
                id={`${id}-${options.indexOf(one)}`}
                recipient={one}
                selected={options.indexOf(one) === current}
                take={() => take(one)}
              />
            ))}
          </div>
        ))}
        {typed && options.at(-1) === typed && (
          <Choice
            id={`${id}-${options.length - 1}`}
            recipient={{ ...typed, title: words.sendTo(typed.title) }}
            selected={current === options.length - 1}
            take={() => take(typed)}
          />
        )}
      </div>
      <p role="status">
        <Hidden>{about && about === text.trim() ? words.suggestions(options.length) : ""}</Hidden>
      </p>
      {error && (
        <small id={`${id}-error`} className={kit.error} role="alert">
          {error}
        </small>
      )}
    </div>
  );
}

function Pill({
  recipient,
  drop,
  edit,
}: {
  recipient: Recipient;
  drop: () => void;
  edit: () => void;
}) {
  return (
    <li className={css.pill} data-outside={recipient.outside || undefined} onDoubleClick={edit}>
      <span>{recipient.title}</span>
      <button
        type="button"
        aria-label={words.remove(recipient.title)}
        onClick={drop}
        onKeyDown={(event) => {
          if (event.key === "F2") edit();
          if (event.key === "Delete" || event.key === "Backspace") drop();
        }}
      >
        <X size={14} aria-hidden />
      </button>
    </li>
  );
}

interface ChoiceProps {
  id: string;
  recipient: Recipient;
  selected: boolean;
  take: () => void;
}

/** The focus stays in the field; the option that Enter takes is `aria-selected`. */
function Choice({ id, recipient, selected, take }: ChoiceProps) {
  const { title, detail } = recipient;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus (APG combobox)
    // biome-ignore lint/a11y/useKeyWithClickEvents: as above, its keys are the field's
    <div
      id={id}
      role="option"
      aria-selected={selected}
      aria-label={detail ? `${title}, ${detail}` : title}
      className={css.option}
      onMouseDown={(event) => event.preventDefault()}
      onClick={take}
    >
      <Avatar id={recipient.id} name={title} size="small" />
      <span>{title}</span>
      <small>{detail}</small>
    </div>
  );
}
