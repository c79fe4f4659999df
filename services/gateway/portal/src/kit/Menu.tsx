/** Menus: arrows, Home and End move, Esc and a choice close, the focus returns. */
import { Check } from "lucide-react";
import { Fragment, type ReactNode, useId, useLayoutEffect, useRef, useState } from "react";
import { place } from "./Button";
import css from "./menu.module.css";

export interface MenuEntry {
  label: string;
  icon?: ReactNode;
  checked?: boolean;
  kind?: "radio" | "check";
  group?: string;
  rule?: boolean;
  run: () => void;
}

interface MenuProps {
  label: string;
  className?: string;
  head?: ReactNode;
  entries: MenuEntry[];
  children: ReactNode;
}

export function Menu({ label, className, head, entries, children }: MenuProps) {
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <>
      <button
        type="button"
        ref={button}
        className={className}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(true)}
      >
        {children}
      </button>
      {open && button.current && (
        <MenuBox
          id={id}
          label={label}
          head={head}
          entries={entries}
          anchor={button.current}
          close={() => setOpen(false)}
        />
      )}
    </>
  );
}

interface MenuBoxProps {
  id?: string;
  label: string;
  head?: ReactNode;
  entries: MenuEntry[];
  anchor: HTMLElement;
  close: () => void;
}

/** The menu itself, at whatever opened it. */
export function MenuBox({ id, label, head, entries, anchor, close }: MenuBoxProps) {
  const menu = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const box = menu.current;
    if (!box) return;
    box.showPopover();
    place(box, anchor, "start");
    box.querySelector<HTMLElement>("[data-entry]")?.focus();
  }, [anchor]);
  const leave = () => {
    anchor.focus();
    close();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys bubble up here from the entries, which have the focus
    <div
      ref={menu}
      id={id}
      popover="auto"
      className={css.menu}
      onToggle={(event) => (event as unknown as ToggleEvent).newState === "closed" && close()}
      onKeyDown={(event) => move(event, menu.current, leave)}
    >
      {head && <div className={css.menuHead}>{head}</div>}
      <div role="menu" aria-label={label}>
        {entries.map((entry, index) => (
          <Fragment key={entry.label}>
            {entry.rule && <hr className={css.rule} />}
            {entry.group && entry.group !== entries[index - 1]?.group && (
              <span role="presentation" className={css.menuLabel}>
                {entry.group}
              </span>
            )}
            <Entry entry={entry} close={leave} />
          </Fragment>
        ))}
      </div>
    </div>
  );
}

function Entry({ entry, close }: { entry: MenuEntry; close: () => void }) {
  const role =
    entry.kind === "radio"
      ? "menuitemradio"
      : entry.kind === "check"
        ? "menuitemcheckbox"
        : "menuitem";
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: aria-checked goes only with the two checked roles
    <button
      type="button"
      role={role}
      tabIndex={-1}
      data-entry
      aria-checked={entry.kind ? Boolean(entry.checked) : undefined}
      className={css.menuItem}
      onClick={() => {
        close();
        entry.run();
      }}
    >
      {entry.icon}
      <span>{entry.label}</span>
      {entry.checked && <Check size={16} aria-hidden />}
    </button>
  );
}

function move(
  event: { key: string; preventDefault(): void },
  menu: HTMLElement | null,
  close: () => void,
): void {
  const entries = [...(menu?.querySelectorAll<HTMLElement>("[data-entry]") ?? [])];
  const at = entries.indexOf(document.activeElement as HTMLElement);
  const goal = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key];
  if (event.key === "Tab" || event.key === "Escape") close();
  if (goal === undefined) return;
  event.preventDefault();
  entries.at(goal % entries.length)?.focus();
}
