/** The files of a message; a picture keeps its place before it is there. */
import { FileText, ImageOff, LoaderCircle } from "lucide-react";
import type { Message, MessageFile } from "../contract/shapes";
import { strings } from "../strings";
import css from "./feed.module.css";

const WIDEST = 320;
const TALLEST = 320;

export function Files({ message }: { message: Message }) {
  return (
    <div className={css.files}>
      {message.files.map((file) => (
        <OneFile key={file.index} file={file} />
      ))}
    </div>
  );
}

function OneFile({ file }: { file: MessageFile }) {
  const name = file.name ?? strings.file;
  if (file.state === "pending") {
    return (
      <span className={css.file} data-file="pending">
        <LoaderCircle size={18} aria-hidden /> {strings.filePending}
      </span>
    );
  }
  if (file.state === "refused" || !file.url) {
    return (
      <span className={css.file} data-file="refused">
        <ImageOff size={18} aria-hidden /> {strings.fileRefused(name)}
      </span>
    );
  }
  if (!file.thumb_url) {
    return (
      <a
        className={css.file}
        data-file="stored"
        href={file.url}
        target="_blank"
        rel="noopener noreferrer"
        aria-label={strings.attachment(name)}
      >
        <FileText size={18} aria-hidden /> {name}
      </a>
    );
  }
  const { width, height } = fitted(file);
  return (
    <a
      className={css.picture}
      data-file="stored"
      href={file.url}
      target="_blank"
      rel="noopener noreferrer"
      aria-label={strings.attachment(name)}
    >
      <img
        src={file.thumb_url}
        alt=""
        width={width}
        height={height}
        decoding="async"
        style={{ aspectRatio: `${width} / ${height}`, inlineSize: `${width}px` }}
      />
    </a>
  );
}

function fitted(file: MessageFile): { width: number; height: number } {
  const { width, height } = { width: file.width ?? WIDEST, height: file.height ?? TALLEST };
  const scale = Math.min(1, WIDEST / width, TALLEST / height);
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}
