/** `dialog "Media gallery"`: one file on the stage, its neighbours by arrow, key, swipe and strip. */
import { ChevronDown, ChevronLeft, ChevronRight, ChevronUp, Download, Info, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { IconButton } from "../kit/Button";
import { Failed } from "../kit/bits";
import { closeGallery, type Place } from "../messages/gallery";
import { strings } from "../strings";
import css from "./gallery.module.css";
import { Details, Stage } from "./Stage";
import { isNearEnd, isNearStart, keyOf, useStrip } from "./strip";
import { Thumbnails } from "./Thumbnails";
import { words } from "./words";

const SWIPE = 80;
const TOGGLES = new Set(["f", "ArrowUp", "ArrowDown"]);

export default function Gallery({ place }: { place: Place }) {
  const box = useRef<HTMLDialogElement>(null);
  const [shown, show] = useState(keyOf(place.message, place.index));
  const [open, setOpen] = useState(true);
  const [details, setDetails] = useState(false);
  const strip = useStrip(place);
  const touch = useRef(0);
  useEffect(() => {
    box.current?.showModal();
    // Not the first button: its tip would stand over the picture.
    box.current?.focus();
  }, []);
  const { entries } = strip;
  const at = entries.findIndex((entry) => entry.key === shown);
  const entry = entries[at];
  const go = (goal: number) => {
    const next = entries[goal];
    if (!next) return;
    show(next.key);
    if (isNearStart(goal)) strip.older();
    if (isNearEnd(goal, entries.length)) strip.newer();
  };
  const key = (event: KeyboardEvent<HTMLElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const goal = new Map([
      ["ArrowLeft", at - 1],
      ["ArrowRight", at + 1],
    ]).get(event.key);
    if (goal !== undefined) go(goal);
    else if (TOGGLES.has(event.key)) setOpen(!open);
    else return;
    event.preventDefault();
  };
  return (
    <dialog
      ref={box}
      className={css.gallery}
      tabIndex={-1}
      aria-label={words.gallery}
      onCancel={(event) => {
        event.preventDefault();
        closeGallery();
      }}
      onKeyDown={key}
      onTouchStart={(event) => {
        touch.current = event.changedTouches[0]?.clientX ?? 0;
      }}
      onTouchEnd={(event) => {
        const moved = (event.changedTouches[0]?.clientX ?? 0) - touch.current;
        const inStrip = (event.target as HTMLElement).closest("[data-strip]");
        if (Math.abs(moved) >= SWIPE && !inStrip) go(at - Math.sign(moved));
      }}
    >
      <header className={css.head}>
        <p role="status">
          {at >= 0 &&
            words.fileOf(at + 1, strip.begins ? String(entries.length) : `${entries.length}+`)}
        </p>
        <IconButton label={words.details} onClick={() => setDetails(!details)}>
          <Info size={20} aria-hidden />
        </IconButton>
        {entry?.file.url && (
          <a
            className={css.tool}
            href={`${entry.file.url}?download=true`}
            download={entry.file.name ?? strings.file}
            aria-label={words.download}
            title={words.download}
          >
            <Download size={20} aria-hidden />
          </a>
        )}
        <IconButton label={strings.close} onClick={closeGallery}>
          <X size={20} aria-hidden />
        </IconButton>
      </header>
      <div className={css.middle}>
        <button
          type="button"
          className={css.arrow}
          aria-label={words.previousFile}
          aria-disabled={at <= 0}
          onClick={() => go(at - 1)}
        >
          <ChevronLeft size={26} aria-hidden />
        </button>
        <div className={css.stage}>
          {strip.failed && entries.length === 0 ? (
            <Failed text={words.couldNotLoadFiles} again={strip.older} />
          ) : (
            entry && <Stage key={entry.key} file={entry.file} />
          )}
        </div>
        <button
          type="button"
          className={css.arrow}
          data-next
          aria-label={words.nextFile}
          aria-disabled={at < 0 || at >= entries.length - 1}
          onClick={() => go(at + 1)}
        >
          <ChevronRight size={26} aria-hidden />
        </button>
        {details && entry && <Details entry={entry} />}
      </div>
      <footer className={css.foot}>
        <button
          type="button"
          className={css.toggle}
          aria-label={open ? words.hideThumbnails : words.showThumbnails}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {open ? <ChevronDown size={18} aria-hidden /> : <ChevronUp size={18} aria-hidden />}
        </button>
        {open && <Thumbnails strip={strip} shown={shown} go={go} />}
      </footer>
    </dialog>
  );
}
