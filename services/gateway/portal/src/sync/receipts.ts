/** How far each other member of a chat has read; it only ever goes forward. */
import type { Item, Reader } from "../contract/shapes";
import { touch } from "./topics";

const readers = new Map<string, Map<string, Reader>>();

export function readersOf(id: string): Reader[] {
  return [...(readers.get(id)?.values() ?? [])];
}

export function noteReaders(id: string, read: readonly Reader[]): void {
  const known = readers.get(id) ?? new Map<string, Reader>();
  for (const reader of read) {
    if ((known.get(reader.person_id)?.position ?? 0) < reader.position)
      known.set(reader.person_id, reader);
  }
  readers.set(id, known);
  touch(`win:${id}`);
}

/** Who wrote has read what stood above. */
export function noteAuthor(id: string, item: Item): void {
  if (item.type !== "message" || !item.author) return;
  const { author, position, at } = item;
  noteReaders(id, [{ person_id: author.id, name: author.name, position, at }]);
}
