// A window of a thread keeps the server's order, and never lets an old answer undo newer news.
import { beforeEach, describe, expect, it } from "vitest";
import type { Message } from "../src/contract/shapes";
import {
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
