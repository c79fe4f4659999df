/** Time: any queue and any conversation as they were, at any length of the log. */
import { useEffect, useState } from "react";
import { Button } from "../../kit/Button";
import { Failed, Skeleton } from "../../kit/bits";
import kit from "../../kit/kit.module.css";
import { type Past, type PastFact, time } from "./api";
import bar from "./bar.module.css";
import { Compared } from "./Compared";
import { ConversationPane } from "./ConversationPane";
import { FactsPane } from "./FactsPane";
import { type Address, type Go, useAddress, useLatest } from "./looking";
import { PastFrame } from "./PastFrame";
import { QueuePane } from "./QueuePane";
import { SeenPanes } from "./SeenPanes";
import { TimeBar } from "./TimeBar";
import css from "./time.module.css";
import { words } from "./words";

/** How old the present may be while one looks at it. */
const NOW_MS = 5_000;

export default function Time() {
  const [address, go] = useAddress();
  const { position, queue, conversation } = address;
  const key = [position, queue, conversation].join();
  const { found, failed, again } = useLatest(key, () =>
    time.past({ position, queue, conversation }),
  );
  const past = position !== undefined;
  useEffect(() => {
    if (past) return;
    const timer = setInterval(() => document.hidden || again(), NOW_MS);
    return () => clearInterval(timer);
  });
  if (!found && failed) return <Failed text={words.couldNotLoad} again={again} />;
  if (!found) return <Skeleton rows={8} />;
  return (
    <PastFrame
      shown={found}
      newest={found.newest}
      back={past ? () => go({ position: undefined, seen: undefined, with: undefined }) : undefined}
    >
      {failed && <Failed text={words.couldNotLoad} again={again} />}
      <TimeBar
        wanted={Math.min(position ?? found.newest.position, found.newest.position)}
        shown={found}
        newest={found.newest}
        go={(to, how) => go({ position: to }, how)}
      />
      {address.seen ? (
        <SeenPanes
          message={address.seen}
          back={() => go({ seen: undefined })}
          go={(to) => go({ position: to })}
        />
      ) : (
        <Panes found={found} address={address} go={go} />
      )}
      <Comparing shown={found.position} address={address} go={go} />
    </PastFrame>
  );
}

interface PanesProps {
  found: Past;
  address: Address;
  go: Go;
}

function Panes({ found, address, go }: PanesProps) {
  const { queue, conversation } = address;
  const open = ({ position, queue_id, conversation_id }: PastFact) =>
    go({
      position,
      queue: queue_id ?? queue,
      conversation: conversation_id ?? conversation,
    });
  return (
    <div className={css.panes}>
      <QueuePane
        chosen={queue}
        queue={found.queue}
        at={found.at}
        conversation={conversation}
        choose={(to) => go({ queue: to })}
        open={(to) => go({ conversation: to })}
      />
      <ConversationPane
        chosen={conversation}
        conversation={found.conversation}
        see={(message) => go({ seen: message })}
      />
      <FactsPane
        facts={found.facts}
        ofAll={!queue && !conversation}
        position={found.position}
        go={open}
      />
    </div>
  );
}

/** Another position to compare this one with. */
function Comparing({ shown, address, go }: { shown: number; address: Address; go: Go }) {
  const [text, setText] = useState("");
  if (address.with !== undefined)
    return (
      <Compared
        one={address.with}
        other={shown}
        of={address}
        stop={() => go({ with: undefined })}
      />
    );
  const submit = () => {
    const digits = text.replace(/[\s.,\u00a0\u202f]/g, "");
    if (/^\d{1,15}$/.test(digits)) go({ with: Number(digits), position: shown });
  };
  return (
    <form
      className={bar.comparing}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <label>
        <span>{words.compareWith}</span>
        <input
          className={`${kit.input} ${bar.short}`}
          type="text"
          inputMode="numeric"
          autoComplete="off"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <Button submit>{words.compare}</Button>
    </form>
  );
}
