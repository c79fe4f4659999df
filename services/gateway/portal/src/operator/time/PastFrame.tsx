/** An amber frame around everything that is not now, with the way back. */
import { History } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../../kit/Button";
import type { LogPosition } from "./api";
import css from "./bar.module.css";
import { counted, moment } from "./showing";
import { words } from "./words";

interface PastFrameProps {
  shown: LogPosition;
  newest: LogPosition;
  /** Absent: this is now, and there is no frame. */
  back?: () => void;
  children: ReactNode;
}

export function PastFrame({ shown, newest, back, children }: PastFrameProps) {
  return (
    <section className={css.frame} data-past={back ? "" : undefined} aria-label={words.time}>
      <header className={css.banner}>
        {back ? (
          <p role="alert">
            <History size={16} aria-hidden="true" />
            <strong>{words.past}</strong> {words.nothingCanBeSent}
          </p>
        ) : (
          <p>
            <strong>{words.now}</strong>
          </p>
        )}
        <p className={css.where} data-position={shown.position}>
          <time dateTime={shown.at ?? undefined}>{moment(shown.at)}</time>
          <span>{words.positionOf(counted(shown.position), counted(newest.position))}</span>
        </p>
        {back && (
          <Button small onClick={back}>
            {words.returnToNow}
          </Button>
        )}
      </header>
      {children}
    </section>
  );
}
