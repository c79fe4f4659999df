/**
 * Files on their way to a message: each goes up in pieces, goes on where the line broke, survives a
 * reload, and holds the send button until it is there.
 */
import type { Upload } from "../contract/shapes";
import { type Clock, retryDelay } from "./clock";
import type { Storage } from "./storage";
import { touch } from "./topics";

export interface Attached {
  id: string;
  /** The upload's Idempotency-Key: asked again, the same upload answers. */
  key: string;
  user: string;
  conversation: string;
  name: string;
  blob: Blob;
  /** Before it was made small here; null where it was not. */
  shrunkFrom: number | null;
  width: number | null;
  height: number | null;
  order: number;
  /** The upload at the gateway, once it is complete. */
  upload: string | null;
  size: number;
  mediaType: string;
}

export type Course =
  | { state: "uploading"; sent: number }
  | { state: "done" }
  | { state: "failed"; text: string };

/** `refused`: asking again would not help. */
export type Piece = Upload | "later" | { refused: { code: string; text: string; offset?: number } };

export interface UploadPorts {
  storage: Pick<Storage, "all" | "put" | "remove">;
  open(key: string, name: string, size: number): Promise<Piece>;
  add(id: string, offset: number, piece: Blob, tell: (sent: number) => void): Promise<Piece>;
  look(id: string): Promise<Piece>;
  complete(id: string): Promise<Piece>;
  cancel(id: string): void;
  newKey(): string;
  clock: Clock;
}

/** After so many broken tries in a row a person decides. */
const TRIES = 4;
const AT_ONCE = 3;

export class Uploads {
  private entries: Attached[] = [];
  private readonly courses = new Map<string, Course>();
  private readonly known = new Map<string, string>();
  private readonly running = new Set<string>();
  private order = 0;
  private user = "";

  private readonly ports: UploadPorts;

  constructor(ports: UploadPorts) {
    this.ports = ports;
  }

  async resume(user: string): Promise<void> {
    this.user = user;
    const all = await this.ports.storage.all<Attached>("uploads");
    this.entries = all.filter((one) => one.user === user).sort((a, b) => a.order - b.order);
    for (const one of this.entries) {
      this.order = Math.max(this.order, one.order);
      this.courses.set(one.id, one.upload ? { state: "done" } : { state: "uploading", sent: 0 });
    }
    this.work();
  }

  of(conversation: string): Attached[] {
    return this.entries.filter((one) => one.conversation === conversation);
  }

  course(id: string): Course {
    return this.courses.get(id) ?? { state: "uploading", sent: 0 };
  }

  /** Done, and of how many. */
  progress(conversation: string): { done: number; all: number; failed: boolean } {
    const courses = this.of(conversation).map((one) => this.course(one.id));
    return {
      all: courses.length,
      done: courses.filter((course) => course.state === "done").length,
      failed: courses.some((course) => course.state === "failed"),
    };
  }

  async attach(
    conversation: string,
    file: Pick<Attached, "name" | "blob" | "shrunkFrom" | "width" | "height">,
  ): Promise<void> {
    this.order += 1;
    const one: Attached = {
      ...file,
      id: this.ports.newKey(),
      key: this.ports.newKey(),
      user: this.user,
      conversation,
      order: this.order,
      upload: null,
      size: file.blob.size,
      mediaType: file.blob.type,
    };
    this.entries = [...this.entries, one];
    this.tell(one, { state: "uploading", sent: 0 });
    await this.ports.storage.put("uploads", one);
    this.work();
  }

  async remove(id: string): Promise<void> {
    const one = this.entries.find((other) => other.id === id);
    if (!one) return;
    const upload = one.upload ?? this.known.get(id);
    if (upload) this.ports.cancel(upload);
    await this.forget(one);
  }

  retry(id: string): void {
    const one = this.entries.find((other) => other.id === id);
    if (!one || this.course(id).state !== "failed") return;
    this.tell(one, { state: "uploading", sent: 0 });
    this.work();
  }

  /** Hand the finished files to a message; they leave the tray. */
  async take(conversation: string): Promise<Attached[]> {
    const taken = this.of(conversation);
    for (const one of taken) await this.forget(one);
    return taken;
  }

  /** A draft moves to another conversation, and its files with it. */
  async move(from: string, to: string): Promise<void> {
    const moved = this.of(from).map((one) => ({ ...one, conversation: to }));
    const ids = new Set(moved.map((one) => one.id));
    this.entries = [...this.entries.filter((one) => !ids.has(one.id)), ...moved];
    touch(`uploads:${from}`, `uploads:${to}`);
    for (const one of moved) await this.ports.storage.put("uploads", one);
  }

