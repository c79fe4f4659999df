/** What to look for: type, subject, actor, time. */
import { useEffect, useId, useState } from "react";
import { Button } from "../../kit/Button";
import kit from "../../kit/kit.module.css";
import { type Filter, log } from "./api";
import css from "./events.module.css";
import { words } from "./words";

let known: string[] = [];

export function Filters({ filter, sift }: { filter: Filter; sift: (filter: Filter) => void }) {
  const [wish, setWish] = useState(filter);
  const [types, setTypes] = useState(known);
  const list = useId();
  useEffect(() => {
    if (known.length === 0)
      log.types().then(
        ({ items }) => {
          known = items;
          setTypes(items);
        },
        () => undefined,
      ); // without suggestions one types
  }, []);
  const field = (name: keyof Filter, type: string, more = {}) => (
    <label className={css.filter}>
      <span>{words.filters[name]}</span>
      <input
        className={kit.input}
        type={type}
        value={wish[name] ?? ""}
        onInput={(event) => setWish({ ...wish, [name]: event.currentTarget.value })}
        {...more}
      />
    </label>
  );
  return (
    <form
      className={css.filters}
      onSubmit={(event) => {
        event.preventDefault();
        sift(wish);
      }}
    >
      {field("type", "text", { list, placeholder: "queue." })}
      {field("subject", "text")}
      {field("actor", "text")}
      {field("from", "datetime-local", { step: 1 })}
      {field("to", "datetime-local", { step: 1 })}
      <datalist id={list}>
        {types.map((type) => (
          <option key={type} value={type} />
        ))}
      </datalist>
      <Button submit>{words.filter}</Button>
      {Object.values(filter).some(Boolean) && (
        <Button onClick={() => sift({})}>{words.clear}</Button>
      )}
    </form>
  );
}
