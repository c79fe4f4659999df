/** The files of a message; a picture keeps its place before it is there. */
import { FileText, ImageOff, LoaderCircle, Music, Video } from "lucide-react";
import type { Message, MessageFile } from "../contract/shapes";
import { strings } from "../strings";
import { sizeOf } from "./attaching";
import css from "./files.module.css";
import { openGallery } from "./gallery";
import { previewAt } from "./previews";
import type { Row } from "./rows";

const WIDEST = 320;
const TALLEST = 320;

export function Files({ row }: { row: Row }) {
  const message = row.item?.type === "message" ? row.item : null;
  const files = message?.files ?? row.outgoing?.files.map(asFile) ?? [];
  if (files.length === 0) return null;
  return (
    <div className={css.files}>
      {files.map((file) => (
        <OneFile
          key={file.index}
          file={file}
          message={message}
          preview={previewAt(row.key, file.index)}
          mine={row.mine}
        />
      ))}
    </div>
  );
}

type Shown = Omit<MessageFile, "url" | "thumb_url" | "code"> &
  Partial<Pick<MessageFile, "url" | "thumb_url">>;

function asFile(file: NonNullable<Row["outgoing"]>["files"][number], index: number): Shown {
  const { name, mediaType: media_type, size, width, height } = file;
  return { index, state: "pending", name, media_type, size, width, height };
}

interface OneFileProps {
  file: Shown;
  message: Message | null;
  preview: string | null;
  mine: boolean;
}

function OneFile({ file, message, preview, mine }: OneFileProps) {
  const name = file.name ?? strings.file;
  const open = () => {
    if (!message) return;
    const { conversation_id: conversation, id, position } = message;
    openGallery({ conversation, message: id, index: file.index, position });
  };
  const shown = preview ?? file.thumb_url;
  if (file.state === "refused") {
    return (
      <span className={css.file} data-file="refused">
        <ImageOff size={18} aria-hidden /> {strings.fileRefused(name)}
      </span>
    );
  }
  if (shown) {
    const { width, height } = fitted(file);
    return (
      <button
        type="button"
        className={css.picture}
        data-file={file.state}
        aria-label={strings.attachment(name)}
        disabled={file.state !== "stored"}
        onClick={open}
      >
        <img
          src={shown}
          alt=""
          width={width}
          height={height}
          decoding="async"
          style={{ aspectRatio: `${width} / ${height}`, inlineSize: `${width}px` }}
        />
      </button>
    );
  }
  if (file.state === "pending" && !mine) {
    return (
      <span className={css.file} data-file="pending">
        <LoaderCircle size={18} aria-hidden /> {strings.filePending}
      </span>
    );
  }
  return (
    <button
      type="button"
      className={css.file}
      data-file={file.state}
      aria-label={strings.attachment(name)}
      disabled={file.state !== "stored"}
      onClick={open}
    >
      <Kind type={file.media_type ?? ""} />
      <span>
        {name}
        {file.size !== null && <small>{sizeOf(file.size)}</small>}
      </span>
    </button>
  );
}

function Kind({ type }: { type: string }) {
  if (type.startsWith("audio/")) return <Music size={20} aria-hidden />;
  if (type.startsWith("video/")) return <Video size={20} aria-hidden />;
  return <FileText size={20} aria-hidden />;
}

function fitted(file: Shown): { width: number; height: number } {
  const { width, height } = { width: file.width ?? WIDEST, height: file.height ?? TALLEST };
  const scale = Math.min(1, WIDEST / width, TALLEST / height);
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}
