/** The small things: avatar, tag, badge, switch, empty states, skeletons. */
import { Phone, Users } from "lucide-react";
import { type ReactNode, useId } from "react";
import { strings } from "../strings";
import css from "./kit.module.css";

/** Fixed hues, far enough apart to be told from each other. */
const HUES = [155, 205, 255, 300, 350, 30, 70, 110];

function hueOf(id: string): number {
  let hash = 0x811c9dc5; // FNV-1a: alike ids get unlike hues
  for (const letter of id) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
  return HUES[(hash >>> 13) % HUES.length] ?? 155;
}

function initials(name: string): string {
  const words = name
    .split(" – ", 1)
    .join()
    .split(/\s+/)
    .filter((word) => /^\p{L}/u.test(word));
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map(
    (word) => [...(word ?? "")][0] ?? "",
  );
  return letters.join("").toUpperCase();
}

interface AvatarProps {
  id: string;
  name: string;
  kind?: "person" | "group";
  size?: "small" | "tiny";
  online?: boolean;
}

export function Avatar({ id, name, kind = "person", size, online }: AvatarProps) {
  const letters = initials(name);
  const icon = size === "tiny" ? 13 : 18;
  const style = { "--hue": hueOf(id) } as Record<string, number>;
  return (
    <span className={css.avatar} data-size={size} style={style}>
      {/* for the eye alone: as text they would have to be part of a button's name */}
      <span
        aria-hidden="true"
        className={css.letters}
        data-letters={kind === "group" ? undefined : letters}
      >
        {kind === "group" ? <Users size={icon} /> : !letters && <Phone size={icon} />}
      </span>
      {online !== undefined && <PresenceDot name={name} online={online} />}
    </span>
  );
}

export function PresenceDot({ name, online }: { name: string; online: boolean }) {
  return (
    <span
      role="img"
      className={css.presence}
      data-online={online}
      aria-label={online ? strings.online(name) : strings.offline(name)}
    />
  );
}

export function TagMark({ tag }: { tag: string }) {
  return (
    <span className={css.tag} data-tag={tag}>
      {tag}
    </span>
  );
}

/** The count is read aloud in words; the figure is for the eye. */
export function Unread({ count, marked }: { count: number; marked: boolean }) {
  if (count === 0 && !marked) return null;
  return (
    <>
      <span
        className={css.badge}
        data-badge
        data-plain={count === 0 || undefined}
        aria-hidden="true"
      >
        {count > 0 ? (count > 99 ? "99+" : count) : ""}
      </span>
      <Hidden>{count > 0 ? strings.newMessages(count) : strings.markedUnread}</Hidden>
    </>
  );
}

export function Hidden({ children }: { children: ReactNode }) {
  return <span className={css.hidden}>{children}</span>;
}

interface SwitchProps {
  label: string;
  describedBy?: string;
  checked: boolean;
  disabled?: boolean;
  onChange: (on: boolean) => void;
}

export function Switch({ label, describedBy, checked, disabled, onChange }: SwitchProps) {
  return (
    <input
      type="checkbox"
      // biome-ignore lint/a11y/useAriaPropsForRole: a native checkbox says for itself whether it is on
      role="switch"
      className={css.switch}
      aria-label={label}
      aria-describedby={describedBy}
      checked={checked}
      disabled={disabled}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}

export function Empty({
  icon,
  title,
  text,
  children,
}: {
  icon?: ReactNode;
  title: string;
  text?: string;
  children?: ReactNode;
}) {
  return (
    <div className={css.empty}>
      {icon}
      <strong>{title}</strong>
      {text && <p>{text}</p>}
      {children}
    </div>
  );
}

export function Failed({ text, again }: { text: string; again: () => void }) {
  const id = useId();
  return (
    <div className={css.empty} role="alert" aria-labelledby={id}>
      <strong id={id}>{text}</strong>
      <button type="button" className={css.button} onClick={again}>
        {strings.tryAgain}
      </button>
    </div>
  );
}

export function Skeleton({ rows = 5 }: { rows?: number }) {
  return (
    <div className={css.skeleton} aria-hidden="true">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
        <i key={row} />
      ))}
    </div>
  );
}
