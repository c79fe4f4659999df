/** Which files may come along: kinds, sizes and counts as the gateway's limits say, after shrinking. */
import type { Limits } from "../contract/shapes";
import type { Attached } from "../sync/uploads";
import { sizeOf } from "./attaching";
import { words } from "./judging.words";

/** The gateway makes these small too; what they will weigh is not known here. */
const PICTURES = new Set(["jpg", "jpeg", "png", "heic"]);

export type Ready = Pick<Attached, "name" | "blob" | "shrunkFrom" | "width" | "height">;

export function refusalOf(file: File, limits: Limits, already: number): string | null {
  if (!limits.file_types.includes(endingOf(file.name))) return words.badType(file.name);
  if (file.size === 0) return words.emptyFile(file.name);
  if (already >= limits.files) return words.tooManyFiles(limits.files);
  const most = PICTURES.has(endingOf(file.name)) ? limits.picture_bytes : limits.file_bytes;
  return file.size > most ? words.fileTooBig(file.name, sizeOf(most)) : null;
}

export async function prepared(file: File, limits: Limits): Promise<Ready> {
  const { shrink } = await import("./shrinking");
  const small = await shrink(file, limits.image_bytes).catch(() => null);
  if (small) return { ...small, shrunkFrom: file.size };
  const size = await measured(file);
  return { name: file.name, blob: file, shrunkFrom: null, ...size };
}

export function tooMuch(ready: Ready, limits: Limits, there: Attached[]): string | null {
  if (there.length >= limits.files) return words.tooManyFiles(limits.files);
  const weight = weighs(ready.name, ready.blob.size, limits);
  if (weight > limits.file_bytes) return words.fileTooBig(ready.name, sizeOf(limits.file_bytes));
  const sum = there.reduce((all, one) => all + weighs(one.name, one.size, limits), weight);
  return sum > limits.message_bytes ? words.filesTooBig(sizeOf(limits.message_bytes)) : null;
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

function endingOf(name: string): string {
  return /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
}