  clear(): void {
    this.entries = [];
    this.courses.clear();
  }

  private async forget(one: Attached): Promise<void> {
    this.entries = this.entries.filter((other) => other.id !== one.id);
    this.courses.delete(one.id);
    touch(`uploads:${one.conversation}`);
    await this.ports.storage.remove("uploads", one.id);
  }

  private work(): void {
    for (const one of this.entries) {
      if (this.running.size >= AT_ONCE) return;
      if (this.running.has(one.id) || this.course(one.id).state !== "uploading") continue;
      this.running.add(one.id);
      void this.bring(one).finally(() => {
        this.running.delete(one.id);
        this.work();
      });
    }
  }

  private isWanted(id: string): boolean {
    return this.courses.get(id)?.state === "uploading";
  }

  private async bring(one: Attached): Promise<void> {
    for (let tries = 0; this.isWanted(one.id); ) {
      const before = this.sentOf(one.id);
      const end = await this.once(one);
      if (end === "done" || end === "stopped") return;
      tries = this.sentOf(one.id) > before ? 1 : tries + 1;
      if (tries >= TRIES) return this.tell(one, { state: "failed", text: "" });
      await new Promise<void>((go) => {
        this.ports.clock.after(retryDelay(tries - 1, this.ports.clock.random), go);
      });
    }
  }

  /** One go at it: open or find again, add piece by piece, complete. */
  private async once(one: Attached): Promise<"done" | "stopped" | "later"> {
    const known = this.known.get(one.id);
    let now = known
      ? await this.ports.look(known)
      : await this.ports.open(this.now(one).key, one.name, one.blob.size);
    for (;;) {
      if (!this.isWanted(one.id)) {
        // Removed while it was being opened: only now it has a name.
        if (now !== "later" && "id" in now) this.ports.cancel(now.id);
        return "stopped";
      }
      if (now === "later") return "later";
      if ("refused" in now) return this.refused(one, now.refused);
      this.known.set(one.id, now.id);
      if (now.state === "done") return this.done(one, now);
      this.tell(one, { state: "uploading", sent: now.offset });
      now =
        now.offset < one.blob.size ? await this.next(one, now) : await this.ports.complete(now.id);
    }
  }

  private next(one: Attached, at: Upload): Promise<Piece> {
    const piece = one.blob.slice(at.offset, at.offset + at.chunk_bytes);
    const tell = (sent: number) => {
      if (this.isWanted(one.id)) this.tell(one, { state: "uploading", sent: at.offset + sent });
    };
    return this.ports.add(at.id, at.offset, piece, tell);
  }

  /** A place that we had wrong is no refusal, nor an upload that ran out: it goes up once more. */
  private async refused(
    one: Attached,
    { code, text, offset }: { code: string; text: string; offset?: number },
  ): Promise<"stopped" | "later"> {
    if (offset !== undefined) return "later";
    if (code === "not-found") {
      this.known.delete(one.id);
      await this.keep({ ...this.now(one), key: this.ports.newKey() });
      return "later";
    }
    this.tell(one, { state: "failed", text });
    return "stopped";
  }

  private async done(one: Attached, { id, file }: Upload): Promise<"done"> {
    const there = {
      ...this.now(one),
      upload: id,
      name: file?.name ?? one.name,
      size: file?.size ?? one.size,
      mediaType: file?.media_type ?? one.mediaType,
      width: file?.width ?? one.width,
      height: file?.height ?? one.height,
    };
    await this.keep(there);
    this.tell(there, { state: "done" });
    return "done";
  }

  /** The entry as it is by now: it may have moved. */
  private now(one: Attached): Attached {
    return this.entries.find((other) => other.id === one.id) ?? one;
  }

  private async keep(one: Attached): Promise<void> {
    if (!this.entries.some((other) => other.id === one.id)) return;
    this.entries = this.entries.map((other) => (other.id === one.id ? one : other));
    await this.ports.storage.put("uploads", one);
  }

  private sentOf(id: string): number {
    const course = this.courses.get(id);
    return course?.state === "uploading" ? course.sent : 0;
  }

  private tell(one: Attached, course: Course): void {
    this.courses.set(one.id, course);
    touch(`uploads:${this.now(one).conversation}`);
  }
}
