// A file stands in the tray once: being prepared, then on its way, and never as both.
import { expect, it, vi } from "vitest";
import type { Conversation, Limits } from "../src/contract/shapes";
import { attachTo, preparing } from "../src/messages/attaching";
import { uploads } from "../src/sync/session";
import { world } from "../src/sync/store";

const LIMITS = {
  file_types: ["csv"],
  files: 10,
  file_bytes: 1_000,
  picture_bytes: 1_000,
  image_bytes: 1_000,
  message_bytes: 1_000,
} as Limits;

/** A browser's shelf that opens, and never says that it has kept what it was given. */
function slowShelf(): { asked: number } {
  const shelf = { asked: 0 };
  const put = () => {
    shelf.asked += 1;
    return {};
  };
  const opening = { result: { transaction: () => ({ objectStore: () => ({ put }) }) } };
  vi.stubGlobal("indexedDB", {
    open: () => {
      setTimeout(() => (opening as { onsuccess?: () => void }).onsuccess?.());
      return opening;
    },
  });
  return shelf;
}

it("is no longer being prepared once it is in the tray, however long it takes to be kept", async () => {
  const shelf = slowShelf();
  world.limits = LIMITS;
  const conversation = { id: "c-1", sending: { files: true } } as Conversation;
  const file = new File(["a,b\n"], "list.csv", { type: "text/csv" });

  attachTo(conversation, [file]);
  expect(preparing("c-1")).toEqual([file]);
  await vi.waitFor(() => expect(shelf.asked).toBe(1));

  expect(uploads.of("c-1").map(({ name }) => name)).toEqual(["list.csv"]);
  expect(preparing("c-1")).toEqual([]);
});
