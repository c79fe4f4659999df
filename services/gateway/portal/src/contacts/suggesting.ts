/** Asks whom the typed text may mean, a moment after the last letter; late answers are forgotten. */
import { useEffect, useState } from "react";
import type { Recipients } from "../contract/shapes";
import { world } from "../sync/store";
import { recipientsFor } from "./api";
import { outsider, type Recipient, teammate, typedNumber } from "./recipient";
import { words } from "./words";

const PAUSE_MS = 120;

export interface Suggestions {
  groups: { name: string; items: Recipient[] }[];
  typed: Recipient | null;
  /** What was asked; another text is still on its way. */
  about: string;
}

const NONE: Suggestions = { groups: [], typed: null, about: "" };

export function useSuggestions(
  text: string,
  taken: readonly string[],
  texts: boolean,
): Suggestions {
  const [found, setFound] = useState<Suggestions>(NONE);
  const asked = text.trim();
  useEffect(() => {
    if (!asked) {
      setFound(NONE);
      return;
    }
    let late = false;
    const timer = setTimeout(async () => {
      const answer = await recipientsFor(asked).catch(() => null);
      if (!late && answer) setFound({ ...grouped(answer, texts), about: asked });
    }, PAUSE_MS);
    return () => {
      late = true;
      clearTimeout(timer);
    };
  }, [asked, texts]);
  const ids = new Set(taken);
  const left = found.groups.map(({ name, items }) => ({
    name,
    items: items.filter((one) => !ids.has(one.id)),
  }));
  return { ...found, groups: left.filter(({ items }) => items.length > 0) };
}

function grouped(answer: Recipients, texts: boolean): Omit<Suggestions, "about"> {
  const own = answer.teammates.filter((person) => person.id !== world.me?.id);
  return {
    groups: [
      { name: words.teammates, items: own.map(teammate) },
      { name: words.phonebook, items: texts ? answer.phonebook.map(outsider) : [] },
      { name: words.recent, items: texts ? answer.recent.map(outsider) : [] },
    ],
    typed: texts && answer.typed ? typedNumber(answer.typed) : null,
  };
}
