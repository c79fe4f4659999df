/** Which files may come along: kinds, sizes and counts as the gateway's limits say, after shrinking. */
import type { Conversation, Limits } from "../contract/shapes";
import { strings } from "../strings";
import { uploads } from "../sync/session";
import { world } from "../sync/store";
import { notice } from "../sync/toasts";
import { touch } from "../sync/topics";
import type { Attached } from "../sync/uploads";

/** The gateway makes these small too; what they will weigh is not known here. */
const PICTURES = new Set(["jpg", "jpeg", "png", "heic"]);
const KB = 1_000;
const MB = 1_000_000;

export type Ready = Pick<Attached, "name" | "blob" | "shrunkFrom" | "width" | "height">;

/** Where the number may send files; the same words for the button, a drop and a paste. */
export function attachTo(conversation: Conversation, files: File[]): void {
  if (files.length === 0) return;
  if (conversation.sending.files) void attach(conversation.id, files);
  else notice({ kind: "alert", text: strings.tollFreeFiles });
}

/** Being made small: already in the tray, not yet on their way. */
let waiting: readonly { conversation: string; file: File }[] = [];

export function preparing(conversation: string): File[] {
  return waiting.filter((one) => one.conversation === conversation).map((one) => one.file);
}

/** Take what may be taken, in order; say of each that may not why. */
async function attach(conversation: string, files: File[]): Promise<void> {
  const { limits } = world;
  if (!limits) return;
  for (const file of files) {
    const already = uploads.of(conversation).length + preparing(conversation).length;
    const trouble = refusalOf(file, limits, already);
    if (trouble) notice({ kind: "alert", text: trouble });
    else wait([...waiting, { conversation, file }], conversation);
  }
  for (const file of files.filter((one) => preparing(conversation).includes(one))) {
    const ready = await prepared(file, limits);
    const late = tooMuch(ready, limits, uploads.of(conversation));
    if (late) notice({ kind: "alert", text: late });
    else await uploads.attach(conversation, ready);
    wait(
      waiting.filter((one) => one.file !== file),
      conversation,
    );
  }
}

function wait(files: typeof waiting, conversation: string): void {
  waiting = files;
  touch(`uploads:${conversation}`);
}

function refusalOf(file: File, limits: Limits, already: number): string | null {
  if (!limits.file_types.includes(endingOf(file.name))) return strings.badType(file.name);
  if (file.size === 0) return strings.emptyFile(file.name);
  if (already >= limits.files) return strings.tooManyFiles(limits.files);
  const most = PICTURES.has(endingOf(file.name)) ? limits.picture_bytes : limits.file_bytes;
  return file.size > most ? strings.fileTooBig(file.name, sizeOf(most)) : null;
}

async function prepared(file: File, limits: Limits): Promise<Ready> {
  const { shrink } = await import("./shrinking");
  const small = await shrink(file, limits.image_bytes).catch(() => null);
  if (small) return { ...small, shrunkFrom: file.size };
  const size = await measured(file);
  return { name: file.name, blob: file, shrunkFrom: null, ...size };
}

function tooMuch(ready: Ready, limits: Limits, there: Attached[]): string | null {
  if (there.length >= limits.files) return strings.tooManyFiles(limits.files);
  const weight = weighs(ready.name, ready.blob.size, limits);
  if (weight > limits.file_bytes) return strings.fileTooBig(ready.name, sizeOf(limits.file_bytes));
  const sum = there.reduce((all, one) => all + weighs(one.name, one.size, limits), weight);
  return sum > limits.message_bytes ? strings.filesTooBig(sizeOf(limits.message_bytes)) : null;
}

function weighs(name: string, size: number, limits: Limits): number {
  return PICTURES.has(endingOf(name)) ? Math.min(size, limits.image_bytes) : size;
}

async function measured(file: File): Promise<{ width: number | null; height: number | null }> {
  const bitmap = file.type.startsWith("image/")
    ? await createImageBitmap(file).catch(() => null)
    : null;
  const size = { width: bitmap?.width ?? null, height: bitmap?.height ?? null };
  bitmap?.close();
  return size;
}

export function endingOf(name: string): string {
  return /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
}

/** "2 MB", "613 KB": decimal, as the limits are. */
export function sizeOf(bytes: number): string {
  const format = new Intl.NumberFormat(strings.lang, { maximumFractionDigits: 1 });
  return bytes >= MB ? `${format.format(bytes / MB)} MB` : `${Math.ceil(bytes / KB)} KB`;
}
