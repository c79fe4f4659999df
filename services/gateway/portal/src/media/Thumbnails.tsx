/** `list "Thumbnails"`: the conversation's files in time order; what comes at its left moves nothing. */
import { useEffect, useLayoutEffect, useRef } from "react";
import { strings } from "../strings";
import css from "./gallery.module.css";
import { KindIcon } from "./Stage";
import type { Strip } from "./strip";
import { words } from "./words";

const NEAR = 8;

interface ThumbnailsProps {
  strip: Strip;
  shown: string;
  go: (at: number) => void;
}

export function Thumbnails({ strip, shown, go }: ThumbnailsProps) {
  const list = useRef<HTMLUListElement>(null);
  const { entries } = strip;
  const first = entries[0]?.key;
  const before = useRef({ first, width: 0 });
  useLayoutEffect(() => {
    const at = list.current;
    if (!at) return;
    if (before.current.first !== first && before.current.width > 0)
      at.scrollLeft += at.scrollWidth - before.current.width;
    before.current = { first, width: at.scrollWidth };
  });
  const settled = useRef(false);
  const there = entries.length > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another file is shown, or the first came
  useEffect(() => {
    const current = list.current?.querySelector("[aria-current]");
    if (!current) return;
    current.scrollIntoView({ block: "nearest", inline: settled.current ? "nearest" : "center" });
    settled.current = true;
  }, [shown, there]);
  const scrolled = () => {
    const at = list.current;
    if (!at) return;
    if (at.scrollLeft <= NEAR) strip.older();
    if (at.scrollLeft + at.clientWidth >= at.scrollWidth - NEAR) strip.newer();
  };
  return (
    <ul
      ref={list}
      className={css.strip}
      aria-label={words.thumbnails}
      data-strip
      onScroll={scrolled}
      onWheel={(event) => {
        // A wheel without a sideways axis moves the strip all the same.
        if (list.current && event.deltaX === 0) list.current.scrollLeft += event.deltaY;
      }}
    >
      {entries.map(({ key, file }, index) => (
        <li key={key}>
          <button
            type="button"
            className={css.thumb}
            aria-label={file.name ?? strings.file}
            aria-current={key === shown ? "true" : undefined}
            onClick={() => go(index)}
          >
            {file.thumb_url ? (
              <img src={file.thumb_url} alt="" loading="lazy" />
            ) : (
              <KindIcon type={file.media_type ?? ""} />
            )}
          </button>
        </li>
      ))}
    </ul>
  );
}
