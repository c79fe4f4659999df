/** One file, as large as it may be; and what is known of it. */
import { FileText, Music, Video } from "lucide-react";
import type { MessageFile } from "../contract/shapes";
import { exactTime } from "../kit/time";
import { sizeOf } from "../messages/attaching";
import { strings } from "../strings";
import { world } from "../sync/store";
import css from "./gallery.module.css";
import type { Entry } from "./strip";
import { words } from "./words";

/** What every browser draws; others are named and offered for download. */
const DRAWN = new Set(["image/jpeg", "image/png", "image/gif", "image/webp"]);

export function Stage({ file }: { file: MessageFile }) {
  const { media_type, url } = file;
  const name = file.name ?? strings.file;
  const type = media_type ?? "";
  if (!url) return null;
  if (DRAWN.has(type))
    return (
      <img
        src={url}
        alt={name}
        width={file.width ?? undefined}
        height={file.height ?? undefined}
        decoding="async"
      />
    );
  // biome-ignore lint/a11y/useMediaCaption: what people send one another has no captions
  if (type.startsWith("video/")) return <video src={url} controls aria-label={name} />;
  // biome-ignore lint/a11y/useMediaCaption: likewise
  if (type.startsWith("audio/")) return <audio src={url} controls aria-label={name} />;
  return (
    <div className={css.other}>
      <FileText size={44} aria-hidden />
      <strong>{name}</strong>
      <span>{[type, file.size !== null && sizeOf(file.size)].filter(Boolean).join(" · ")}</span>
      <small>{words.noPreview}</small>
    </div>
  );
}

export function Details({ entry: { file, message } }: { entry: Entry }) {
  const from =
    message.author?.name ??
    (message.direction === "out" ? strings.system : message.counterpart?.display) ??
    world.conversations.get(message.conversation_id)?.name;
  const facts: [string, string | null | undefined][] = [
    [words.fileName, file.name],
    [words.fileType, file.media_type],
    [words.fileSize, file.size === null ? null : sizeOf(file.size)],
    [words.fileDimensions, file.width && file.height ? `${file.width} × ${file.height}` : null],
    [words.fileFrom, from],
    [words.fileDate, exactTime(message.at)],
  ];
  return (
    <section className={css.details} aria-label={words.fileDetails}>
      <dl>
        {facts
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </section>
  );
}

export function KindIcon({ type }: { type: string }) {
  if (type.startsWith("audio/")) return <Music size={22} aria-hidden />;
  if (type.startsWith("video/")) return <Video size={22} aria-hidden />;
  return <FileText size={22} aria-hidden />;
}
