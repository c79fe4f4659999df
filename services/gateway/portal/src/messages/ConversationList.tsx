/** The virtual list of conversations: however many there are, a screenful is in the page. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useCallback, useEffect, useRef, useState } from "react";
import type { Conversation } from "../contract/shapes";
import { useMedia } from "../kit/time";
import { clock } from "../sync/clock";
import { world } from "../sync/store";
import { useTopic } from "../sync/topics";
import { ConversationRow } from "./ConversationRow";
import css from "./list.module.css";

const ROW = 70;
const COMPACT_ROW = 54;
const AHEAD = 12;

interface ListProps {
  conversations: Conversation[];
  open: string | null;
  more: () => void;
  busy: boolean;
}

export const ConversationList = memo(({ conversations: fresh, open, more, busy }: ListProps) => {
  const scroller = useRef<HTMLDivElement>(null);
  const [conversations, hold] = useHeld(fresh);
  useTopic("me");
  const coarse = useMedia("(pointer: coarse)");
  const getItemKey = useCallback(
    (index: number) => conversations[index]?.id ?? index,
    [conversations],
  );
  const getScrollElement = useCallback(() => scroller.current, []);
  const compact = world.rights?.settings.density === "compact";
  const estimateSize = useCallback(() => (compact ? COMPACT_ROW : ROW), [compact]);
  const virtual = useVirtualizer({
    count: conversations.length,
    getItemKey,
    getScrollElement,
    estimateSize,
    overscan: 6,
  });
  const rows = virtual.getVirtualItems();
  const last = rows.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= conversations.length - AHEAD) more();
  }, [last, conversations.length, more]);
  return (
    <div
      ref={scroller}
      className={css.scroller}
      data-scroller="list"
      aria-busy={busy}
      onPointerMove={hold}
    >
      <ul style={{ blockSize: `${virtual.getTotalSize()}px` }}>
        {rows.map((row) => {
          const conversation = conversations[row.index];
          return conversation ? (
            <ConversationRow
              key={row.key}
              conversation={conversation}
              current={conversation.id === open}
              place={row.index + 1}
              of={conversations.length}
              top={row.start}
              coarse={coarse}
            />
          ) : null;
        })}
      </ul>
    </div>
  );
});

/** A row is not pulled away from under a pointer that is on its way to it. */
const SETTLES_MS = 1_000;

function useHeld(fresh: Conversation[]): [Conversation[], () => void] {
  const [order, setOrder] = useState<Map<string, number> | null>(null);
  const cancel = useRef(() => {});
  useEffect(() => () => cancel.current(), []);
  const hold = () => {
    cancel.current();
    cancel.current = clock.after(SETTLES_MS, () => setOrder(null));
    setOrder((now) => now ?? new Map(fresh.map(({ id }, index) => [id, index])));
  };
  if (!order) return [fresh, hold];
  const placeOf = ({ id }: Conversation) => order.get(id) ?? order.size;
  return [fresh.toSorted((a, b) => placeOf(a) - placeOf(b)), hold];
}
