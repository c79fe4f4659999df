// A window of a thread keeps the server's order, and never lets an old answer undo newer news.
import { beforeEach, describe, expect, it } from "vitest";
import type { Message } from "../src/contract/shapes";
import {
  appendPage,
  applyItem,
  clearWindows,
  mergeItem,
  openWindow,
  prependPage,
  removeItem,
  windowOf,
} from "../src/sync/windows";

function message(position: number, change: Partial<Message> = {}): Message {
  const at = new Date(Date.UTC(2026, 0, 1, 0, position)).toISOString();
  return {
    type: "message",
    id: `m${String(position).padStart(4, "0")}`,
    client_id: null,
    conversation_id: "c",
    position,
    at,
    direction: "out",
    author: null,
    counterpart: null,
    text: `text ${position}`,
    via: "sms",
    state: "queued",
    failure: null,
    attempt: 1,
    files: [],
    ...change,
  };
}

const positions = () =>
  windowOf("c")?.items.map((item) => item.type === "message" && item.position);
const stateOf = (position: number) => {
  const found = windowOf("c")?.items.find(
    (item) => item.type === "message" && item.position === position,
  );
  return found?.type === "message" ? found.state : undefined;
};

beforeEach(() => {
  clearWindows();
  openWindow("c", {
    items: [message(5), message(6)],
    has_older: true,
    has_newer: false,
    readers: [],
  });
});

describe("a window", () => {
  it("loses what is deleted, and nothing else (DEL-03)", () => {
    removeItem("c", message(5).id);
    removeItem("c", "unknown");
    removeItem("other", message(6).id);
    expect(positions()).toEqual([6]);
  });

  it("takes older pages before and arrivals after", () => {
    prependPage("c", {
      items: [message(3), message(4)],
      has_older: false,
      has_newer: true,
      readers: [],
    });
    applyItem("c", message(7));
    expect(positions()).toEqual([3, 4, 5, 6, 7]);
    expect(windowOf("c")?.hasOlder).toBe(false);
  });

  it("keeps an answer behind its cause, which is of the same time", () => {
    const { at } = message(7);
    applyItem("c", message(8, { at, id: "a-smaller-id" }));
    applyItem("c", message(7, { at, id: "b" }));
    expect(positions()).toEqual([5, 6, 7, 8]);
  });

  it("puts a late one where it belongs", () => {
    applyItem("c", message(8));
    applyItem("c", message(7));
    expect(positions()).toEqual([5, 6, 7, 8]);
  });

  it("applies one twice without a trace", () => {
    applyItem("c", message(6, { state: "sent" }));
    applyItem("c", message(6, { state: "sent" }));
    expect(positions()).toEqual([5, 6]);
  });

  it("believes the feed over an answer that was on its way", () => {
    applyItem("c", message(6, { state: "delivered" }));
    mergeItem("c", message(6, { state: "queued" }));
    expect(stateOf(6)).toBe("delivered");
  });

  it("believes a later attempt whatever its state", () => {
    applyItem("c", message(6, { state: "failed" }));
    mergeItem("c", message(6, { state: "queued", attempt: 2 }));
    expect(stateOf(6)).toBe("queued");
  });
});

describe("a window that moves through a long conversation", () => {
  const many = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => message(from + index));
  const page = (from: number, to: number, has_older: boolean, has_newer: boolean) => ({
    items: many(from, to),
    has_older,
    has_newer,
    readers: [],
  });
  beforeEach(clearWindows);

  it("gives back what is far below, and takes no arrivals then", () => {
    openWindow("c", page(3_001, 3_050, true, false));
    for (let end = 3_000; end > 1_000; end -= 100)
      prependPage("c", page(end - 99, end, true, false));
    expect(windowOf("c")?.items).toHaveLength(2_000);
    expect(windowOf("c")?.live).toBe(false);
    expect(positions()?.[0]).toBe(1_001);
    applyItem("c", message(3_051));
    expect(positions()?.at(-1)).toBe(3_000);
  });

  it("gives back what is far above, and is live again at the end", () => {
    openWindow("c", page(1, 50, false, true));
    for (let start = 51; start < 2_551; start += 100)
      appendPage("c", page(start, start + 99, true, start < 2_451));
    expect(windowOf("c")?.items).toHaveLength(2_000);
    expect(windowOf("c")).toMatchObject({ hasOlder: true, live: true });
    expect(positions()?.at(-1)).toBe(2_550);
  });

  it("stands alone after a jump, with no hole in it", () => {
    openWindow("c", page(951, 1_000, true, false));
    openWindow("c", page(101, 150, true, true));
    expect(positions()).toEqual(many(101, 150).map((item) => item.position));
    expect(windowOf("c")?.live).toBe(false);
  });
});
