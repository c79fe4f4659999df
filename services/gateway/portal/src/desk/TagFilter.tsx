/** `combobox "Tag"`: only what carries it; there once anything carries one. */
import { ChevronDown } from "lucide-react";
import { world } from "../sync/store";
import { useTopic } from "../sync/topics";
import css from "./desk.module.css";
import { words } from "./words";

export default function TagFilter({ tag, change }: { tag: string; change: (tag: string) => void }) {
  useTopic("list");
  const tags = new Set([...world.conversations.values()].flatMap((one) => one.tags));
  if (tags.size === 0 && !tag) return null;
  return (
    <label className={css.sieve} data-on={tag !== "" || undefined}>
      <select
        aria-label={words.tag}
        value={tag}
        onChange={(event) => change(event.currentTarget.value)}
      >
        <option value="">{words.anyTag}</option>
        {[...new Set([...tags, tag])]
          .filter(Boolean)
          .sort((a, b) => a.localeCompare(b))
          .map((one) => (
            <option key={one}>{one}</option>
          ))}
      </select>
      <ChevronDown size={14} aria-hidden />
    </label>
  );
}
