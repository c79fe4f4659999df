/** `status "Message length"`: what a text costs, what made it dear, and the plain letters instead. */
import { useId, useMemo } from "react";
import kit from "../kit/kit.module.css";
import { world } from "../sync/store";
import css from "./composer.module.css";
import { type Measure, measure, type Replacement, simplify } from "./encoding";
import { words } from "./length.words";

/** From here on a person wants to know how much is left. */
const SHOWN_FROM = 120;
const MOST_NAMED = 5;

interface LengthProps {
  text: string;
  replace: (plain: string, said: string) => void;
}

export default function Length({ text, replace }: LengthProps) {
  const cost = useMemo(() => measure(text), [text]);
  const plain = useMemo(() => better(text, cost), [text, cost]);
  const hint = useId();
  const most = world.limits?.text_characters ?? Number.POSITIVE_INFINITY;
  const shown = cost.units >= SHOWN_FROM || cost.encoding === "ucs2" || cost.segments > 1;
  const over = [...text].length > most;
  const price = wordsOf(cost, over ? most : null);
  return (
    <>
      <p
        role="status"
        aria-live="off"
        aria-label={words.length}
        className={css.length}
        data-over={over || undefined}
        data-encoding={cost.encoding}
        data-segments={cost.segments}
        data-left={cost.left}
        title={shown ? words.left(cost.left) : undefined}
      >
        {shown && [words.characters(cost.characters), ...price].join(" · ")}
      </p>
      {/* Said aloud when the price changes, not at every key. */}
      <p role="status" className={kit.hidden}>
        {shown && (cost.segments > 1 || cost.offending.length > 0) && price.join(", ")}
      </p>
      {plain && (
        <>
          <button
            type="button"
            className={css.plain}
            aria-describedby={hint}
            title={replacedWords(plain.replaced)}
            onClick={() => replace(plain.text, replacedWords(plain.replaced))}
          >
            {words.plainLetters}
          </button>
          <span id={hint} className={kit.hidden}>
            {words.plainHint(plain.segments)}
          </span>
        </>
      )}
    </>
  );
}

function wordsOf(cost: Measure, most: number | null): string[] {
  const named = cost.offending.map((one) => visible(one.character));
  const shown = named.slice(0, MOST_NAMED).join(" ");
  const more = named.length > MOST_NAMED ? " …" : "";
  return [
    words.texts(cost.segments),
    ...(named.length > 0 ? [words.special(named.length, shown + more)] : []),
    ...(most !== null ? [words.tooLong(words.characters(most))] : []),
  ];
}

/** Worth offering only where nothing dear remains. */
function better(text: string, cost: Measure) {
  if (cost.encoding === "gsm7") return null;
  const plain = simplify(text);
  const { encoding, segments } = measure(plain.text);
  return encoding === "gsm7" ? { ...plain, segments } : null;
}

/** What was replaced, each kind once: “ by ", a special space by a space. */
function replacedWords(replaced: Replacement[]): string {
  const pairs = replaced.map(({ was, now }) => words.into(visible(was), plainly(now)));
  return words.replaced([...new Set(pairs)].join(" · "));
}

function visible(character: string): string {
  if (/^\p{Z}$/u.test(character)) return words.nonBreaking;
  return /^[\p{C}\s]+$/u.test(character) ? words.removed : character;
}

function plainly(now: string): string {
  if (now === "") return words.nothing;
  return now === " " ? words.space : now;
}
