/** `dialog "Quick switcher"`: a few letters and Enter lead to a chat, a person, a page, a command. */
import { useId, useState } from "react";
import { Avatar, Hidden } from "../kit/bits";
import { Dialog } from "../kit/Dialog";
import kit from "../kit/kit.module.css";
import { type Goal, goalsFor } from "./goals";
import css from "./keys.module.css";
import { words } from "./words";

export function Switcher({ close }: { close: () => void }) {
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const id = useId();
  const sections = goalsFor(typed);
  const goals = sections.flatMap((section) => section.goals);
  const current = Math.min(at, goals.length - 1);
  const take = (goal: Goal | undefined) => {
    if (!goal) return;
    close();
    // After the dialog has given the focus back.
    requestAnimationFrame(() => goal.run());
  };
  const key = (event: { key: string; preventDefault(): void }) => {
    const to = { ArrowDown: current + 1, ArrowUp: current - 1 }[event.key];
    if (to !== undefined) setAt((to + goals.length) % Math.max(1, goals.length));
    else if (event.key === "Enter") take(goals[current]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title={words.switcher} onClose={close}>
      <input
        className={kit.input}
        role="combobox"
        aria-label={words.where}
        aria-autocomplete="list"
        aria-expanded={goals.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={current >= 0 ? `${id}-${current}` : undefined}
        autoComplete="off"
        placeholder={words.where}
        value={typed}
        data-autofocus
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={key}
      />
      <div id={`${id}-list`} role="listbox" aria-label={words.switcher} className={css.goals}>
        {sections.map(({ name, goals: some }) => (
          // biome-ignore lint/a11y/useSemanticElements: a listbox has no fieldsets
          <div role="group" aria-label={name} key={name}>
            <span aria-hidden="true">{name}</span>
            {some.map((goal) => (
              // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus (APG combobox)
              // biome-ignore lint/a11y/useKeyWithClickEvents: as above, its keys are the field's
              <div
                key={goal.id}
                id={`${id}-${goals.indexOf(goal)}`}
                role="option"
                aria-selected={goals.indexOf(goal) === current}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => take(goal)}
              >
                {goal.face && <Avatar size="small" {...goal.face} />}
                <span>{goal.label}</span>
                <small>{goal.detail}</small>
              </div>
            ))}
          </div>
        ))}
        {goals.length === 0 && <p>{words.nothing}</p>}
      </div>
      <p role="status">
        <Hidden>{typed && words.found(goals.length)}</Hidden>
      </p>
    </Dialog>
  );
}
