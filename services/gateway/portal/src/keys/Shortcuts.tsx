/** Listens to the keyboard for the whole page; `?` shows `dialog "Keyboard shortcuts"`. */
import { Fragment, useEffect, useState } from "react";
import { Button } from "../kit/Button";
import { Dialog, DialogActions } from "../kit/Dialog";
import { strings } from "../strings";
import { clock } from "../sync/clock";
import { capsOf, chordOf, isSingle } from "./chords";
import css from "./keys.module.css";
import { Switcher } from "./Switcher";
import { shortcuts } from "./shortcuts";
import { words } from "./words";

/** The second key of "G then M" comes soon, or means itself. */
const THEN_MS = 1_000;

export default function Shortcuts({ singleKeys }: { singleKeys: boolean }) {
  const [shown, show] = useState<"help" | "switcher" | null>(null);
  useEffect(() => listen(singleKeys, show), [singleKeys]);
  const close = () => show(null);
  if (shown === "switcher") return <Switcher close={close} />;
  return shown && <ShortcutsDialog close={close} />;
}

function listen(singleKeys: boolean, show: (what: "help" | "switcher") => void): () => void {
  let first = "";
  let pressed = Number.NEGATIVE_INFINITY;
  const key = (event: KeyboardEvent) => {
    const chord = chordOf(event);
    if (isTaken(event, chord) || (isSingle(chord) && !singleKeys)) return;
    const now = clock.now();
    const both = now - pressed < THEN_MS ? `${first} ${chord}` : chord;
    [first, pressed] = [chord, now];
    const all = shortcuts();
    const found =
      all.find(({ keys }) => keys.includes(both)) ?? all.find(({ keys }) => keys.includes(chord));
    if (found?.name === "help" || found?.name === "switcher") show(found.name);
    else if (!found?.run?.()) return;
    event.preventDefault();
  };
  document.addEventListener("keydown", key);
  document.body.dataset.keys = "heard"; // from here on: this comes after the page's first sight
  return () => {
    document.removeEventListener("keydown", key);
    delete document.body.dataset.keys;
  };
}

/** Somebody nearer has a use for it: a field that is typed in, a menu, a dialog. */
function isTaken(event: KeyboardEvent, chord: string): boolean {
  if (event.defaultPrevented || event.isComposing) return true;
  if (document.querySelector("dialog[open], [popover]:popover-open:not([role=tooltip])"))
    return true;
  const field = event.target as HTMLElement | null;
  return isSingle(chord) && (field?.matches?.("input, textarea, select") ?? false);
}

function ShortcutsDialog({ close }: { close: () => void }) {
  const groups = Object.entries(words.groups) as [keyof typeof words.groups, string][];
  return (
    <Dialog title={words.title} onClose={close}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keys too */}
      <div className={css.groups} tabIndex={0}>
        {groups.map(([group, title]) => (
          <section key={group} aria-label={title}>
            <h3>{title}</h3>
            <dl>
              {shortcuts()
                .filter((one) => one.group === group)
                .map(({ name, label, keys }) => (
                  <div key={name}>
                    <dt>{label}</dt>
                    <dd>
                      <Keys keys={keys} />
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
      <DialogActions>
        <Button kind="primary" autoFocus onClick={close}>
          {strings.close}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function Keys({ keys }: { keys: readonly string[] }) {
  return keys.map((way, index) => (
    <Fragment key={way}>
      {index > 0 && <small>{words.or}</small>}
      {way.split(" ").map((chord, at) => (
        <Fragment key={chord}>
          {at > 0 && <small>{words.after}</small>}
          {capsOf(chord).map((cap) => (
            <kbd key={cap}>{cap}</kbd>
          ))}
        </Fragment>
      ))}
    </Fragment>
  ));
}
