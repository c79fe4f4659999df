// The feed engine against a model: whatever the network does, the page ends as the server is.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FeedEngine, type Place } from "../src/sync/feed";

interface Frame {
  sequence: number;
  key: number;
  value: number | null;
}

/** The server: a log of upserts and removals, of which it forgets the oldest, and its feed's id. */
class Server {
  id = 1;
  log: Frame[] = [];
  kept = 0;
  readonly state = new Map<number, number>();
  readonly page = 3;

  write(key: number, value: number | null): Frame {
    const frame = { sequence: this.log.length + 1, key, value };
    this.log.push(frame);
    if (value === null) this.state.delete(key);
    else this.state.set(key, value);
    return frame;
  }

  /** The cursor is of no use any more: a new feed, whose past is gone. */
  expire(): void {
    this.id += 1;
    this.kept = this.log.length;
  }

  changes({ id, sequence }: Place) {
    if (id !== String(this.id) || sequence < this.kept) return "expired" as const;
    const frames = this.log.slice(sequence, sequence + this.page);
    return { frames, more: sequence + frames.length < this.log.length };
  }
}

type Step =
  | { do: "write"; key: number; value: number | null; how: "arrive" | "lose" | "double" | "late" }
  | { do: "deliver" | "reconnect" | "expire" | "fail" | "settle" };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("write" as const),
      key: fc.nat(4),
      value: fc.option(fc.nat(99)),
      how: fc.constantFrom("arrive" as const, "lose" as const, "double" as const, "late" as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "deliver" as const,
        "reconnect" as const,
        "expire" as const,
        "fail" as const,
        "settle" as const,
      ),
    }),
  },
);

const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
const TURNS = 400;

async function play(steps: Step[], shuffle: number): Promise<void> {
  const server = new Server();
  const page = new Map<number, number>();
  const applied: number[] = [];
  const late: Frame[] = [];
  let failures = 0;
  const copy = () => {
    page.clear();
    for (const [key, value] of server.state) page.set(key, value);
    return { id: String(server.id), sequence: server.log.length };
  };
  const engine = new FeedEngine<Frame>(
    copy(),
    {
      apply: (frames) => {
        for (const frame of frames) {
          applied.push(frame.sequence);
          if (frame.value === null) page.delete(frame.key);
          else page.set(frame.key, frame.value);
        }
      },
      changes: async (place) => {
        await turn();
        if (failures > 0) {
          failures -= 1;
          throw new Error("the network is away");
        }
        return server.changes(place);
      },
      restart: async () => {
        await turn();
        return copy();
      },
      healing: () => {},
    },
    {
      random: () => 0,
      after: (_, run) => {
        const timer = setTimeout(run, 0);
        return () => clearTimeout(timer);
      },
    },
  );
  const take = (frame: Frame) => engine.receive(frame);
  for (const one of steps) {
    if (one.do === "write") {
      const frame = server.write(one.key, one.value);
      if (one.how === "arrive" || one.how === "double") take(frame);
      if (one.how === "double") take(frame);
      if (one.how === "late") late.push(frame);
    } else if (one.do === "deliver") {
      while (late.length > 0) take(late.splice(shuffle % late.length, 1)[0] as Frame);
    } else if (one.do === "reconnect") void engine.heal();
    else if (one.do === "expire") server.expire();
    else if (one.do === "fail") failures += 1;
    else await turn();
  }
  await engine.heal();
  const same = () =>
    engine.place.sequence === server.log.length && engine.place.id === String(server.id);
  for (let n = 0; n < TURNS && !same(); n += 1) {
    await turn();
    if (n % 50 === 49) await engine.heal();
  }
  engine.stop();
  expect(engine.place).toEqual({ id: String(server.id), sequence: server.log.length });
  expect([...page].sort()).toEqual([...server.state].sort());
  // Once each, and in order.
  expect(applied).toEqual([...new Set(applied)].sort((a, b) => a - b));
}

describe("the feed engine", () => {
  it("ends as the server is, whatever is dropped, doubled, reordered, delayed or forgotten", async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.nat(9), play), {
      numRuns: 1_000,
    });
  }, 60_000);

  it("goes on from a snapshot, also where that is behind what it has applied", async () => {
    const asked: number[] = [];
    const applied: number[] = [];
    const engine = new FeedEngine<{ sequence: number }>(
      { id: "a", sequence: 5 },
      {
        apply: (frames) => applied.push(...frames.map(({ sequence }) => sequence)),
        changes: async ({ sequence }) => {
          asked.push(sequence);
          return { frames: sequence < 5 ? [{ sequence: 4 }, { sequence: 5 }] : [], more: false };
        },
        restart: async () => ({ id: "b", sequence: 0 }),
        healing: () => {},
      },
      { random: () => 0, after: () => () => {} },
    );
    engine.begin({ id: "a", sequence: 3 });
    await engine.heal();
    expect(asked[0]).toBe(3);
    expect(applied).toEqual([4, 5]);
    expect(engine.place).toEqual({ id: "a", sequence: 5 });
    engine.stop();
  });
});
