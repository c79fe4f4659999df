/** `tree "Cause"`: from the request that began it to whom it was told, each a link to its fact. */
import { type KeyboardEvent, useCallback, useMemo, useRef, useState } from "react";
import { useAnswer } from "../../desk/useAnswer";
import { Failed, Skeleton } from "../../kit/bits";
import { log, type Node } from "./api";
import css from "./events.module.css";
import { numberOf, plainType, timeOf } from "./format";
import { place, stepOf } from "./tree";
import { words } from "./words";

interface Props {
  position: number;
  open: (position: number) => void;
}

export function CauseTree({ position, open }: Props) {
  const ask = useCallback(() => log.why(position), [position]);
  const { value, failed, again } = useAnswer(ask);
  if (failed) return <Failed text={words.couldNotRead} again={again} />;
  if (!value) return <Skeleton rows={4} />;
  return (
    <>
      <Tree nodes={value.nodes} position={position} open={open} />
      {value.partial && <p className={css.note}>{words.partial}</p>}
    </>
  );
}

function Tree({ nodes, position, open }: Props & { nodes: Node[] }) {
  const [active, setActive] = useState(position);
  const [shut, setShut] = useState<ReadonlySet<number>>(new Set());
  const list = useRef<HTMLDivElement>(null);
  const placed = useMemo(() => place(nodes), [nodes]);
  const shown = placed.filter(({ above }) => !above.some((one) => shut.has(one)));
  const focusable = shown.some(({ node }) => node.position === active)
    ? active
    : shown[0]?.node.position;
  const walk = (event: KeyboardEvent) => {
    const at = shown.findIndex(({ node }) => node.position === focusable);
    const step = stepOf(event.key, shown, at, shut.has(focusable ?? 0));
    if (!step) return;
    event.preventDefault();
    if ("open" in step) open(step.open);
    if ("fold" in step) setShut(folded(shut, step.fold, step.shut));
    if ("to" in step) {
      setActive(step.to);
      list.current?.querySelector<HTMLElement>(`[data-position="${step.to}"]`)?.focus();
    }
  };
  return (
    <div role="tree" aria-label={words.cause} className={css.tree} ref={list} onKeyDown={walk}>
      {shown.map(({ node, above, parent }) => (
        <div
          key={node.position}
          role="treeitem"
          aria-level={above.length + 1}
          aria-expanded={parent ? !shut.has(node.position) : undefined}
          aria-selected={node.position === position}
          aria-current={node.position === position || undefined}
          tabIndex={node.position === focusable ? 0 : -1}
          data-position={node.position}
          style={{ "--level": above.length } as Record<string, number>}
        >
          <a
            href={`/operator/events/${node.position}`}
            tabIndex={-1}
            onClick={(event) => {
              event.preventDefault();
              open(node.position);
            }}
          >
            {label(node)}
          </a>
          <small>
            {numberOf(node.position)} · {timeOf(node.at)}
          </small>
        </div>
      ))}
    </div>
  );
}

function folded(shut: ReadonlySet<number>, one: number, closed: boolean): ReadonlySet<number> {
  const others = [...shut].filter((other) => other !== one);
  return new Set(closed ? [...others, one] : others);
}

function label({ type, actor, recipient, held_back }: Node): string {
  const name = type.replace(/\.v\d+$/, "");
  const who = actor?.name ?? actor?.id;
  if (name === "notification.notification-decided") {
    const whom = recipient?.name ?? recipient?.id ?? "";
    if (held_back === null) return words.notified(whom);
    return words.heldBack(
      whom,
      words.reasons[held_back as keyof typeof words.reasons] ?? held_back,
    );
  }
  const step = words.steps[name as keyof typeof words.steps];
  if (!step) return plainType(type);
  return typeof step === "string" ? step : step(who ?? "");
}
