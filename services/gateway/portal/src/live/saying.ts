/** Saying that I type: on the first key, again while it lasts, and once that it is over. */
import type { Clock } from "../sync/clock";

export interface TypingPorts {
  say(typing: boolean): void;
  clock: Clock;
  /** Seconds, from the gateway's limits. */
  again: number;
  idle: number;
}

export class Typist {
  private readonly ports: TypingPorts;
  private saidAt: number | null = null;
  private cancelIdle = () => {};

  constructor(ports: TypingPorts) {
    this.ports = ports;
  }

  /** A key was pressed; an empty field is one whose text was sent or taken back. */
  typed(text: string): void {
    this.cancelIdle();
    if (text === "") {
      this.stop();
      return;
    }
    const now = this.ports.clock.now();
    if (this.saidAt === null || now - this.saidAt >= this.ports.again * 1_000) {
      this.saidAt = now;
      this.ports.say(true);
    }
    this.cancelIdle = this.ports.clock.after(this.ports.idle * 1_000, () => this.stop());
  }

  stop(): void {
    this.cancelIdle();
    if (this.saidAt === null) return;
    this.saidAt = null;
    this.ports.say(false);
  }
}
