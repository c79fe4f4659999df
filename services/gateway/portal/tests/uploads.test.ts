// Uploads: piece by piece, on from where the line broke, again after a reload, and never beyond a removal.
import { describe, expect, it } from "vitest";
import type { Upload } from "../src/contract/shapes";
import { type Attached, type Piece, Uploads } from "../src/sync/uploads";

const turns = async (count = 60) => {
  for (let n = 0; n < count; n += 1) await new Promise((resolve) => setTimeout(resolve, 0));
};
const PIECE = 4;

/** A gateway that keeps what it got; `cut` says how many pieces are lost on the way. */
class Gateway {
  readonly asked: string[] = [];
  readonly uploads = new Map<string, Upload>();
  cut = 0;
  refuse: { code: string; text: string } | null = null;

  open = async (key: string, name: string, size: number): Promise<Piece> => {
    this.asked.push("open");
    if (this.refuse) return { refused: this.refuse };
    const known = this.uploads.get(`up-${key}`);
    return known ?? this.put({ id: `up-${key}`, name, size, offset: 0 });
  };
  add = async (id: string, offset: number, piece: Blob, tell: (sent: number) => void) => {
    this.asked.push(`add ${offset}`);
    if (this.cut > 0) {
      this.cut -= 1;
      return "later" as const;
    }
    tell(piece.size);
    return this.put({ ...this.find(id), offset: offset + piece.size });
  };
  look = async (id: string): Promise<Piece> => {
    this.asked.push("look");
    return this.uploads.get(id) ?? { refused: { code: "not-found", text: "" } };
  };
  complete = async (id: string): Promise<Piece> => {
    this.asked.push("complete");
    const { name, size } = this.find(id);
    const file = { id, name, size, media_type: "text/plain", width: null, height: null };
    return this.put({ ...this.find(id), state: "done", file });
  };
  cancel = (id: string) => void this.asked.push(`cancel ${id}`);

  private find(id: string): Upload {
    const found = this.uploads.get(id);
    if (!found) throw new Error(id);
    return found;
  }
  private put(one: Partial<Upload> & Pick<Upload, "id" | "name" | "size" | "offset">): Upload {
    const whole: Upload = {
      chunk_bytes: PIECE,
      state: "open",
      expires_at: "2026-01-01T00:00:00Z",
      file: null,
      ...one,
    };
    this.uploads.set(one.id, whole);
    return whole;
  }
}

function rig(gateway = new Gateway(), shelf = new Map<string, unknown>()) {
  let keys = shelf.size * 100;
  const uploads = new Uploads({
    ...gateway,
    storage: {
      all: async <T>() => [...shelf.values()] as T[],
      put: async (_, value) => void shelf.set(value.id, value) as never,
      remove: async (_, id) => void shelf.delete(id) as never,
    },
    newKey: () => `key-${++keys}`,
    clock: {
      now: () => 0,
      random: () => 0,
      after: (ms, run) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
    },
  });
  return { uploads, gateway, shelf };
}

const file = (name: string, bytes: number) => ({
  name,
  blob: new Blob(["x".repeat(bytes)], { type: "text/plain" }),
  shrunkFrom: null,
  width: null,
  height: null,
});

const states = (uploads: Uploads) => uploads.of("c").map((one) => uploads.course(one.id).state);

describe("uploads", () => {
  it("go up in pieces and are done when the gateway has checked them", async () => {
    const { uploads, gateway } = rig();
    await uploads.resume("alice");
    await uploads.attach("c", file("a.txt", 10));
    await turns();
    expect(gateway.asked).toEqual(["open", "add 0", "add 4", "add 8", "complete"]);
    expect(uploads.progress("c")).toEqual({ done: 1, all: 1, failed: false });
  });

  it("go on from where the line broke", async () => {
    const { uploads, gateway } = rig();
    await uploads.resume("alice");
    gateway.cut = 2;
    await uploads.attach("c", file("a.txt", 6));
    await turns();
    expect(gateway.asked).toEqual([
      ...["open", "add 0", "look", "add 0", "look", "add 0", "add 4", "complete"],
    ]);
    expect(states(uploads)).toEqual(["done"]);
  });

  it("leave it to a person after several broken tries, and try again when asked", async () => {
    const { uploads, gateway } = rig();
    await uploads.resume("alice");
    gateway.cut = 100;
    await uploads.attach("c", file("a.txt", 6));
    await turns();
    expect(uploads.progress("c")).toEqual({ done: 0, all: 1, failed: true });
    gateway.cut = 0;
    uploads.retry(uploads.of("c")[0]?.id ?? "");
    await turns();
    expect(states(uploads)).toEqual(["done"]);
  });

  it("say the gateway's reason, and do not ask again by themselves", async () => {
    const { uploads, gateway } = rig();
    await uploads.resume("alice");
    gateway.refuse = { code: "type-not-allowed", text: "No." };
    await uploads.attach("c", file("a.txt", 6));
    await turns();
    expect(uploads.course(uploads.of("c")[0]?.id ?? "")).toEqual({ state: "failed", text: "No." });
    expect(gateway.asked).toEqual(["open"]);
  });

  it("come back after a reload, and go on with what the gateway has", async () => {
    const shelf = new Map<string, unknown>();
    const gateway = new Gateway();
    gateway.cut = 1_000;
    const first = rig(gateway, shelf);
    await first.uploads.resume("alice");
    await first.uploads.attach("c", file("a.txt", 6));
    await turns(2);
    gateway.cut = 0;
    const second = rig(gateway, shelf);
    await second.uploads.resume("alice");
    await turns();
    expect(states(second.uploads)).toEqual(["done"]);
    expect(gateway.uploads.size).toBe(1);
    const stranger = rig(new Gateway(), shelf);
    await stranger.uploads.resume("dana");
    expect(stranger.uploads.of("c")).toEqual([]);
  });

  it("begin anew where the upload ran out meanwhile", async () => {
    const { uploads, gateway } = rig();
    await uploads.resume("alice");
    gateway.cut = 1_000;
    await uploads.attach("c", file("a.txt", 6));
    await turns();
    gateway.uploads.clear();
    gateway.cut = 0;
    uploads.retry(uploads.of("c")[0]?.id ?? "");
    await turns();
    expect(states(uploads)).toEqual(["done"]);
  });

  it("stop when they are removed, even while they are being opened", async () => {
    const { uploads, gateway, shelf } = rig();
    await uploads.resume("alice");
    await uploads.attach("c", file("a.txt", 6));
    await uploads.remove(uploads.of("c")[0]?.id ?? "");
    await turns();
    expect(uploads.of("c")).toEqual([]);
    expect(shelf.size).toBe(0);
    expect(gateway.asked.at(-1)).toMatch(/^cancel /);
    expect(gateway.asked).not.toContain("complete");
  });

  it("move with the draft, and leave with the message", async () => {
    const { uploads, shelf } = rig();
    await uploads.resume("alice");
    await uploads.attach("c", file("a.txt", 6));
    await uploads.move("c", "d");
    await turns();
    expect(uploads.of("c")).toEqual([]);
    const taken: Attached[] = await uploads.take("d");
    expect(taken.map((one) => [one.name, one.upload !== null])).toEqual([["a.txt", true]]);
    expect(shelf.size).toBe(0);
  });
});
