/**
 * The outbox: what a person has sent is written down before it is shown, and goes out in order,
 * once, under the same `Idempotency-Key`, whatever the network or the tab does meanwhile.
 */
import type { Item } from "../contract/shapes";
import { type Clock, retryDelay } from "./clock";
import type { Storage } from "./storage";
import { touch } from "./topics";

/** A complete upload, as much of it as a bubble shows. */
export interface OutgoingFile {
  upload: string;
  name: string;
  mediaType: string;
  size: number;
  width: number | null;
  height: number | null;
}

export interface Outgoing {
  /** The message's key on this screen for life. */
  id: string;
  /** The Idempotency-Key of this try; a new one after a refusal, which is an answer of its own. */
  key: string;
  user: string;
  conversation: string;
  text: string;
  files: OutgoingFile[];
  epoch: number | null;
  at: string;
  order: number;
  failure: { code: string; text: string } | null;
}

/** `later` = nobody knows whether it arrived: the same key is sent again. */
export type Posted =
  | { item: Item }
  | { refused: { code: string; text: string } }
  | "later"
  | "signed-out";

export interface OutboxPorts {
  storage: Pick<Storage, "all" | "put" | "remove">;
  post(message: Outgoing): Promise<Posted>;
  accepted(message: Outgoing, item: Item): void;
  refused(message: Outgoing): void;
  newKey(): string;
  clock: Clock;
}

const WAITING_AFTER_MS = 3_000;
const KEPT_MS = 24 * 60 * 60 * 1_000;

export class Outbox {
  private entries: Outgoing[] = [];
  private readonly sending = new Set<string>();
  private readonly stalled = new Set<string>();
  /** Wake-ups of conversations that wait for their next try. */
  private readonly wakes = new Map<string, () => void>();
  /** Server's client ids of second tries → the row that shows them. */
  private readonly rows = new Map<string, string>();
  private order = 0;
  private user = "";

  private readonly ports: OutboxPorts;

  constructor(ports: OutboxPorts) {
    this.ports = ports;
  }

  async resume(user: string): Promise<void> {
    this.user = user;
    const oldest = this.ports.clock.now() - KEPT_MS;
    const all = await this.ports.storage.all<Outgoing>("outbox");
    const mine = all.filter((entry) => entry.user === user).sort((a, b) => a.order - b.order);
    // Written by an older page, an entry may lack what came later.
    this.entries = mine
      .filter((entry) => Date.parse(entry.at) > oldest)
      .map((entry) => ({ ...entry, files: entry.files ?? [] }));
    for (const entry of mine) {
      this.order = Math.max(this.order, entry.order);
      this.rows.set(entry.key, entry.id);
      if (!this.of(entry.conversation).some((other) => other.id === entry.id))
        await this.ports.storage.remove("outbox", entry.id);
    }
    for (const id of new Set(this.entries.map((entry) => entry.conversation))) this.start(id);
  }

  of(conversation: string): Outgoing[] {
    return this.entries.filter((entry) => entry.conversation === conversation);
  }

  get size(): number {
    return this.entries.length;
  }

  isStalled(entry: Outgoing): boolean {
    return this.stalled.has(entry.id);
  }

  rowOf(clientId: string): string {
    return this.rows.get(clientId) ?? clientId;
  }

  async send(
    conversation: string,
    text: string,
    epoch: number | null,
    files: OutgoingFile[] = [],
    id = this.ports.newKey(),
  ): Promise<void> {
    this.order += 1;
    const at = new Date(this.ports.clock.now()).toISOString();
    const { user, order } = this;
    const entry: Outgoing = {
      id,
      key: id,
      user,
      conversation,
      text,
      files,
      epoch,
      at,
      order,
      failure: null,
    };
    this.entries = [...this.entries, entry];
    touch(`win:${conversation}`);
    await this.ports.storage.put("outbox", entry);
    this.start(conversation);
  }

  /** A refused message is tried again by hand, as a new question with the current claim. */
  async again(id: string, epoch: number | null): Promise<void> {
    const old = this.entries.find((entry) => entry.id === id);
    if (!old?.failure) return;
    const entry = { ...old, key: this.ports.newKey(), epoch, failure: null };
    this.rows.set(entry.key, entry.id);
    await this.replace(entry);
    this.start(entry.conversation);
  }

  async discard(id: string): Promise<void> {
    const entry = this.entries.find((other) => other.id === id);
    if (!entry) return;
    this.entries = this.entries.filter((other) => other.id !== id);
    touch(`win:${entry.conversation}`);
    await this.ports.storage.remove("outbox", id);
  }

  /** The network is back: do not wait for the next try. */
  nudge(): void {
    for (const wake of [...this.wakes.values()]) wake();
  }

  private start(conversation: string): void {
    if (this.sending.has(conversation)) return;
    this.sending.add(conversation);
    void this.drain(conversation).finally(() => this.sending.delete(conversation));
  }

  private async drain(conversation: string): Promise<void> {
    for (let failures = 0; ; ) {
      const entry = this.of(conversation).find((other) => other.failure === null);
      if (!entry || entry.user !== this.user) return;
      const posted = await this.patiently(entry);
      if (posted === "signed-out") return;
      if (posted === "later") {
        await this.pause(conversation, retryDelay(failures++, this.ports.clock.random));
        continue;
      }
      failures = 0;
      if ("item" in posted) await this.accept(entry, posted.item);
      else await this.refuse(entry, posted.refused);
    }
  }

  private async patiently(entry: Outgoing): Promise<Posted> {
    const stop = this.ports.clock.after(WAITING_AFTER_MS, () => {
      this.stalled.add(entry.id);
      touch(`win:${entry.conversation}`);
    });
    const posted = await this.ports.post(entry);
    stop();
    const stalled = posted === "later" && !this.stalled.has(entry.id);
    if (stalled) this.stalled.add(entry.id);
    else if (posted !== "later") this.stalled.delete(entry.id);
    if (stalled) touch(`win:${entry.conversation}`);
    return posted;
  }

  private async accept(entry: Outgoing, item: Item): Promise<void> {
    this.ports.accepted(entry, item);
    await this.discard(entry.id);
  }

  private async refuse(entry: Outgoing, failure: { code: string; text: string }): Promise<void> {
    const refused = { ...entry, failure };
    await this.replace(refused);
    this.ports.refused(refused);
  }

  private async replace(entry: Outgoing): Promise<void> {
    this.entries = this.entries.map((other) => (other.id === entry.id ? entry : other));
    touch(`win:${entry.conversation}`);
    await this.ports.storage.put("outbox", entry);
  }

  private pause(conversation: string, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.wakes.delete(conversation);
        cancel();
        resolve();
      };
      const cancel = this.ports.clock.after(ms, done);
      this.wakes.set(conversation, done);
    });
  }
}
