/**
 * The feed engine: changes are applied once each and in order, whatever the network did to them.
 *
 * It applies only `sequence === mine + 1`. Anything newer waits in a buffer while the gap is fetched;
 * anything older was applied already. A cursor that the server no longer knows starts over in place.
 */
import { type Clock, retryDelay } from "./clock";

export interface Numbered {
  sequence: number;
}

export interface Place {
  id: string;
  sequence: number;
}

export interface FeedPorts<F extends Numbered> {
  apply(frames: F[]): void;
  /** What happened after a sequence; `expired` when the server does not keep it any more. */
  changes(place: Place): Promise<{ frames: F[]; more: boolean } | "expired">;
  /** Replace everything by the server's snapshot. */
  restart(): Promise<Place>;
  healing(active: boolean): void;
}

const BUFFER_LIMIT = 1_000;

export class FeedEngine<F extends Numbered> {
  private readonly waiting = new Map<number, F>();
  private healingNow: Promise<void> | null = null;
  private again = false;
  private stopped = false;

  place: Place;
  private readonly ports: FeedPorts<F>;
  private readonly clock: Pick<Clock, "after" | "random">;

  constructor(place: Place, ports: FeedPorts<F>, clock: Pick<Clock, "after" | "random">) {
    this.place = place;
    this.ports = ports;
    this.clock = clock;
  }

  receive(frame: F): void {
    if (this.stopped || frame.sequence <= this.place.sequence) return;
    if (frame.sequence === this.place.sequence + 1 && this.healingNow === null) {
      this.advance([frame]);
      return;
    }
    // A full buffer forgets the newest: healing fetches it again anyway.
    if (this.waiting.size < BUFFER_LIMIT) this.waiting.set(frame.sequence, frame);
    else this.again = true;
    void this.heal();
  }

  /** Ask for what was missed; joins a healing that is under way. */
  heal(): Promise<void> {
    this.again ||= this.healingNow !== null;
    this.healingNow ??= this.run().finally(() => {
      this.healingNow = null;
      this.ports.healing(false);
      if (this.again && !this.stopped) void this.heal();
    });
    return this.healingNow;
  }

  /** Go on from a snapshot that stands in the place of everything before it. */
  begin(place: Place): void {
    this.place = place;
    void this.heal();
  }

  stop(): void {
    this.stopped = true;
  }

  private async run(): Promise<void> {
    this.again = false;
    this.ports.healing(true);
    for (let failures = 0; !this.stopped; ) {
      try {
        const { id, sequence } = this.place;
        if (await this.step()) return;
        if (this.place.id !== id || this.place.sequence !== sequence) failures = 0;
        // A frame is ahead of what the server will tell: give it a moment, never a busy loop.
        else await this.pause(retryDelay(failures++, this.clock.random));
      } catch {
        // The connection is away: nothing is skipped, the same question is asked again later.
        await this.pause(retryDelay(failures++, this.clock.random));
      }
    }
  }

  /** One question and its answer; true when nothing is missing any more. */
  private async step(): Promise<boolean> {
    const answer = await this.ports.changes(this.place);
    if (this.stopped) return true;
    if (answer === "expired") {
      this.place = await this.ports.restart();
    } else {
      this.advance(answer.frames);
      if (answer.more) return false;
    }
    this.advance([]);
    return this.waiting.size === 0;
  }

  private advance(frames: F[]): void {
    for (const frame of frames) this.waiting.set(frame.sequence, frame);
    const ready: F[] = [];
    let { sequence } = this.place;
    for (let next = this.waiting.get(sequence + 1); next; next = this.waiting.get(sequence + 1)) {
      ready.push(next);
      sequence += 1;
    }
    for (const known of this.waiting.keys()) if (known <= sequence) this.waiting.delete(known);
    this.place = { ...this.place, sequence };
    if (ready.length > 0) this.ports.apply(ready);
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.clock.after(ms, resolve));
  }
}
