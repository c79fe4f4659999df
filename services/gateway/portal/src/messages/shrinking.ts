/** A large photograph leaves as a smaller one: the decoder scales it off the page's thread. */

export interface Shrunk {
  blob: Blob;
  name: string;
  width: number;
  height: number;
}

/** Of `most`: small enough to pass, near enough to keep what can be seen. */
const AIM = 0.93;
const LEAST = 0.75;
const TRIES = 7;
const LONGEST_EDGE = 4_096;
const QUALITY = 0.85;
const BEST_QUALITY = 0.95;
const PROBE = 64;
const SHRINKABLE = new Set(["image/jpeg", "image/png"]);
const OPAQUE = 255;

/** What it has become, or null where it stays as it is (or cannot be read here: the gateway may). */
export async function shrink(file: File, most: number): Promise<Shrunk | null> {
  if (!SHRINKABLE.has(file.type) || file.size <= most) return null;
  const whole = await createImageBitmap(file).catch(() => null);
  if (!whole) return null;
  const { width, height } = whole;
  const type = file.type === "image/png" && seesThrough(whole) ? "image/png" : "image/jpeg";
  whole.close();
  const name = type === file.type ? file.name : `${file.name.replace(/\.[^.]*$/, "")}.jpg`;
  const best = await search(file, { width, height }, type, most);
  return best && { ...best, name };
}

interface Drawn {
  blob: Blob;
  width: number;
  height: number;
}

/** The size of a file follows its area: a few guesses come near enough. */
async function search(
  file: File,
  from: { width: number; height: number },
  type: string,
  most: number,
): Promise<Drawn | null> {
  const full = Math.min(1, LONGEST_EDGE / Math.max(from.width, from.height));
  let scale = full;
  let quality = QUALITY;
  let best: Drawn | null = null;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const drawn = await draw(file, from, scale, type, quality);
    const { size } = drawn.blob;
    if (size <= most && (!best || size > best.blob.size)) best = drawn;
    if (best && best.blob.size >= LEAST * most) break;
    if (size <= most && scale >= full) {
      if (type === "image/png" || quality >= BEST_QUALITY) break;
      quality = BEST_QUALITY;
    } else scale = Math.min(full, scale * Math.sqrt((AIM * most) / size));
  }
  return best;
}

async function draw(
  file: File,
  from: { width: number; height: number },
  scale: number,
  type: string,
  quality: number,
): Promise<Drawn> {
  const width = Math.max(1, Math.round(from.width * scale));
  const height = Math.max(1, Math.round(from.height * scale));
  const bitmap = await createImageBitmap(file, {
    resizeWidth: width,
    resizeHeight: height,
    resizeQuality: "high",
  });
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return { blob: await canvas.convertToBlob({ type, quality }), width, height };
}

/** Transparency shows in a thumbnail of it, or nowhere that matters. */
function seesThrough(bitmap: ImageBitmap): boolean {
  const canvas = new OffscreenCanvas(PROBE, PROBE);
  const context = canvas.getContext("2d");
  if (!context) return true;
  context.drawImage(bitmap, 0, 0, PROBE, PROBE);
  const { data } = context.getImageData(0, 0, PROBE, PROBE);
  return data.some((value, index) => index % 4 === 3 && value < OPAQUE);
}
