/** Pictures that a person has just attached, shown from their own bytes until the gateway has them. */
import type { Attached } from "../sync/uploads";

/** As many as a person sends while they look; older ones come from the gateway. */
const MOST = 60;
const urls = new Map<string, string>();
const ofMessage = new Map<string, string[]>();

/** SVG is no picture here: it may hold more than a picture does. */
const SHOWN = new Set(["image/jpeg", "image/png", "image/gif", "image/webp"]);

export function previewOf(one: Attached): string | null {
  if (!SHOWN.has(one.blob.type)) return null;
  const known = urls.get(one.id);
  if (known) return known;
  const url = URL.createObjectURL(one.blob);
  urls.set(one.id, url);
  const oldest = urls.size > MOST ? urls.keys().next().value : undefined;
  if (oldest !== undefined) dropPreview(oldest);
  return url;
}

export function dropPreview(id: string): void {
  const url = urls.get(id);
  if (url) URL.revokeObjectURL(url);
  urls.delete(id);
}

/** The files of one bubble, by the key of its row. */
export function rememberPreviews(row: string, files: Attached[]): void {
  ofMessage.set(
    row,
    files.map((one) => previewOf(one) ?? ""),
  );
}

export function previewAt(row: string, index: number): string | null {
  return ofMessage.get(row)?.[index] || null;
}
