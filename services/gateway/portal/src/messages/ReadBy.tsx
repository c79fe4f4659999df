/** Under the last message that each has read: who they are. */
import { Check } from "lucide-react";
import type { Reader } from "../contract/shapes";
import { clockTime } from "../kit/time";
import { strings } from "../strings";
import css from "./readby.module.css";

export function ReadBy({ readers }: { readers: readonly Reader[] }) {
  return (
    <p className={css.readers}>
      {readers.map(({ person_id, name, at }) => (
        <span key={person_id} role="img" aria-label={strings.readBy(name, clockTime(at))}>
          <Check size={13} aria-hidden />
          {name}
        </span>
      ))}
    </p>
  );
}
