/** List and thread, side by side on wide screens, one at a time on narrow ones. */
import { MessagesSquare } from "lucide-react";
import { lazy, Suspense } from "react";
import type { Route } from "../app/routes";
import { Empty } from "../kit/bits";
import { strings } from "../strings";
import { world } from "../sync/store";
import { useTopic } from "../sync/topics";
import { ListPane } from "./ListPane";
import css from "./messages.module.css";
import { Overlays } from "./Overlays";
import { Thread } from "./Thread";

const Oops = lazy(() => import("../oops/Oops"));
const NewMessage = lazy(() => import("./NewMessage"));

export function MessagesPage({ route, narrow }: { route: Route; narrow: boolean }) {
  const open = route.page === "preview" || route.page === "messages" ? route.conversation : null;
  const filled = open !== null || route.page === "new";
  useTopic("me");
  const { rights } = world;
  if (rights && !rights.abilities.chat && !rights.messaging.sms.usable) return <Oops />;
  return (
    <div
      className={css.panes}
      data-filled={filled || undefined}
      // On a narrow screen the list is all there is; another element would lose its scroll offset.
      {...(narrow && !filled && { role: "main", id: "conversation", tabIndex: -1 })}
    >
      <ListPane open={open} />
      {open !== null && (
        <Thread
          key={open}
          id={open}
          queueId={route.page === "preview" ? route.queue : null}
          narrow={narrow}
        />
      )}
      <Overlays />
      {route.page === "new" && (
        <Suspense fallback={<main className={css.thread} id="conversation" aria-busy="true" />}>
          <NewMessage />
        </Suspense>
      )}
      {!filled && !narrow && (
        <main className={css.thread} id="conversation">
          <Empty
            icon={<MessagesSquare size={28} aria-hidden />}
            title={strings.nothingSelected}
            text={strings.nothingSelectedText}
          />
        </main>
      )}
    </div>
  );
}
