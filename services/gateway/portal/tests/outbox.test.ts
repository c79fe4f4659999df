// The outbox: in order, once each, under one key, across tabs that die.
import { describe, expect, it } from "vitest";
import type { Item } from "../src/contract/shapes";
import { Outbox, type Outgoing, type Posted } from "../src/sync/outbox";

const turns = async (count = 40) => {
  for (let n = 0; n < count; n += 1) await new Promise((resolve) => setTimeout(resolve, 0));
};

function rig(
  answer: (message: Outgoing) => Posted | Promise<Posted>,
  shelf = new Map<string, unknown>(),
) {
  const posted: Outgoing[] = [];
  const refused: Outgoing[] = [];
  let keys = shelf.size * 100;
  const outbox = new Outbox({
    storage: {
      all: async <T>() => [...shelf.values()] as T[],
      put: async (_, value) => void shelf.set(value.id, value) as never,
      remove: async (_, id) => void shelf.delete(id) as never,
    },
    post: async (message) => {
      posted.push(message);
      return answer(message);
    },
    accepted: () => {},
    refused: (message) => refused.push(message),
    newKey: () => `key-${++keys}`,
    clock: {
      now: () => Date.parse("2026-01-01T00:00:00Z"),
      random: () => 0,
      after: (ms, run) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
    },
  });
  return { outbox, posted, refused, shelf };
}

const item = { item: {} as Item };

describe("the outbox", () => {
  it("sends a conversation's messages one after the other", async () => {
    const { outbox, posted, shelf } = rig(() => item);
    await outbox.resume("alice");
    await outbox.send("c", "one", null);
    await outbox.send("c", "two", null);
    await turns();
    expect(posted.map((message) => message.text)).toEqual(["one", "two"]);
    expect(shelf.size).toBe(0);
  });

  it("asks again with the same key while nobody knows", async () => {
    let tries = 0;
    const { outbox, posted } = rig(() => (++tries < 4 ? "later" : item));
    await outbox.resume("alice");
    await outbox.send("c", "one", null);
    await outbox.send("c", "two", null);
    await turns();
    expect(posted.map((message) => message.text)).toEqual(["one", "one", "one", "one", "two"]);
    expect(new Set(posted.slice(0, 4).map((message) => message.key)).size).toBe(1);
  });

  it("keeps a refused message until it is tried by hand, under a new key and the same row", async () => {
    let refuse = true;
    const no = { refused: { code: "claim-lapsed", text: "Too late." } };
    const { outbox, posted, refused } = rig(() => (refuse ? no : item));
    await outbox.resume("alice");
    await outbox.send("c", "one", 1);
    await turns();
    const [entry] = outbox.of("c");
    expect(entry?.failure?.code).toBe("claim-lapsed");
    expect(refused).toHaveLength(1);
    expect(posted).toHaveLength(1);

    refuse = false;
    await outbox.again(entry?.id ?? "", 2);
    await turns();
    expect(outbox.of("c")).toEqual([]);
    expect(posted.map((message) => message.epoch)).toEqual([1, 2]);
    expect(posted[1]?.key).not.toBe(posted[0]?.key);
    expect(outbox.rowOf(posted[1]?.key ?? "")).toBe(entry?.id);
  });

  it("goes on after the tab died, with the same keys and in order; another person's stay", async () => {
    const shelf = new Map<string, unknown>();
    const first = rig(() => new Promise<Posted>(() => {}), shelf);
    await first.outbox.resume("alice");
    await first.outbox.send("c", "one", null);
    await first.outbox.send("c", "two", null);
    const stranger = rig(() => item, shelf);
    await stranger.outbox.resume("dana");
    await turns();
    expect(stranger.posted).toEqual([]);

    const second = rig(() => item, shelf);
    await second.outbox.resume("alice");
    await turns();
    expect(second.posted.map((message) => message.text)).toEqual(["one", "two"]);
    expect(second.posted[0]?.key).toBe(first.posted[0]?.key);
    expect(shelf.size).toBe(0);
  });
});
