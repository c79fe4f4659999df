/** `list "Attachments"`: what goes with the next message, how far each file is, and the way out. */
import { FileText, RotateCw, X } from "lucide-react";
import { strings } from "../strings";
import { uploads } from "../sync/session";
import type { Attached, Course } from "../sync/uploads";
import { preparing, sizeOf } from "./attaching";
import css from "./composer.module.css";
import { dropPreview, previewOf } from "./previews";
import { words } from "./tray.words";

export default function Tray({ conversation, done }: { conversation: string; done: () => void }) {
  const files = uploads.of(conversation);
  const coming = preparing(conversation);
  return (
    <ul className={css.tray} aria-label={strings.attachments}>
      {files.map((one) => (
        <Tile key={one.id} one={one} course={uploads.course(one.id)} done={done} />
      ))}
      {coming.map((file) => (
        <li key={file.name + file.lastModified} className={css.tile} data-upload="preparing">
          <span className={css.thumb}>
            <FileText size={20} aria-hidden />
          </span>
          <span className={css.words}>
            <b>{file.name}</b>
            <small>{words.preparing}</small>
          </span>
        </li>
      ))}
    </ul>
  );
}

function Tile({ one, course, done }: { one: Attached; course: Course; done: () => void }) {
  const picture = previewOf(one);
  return (
    <li className={css.tile} data-upload={course.state} title={one.name}>
      <span className={css.thumb}>
        {picture ? <img src={picture} alt="" /> : <FileText size={20} aria-hidden />}
      </span>
      <span className={css.words}>
        <b>{one.name}</b>
        <small>{detailOf(one, course)}</small>
      </span>
      {course.state === "uploading" && <Bar one={one} sent={course.sent} />}
      {course.state === "failed" && (
        <button
          type="button"
          className={css.tool}
          aria-label={words.retryFile(one.name)}
          onClick={() => uploads.retry(one.id)}
        >
          <RotateCw size={15} aria-hidden />
        </button>
      )}
      <button
        type="button"
        className={css.tool}
        aria-label={words.removeFile(one.name)}
        onClick={() => {
          void uploads.remove(one.id);
          dropPreview(one.id);
          done();
        }}
      >
        <X size={15} aria-hidden />
      </button>
    </li>
  );
}

function Bar({ one, sent }: { one: Attached; sent: number }) {
  const percent = Math.round((100 * sent) / Math.max(1, one.blob.size));
  return (
    <progress
      className={css.bar}
      aria-label={words.uploading(one.name)}
      aria-valuenow={percent}
      max={100}
      value={percent}
    />
  );
}

function detailOf(one: Attached, course: Course): string {
  if (course.state === "failed") return course.text || words.uploadFailed;
  if (one.shrunkFrom !== null) return words.resizedFrom(sizeOf(one.shrunkFrom));
  return sizeOf(one.size);
}
