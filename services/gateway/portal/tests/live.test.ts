// Who types, who has read: said as often as agreed, forgotten by itself, one place a reader.
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Bootstrap, Message, Reader } from "../src/contract/shapes";
import { Typist } from "../src/live/saying";
import { en } from "../src/live/words.en";
import { rowsOf } from "../src/messages/rows";
import { noteReaders, readersOf } from "../src/sync/receipts";
import { adopt } from "../src/sync/store";
import { heardTyping, noticeSaid, typingIn } from "../src/sync/typing";
import { clearWindows, openWindow, windowOf } from "../src/sync/windows";

beforeEach(() => {
  vi.useFakeTimers();
});

const ME = "alice";
const message = (position: number, author: string): Message => ({
  type: "message",
  id: `m${position}`,
  client_id: `k${position}`,
  conversation_id: "c",
  position,
  at: new Date(Date.UTC(2026, 0, 1, 0, position)).toISOString(),
  direction: "out",
  author: { id: author, name: author, dial: "", online: true },
  counterpart: null,
  text: `text ${position}`,
  via: "chat",
  state: "sent",
  failure: null,
  attempt: 1,
  files: [],
});
const reader = (person_id: string, position: number): Reader => ({
  person_id,
  name: person_id,
  position,
  at: "2026-01-01T00:00:00Z",
});

describe("saying that I type (PRES-03)", () => {
  const said: boolean[] = [];
  const clock = {
    now: () => Date.now(),
    random: Math.random,
    after: (ms: number, run: () => void) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  };
  const typist = new Typist({ say: (typing) => said.push(typing), clock, again: 3, idle: 5 });
  beforeEach(() => {
    typist.stop();
    said.length = 0;
  });

  it("is said on the first key and every 3 s while it lasts", () => {
    for (let second = 0; second < 7; second += 1) {
      typist.typed("a".repeat(second + 1));
      vi.advanceTimersByTime(1_000);
    }
    expect(said).toEqual([true, true, true]);
  });

  it("is over after 5 s without a key, and when the field is empty", () => {
    typist.typed("a");
    vi.advanceTimersByTime(4_999);
    expect(said).toEqual([true]);
    vi.advanceTimersByTime(1);
    expect(said).toEqual([true, false]);
    typist.typed("b");
    typist.typed("");
    vi.advanceTimersByTime(10_000);
    expect(said).toEqual([true, false, true, false]);
  });
});

describe("who types", () => {
  beforeEach(() => {
    const limits = { typing_shown_seconds: 8 };
    const settings = { theme: "system", density: "comfortable", language: null, title_flash: true };
    const nothing = { conversations: [], people: [], queues: [], waiting: [] };
    adopt({ ...nothing, limits, settings } as never as Bootstrap);
  });
  const types = (person_id: string, typing = true) =>
    heardTyping({ conversation_id: "c", person_id, typing });

  it("is forgotten 8 s after it was said last", () => {
    types("bert");
    vi.advanceTimersByTime(7_000);
    types("bert");
    vi.advanceTimersByTime(7_999);
    expect(typingIn("c")).toEqual(["bert"]);
    vi.advanceTimersByTime(1);
    expect(typingIn("c")).toEqual([]);
  });

  it("is over with their message, and with their word", () => {
    types("bert");
    types("carol");
    types("carol", false);
    noticeSaid([{ type: "item", sequence: 1, conversation_id: "c", item: message(1, "bert") }]);
    expect(typingIn("c")).toEqual([]);
  });

  it("is told by name up to three", () => {
    expect(en.typing(["Dana Lee"])).toBe("Dana Lee is typing…");
    expect(en.typing(["Dana Lee", "Sam"])).toBe("Dana Lee and Sam are typing…");
    expect(en.typing(["A", "B", "C", "D"])).toBe("Several people are typing…");
  });
});

describe("receipts (PRES-05)", () => {
  const places = (readers: Reader[]) =>
    rowsOf(windowOf("c"), [], null, new Map(), { me: ME, kind: "direct", readers }).map(
      ({ readBy }) => readBy.map(({ person_id }) => person_id),
    );
  beforeEach(() => {
    clearWindows();
    const items = [message(1, ME), message(2, "bert"), message(3, ME), message(4, ME)];
    openWindow("c", { items, has_older: false, has_newer: false, readers: [] });
  });

  it("stand once a reader, under the last of mine that they have read", () => {
    expect(places([reader("bert", 2)])).toEqual([["bert"], [], [], []]);
    expect(places([reader("bert", 3), reader("carol", 9)])).toEqual([[], [], ["bert"], ["carol"]]);
    expect(places([reader(ME, 4)])).toEqual([[], [], [], []]);
  });

  it("only ever go forward", () => {
    noteReaders("c", [reader("bert", 3)]);
    noteReaders("c", [reader("bert", 1)]);
    expect(readersOf("c")).toEqual([reader("bert", 3)]);
  });
});
