/** A chat box for somebody yet to be chosen; it becomes theirs. */
import { NewMessageForm } from "../messages/NewMessageForm";
import { BoxButtons } from "./BoxButtons";
import { closeBox, fillBox, NEW } from "./boxes";
import css from "./dock.module.css";
import { words } from "./words";

export function NewBox({ minimized }: { minimized: boolean }) {
  return (
    <aside aria-label={words.newChat} className={css.box} data-minimized={minimized || undefined}>
      <header className={css.head}>
        <div className={css.title}>
          <h2>{words.newChat}</h2>
        </div>
        <BoxButtons id={NEW} minimized={minimized} />
      </header>
      {!minimized && (
        <div className={css.form}>
          <NewMessageForm started={fillBox} cancel={() => closeBox(NEW)} />
        </div>
      )}
    </aside>
  );
}
