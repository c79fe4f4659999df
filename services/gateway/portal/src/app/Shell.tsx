/** The frame: rail or bottom bar, the page beside it, and the state of the connection above both. */
import { lazy, Suspense, useEffect } from "react";
import { useLocation } from "wouter";
import { boxes } from "../dock/boxes";
import { Empty } from "../kit/bits";
import { NARROW, useMedia } from "../kit/time";
import { useUnreadConversations } from "../messages/lists";
import { MessagesPage } from "../messages/MessagesPage";
import { strings } from "../strings";
import { world } from "../sync/store";
import { useTopic } from "../sync/topics";
import css from "./app.module.css";
import { ConnectionStatus } from "./ConnectionStatus";
import { pageOf } from "./pages";
import { Rail } from "./Rail";
import { parse, pathTo } from "./routes";

const Dock = lazy(() => import("../dock/Dock"));
const Shortcuts = lazy(() => import("../keys/Shortcuts"));

export function Shell() {
  const [path, go] = useLocation();
  const route = parse(path);
  const narrow = useMedia(NARROW);
  const thread =
    narrow &&
    (route.page === "preview" ||
      route.page === "new" ||
      (route.page === "messages" && route.conversation !== null));
  useEffect(() => {
    if (path === "/" || path === "/login") go(pathTo.messages, { replace: true });
  }, [path, go]);
  useTopic("me"); // roles decide which pages there are
  useTopic("dock");
  const docked = route.page === "other" && !narrow && boxes().length > 0;
  const other = route.page === "other" ? pageOf(route.name) : undefined;
  useTitle(other?.label() ?? strings.messages);
  return (
    <div className={css.shell} data-thread={thread || undefined}>
      <a className={css.skip} href="#conversation">
        {strings.skip}
      </a>
      <Rail page={route.page === "other" ? route.name : "messages"} />
      <div className={css.page}>
        <ConnectionStatus />
        <Suspense fallback={<main id="conversation" aria-busy="true" />}>
          {route.page !== "other" && <MessagesPage route={route} narrow={narrow} />}
          {route.page === "other" && (other ? <other.view rest={route.rest} /> : <Nowhere />)}
        </Suspense>
      </div>
      <Suspense fallback={null}>{docked && <Dock />}</Suspense>
      <Suspense fallback={null}>
        <Shortcuts singleKeys={world.rights?.settings.shortcuts ?? false} />
      </Suspense>
    </div>
  );
}

function Nowhere() {
  const [, go] = useLocation();
  return (
    <main id="conversation" style={{ display: "grid", placeContent: "center" }}>
      <h1>{strings.notFound}</h1>
      <Empty title="">
        <a
          href={pathTo.messages}
          onClick={(event) => {
            event.preventDefault();
            go(pathTo.messages);
          }}
        >
          {strings.toMessages}
        </a>
      </Empty>
    </main>
  );
}

function useTitle(page: string): void {
  const unread = useUnreadConversations();
  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) ${page}` : page;
    const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]");
    if (!icon) return;
    icon.href = unread > 0 ? "/favicon-unread.svg" : "/favicon.svg";
    icon.dataset.unread = String(unread > 0);
  }, [unread, page]);
}
