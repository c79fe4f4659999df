/** The files of a conversation in time order, page by page: what the strip shows and where it ends. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { Message, MessageFile, Page } from "../contract/shapes";
import type { Place } from "../messages/gallery";
import { gateway } from "../sync/gateway";

export interface Entry {
  key: string;
  message: Message;
  file: MessageFile;
}

export interface Strip {
  entries: Entry[];
  /** Nothing stands before the first, so a file's number is known. */
  begins: boolean;
  failed: boolean;
  older: () => void;
  newer: () => void;
}

const PAGE = 24;
const EDGE = 4;

export function keyOf(message: string, index: number): string {
  return `${message}/${index}`;
}

export function isNearStart(at: number): boolean {
  return at >= 0 && at < EDGE;
}

export function isNearEnd(at: number, of: number): boolean {
  return at >= of - EDGE;
}

function entriesOf({ items }: Page): Entry[] {
  return items.flatMap((item) =>
    item.type === "message"
      ? item.files
          .filter((file) => file.state === "stored" && file.url)
          .map((file) => ({ key: keyOf(item.id, file.index), message: item, file }))
      : [],
  );
}

export function useStrip({ conversation, position }: Place): Strip {
  const [entries, setEntries] = useState<Entry[]>([]);
  const [begins, setBegins] = useState(false);
  const [failed, setFailed] = useState(false);
  // Each side asks for itself: older files do not wait for an answer about newer ones.
  const busy = useRef(new Set<string>());
  const ask = useCallback(
    async (query: Parameters<typeof gateway.files>[1], side: "older" | "newer" | "both") => {
      if (busy.current.has(side)) return;
      busy.current.add(side);
      try {
        const page = await gateway.files(conversation, { ...query, limit: PAGE });
        const found = entriesOf(page);
        setEntries((known) => joined(known, found));
        if (side !== "newer") setBegins(!page.has_older);
        setFailed(false);
      } catch {
        setFailed(true);
      }
      busy.current.delete(side);
    },
    [conversation],
  );
  useEffect(() => void ask({ around: position }, "both"), [ask, position]);
  const first = entries[0]?.message.position;
  const last = entries.at(-1)?.message.position;
  return {
    entries,
    begins,
    failed,
    older: () => {
      if (!begins && first !== undefined) void ask({ before: first }, "older");
    },
    newer: () => {
      if (last !== undefined) void ask({ after: last }, "newer");
    },
  };
}

function joined(known: Entry[], found: Entry[]): Entry[] {
  const all = new Map([...known, ...found].map((entry) => [entry.key, entry]));
  return [...all.values()].sort(
    (a, b) => a.message.position - b.message.position || a.file.index - b.file.index,
  );
}
