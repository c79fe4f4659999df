/** What stands over threads, wherever they are: the gallery, and a message's menu. */
import { lazy, Suspense } from "react";
import { useTopic } from "../sync/topics";
import { galleryPlace } from "./gallery";
import { menuPlace } from "./menus";

const Gallery = lazy(() => import("../media/Gallery"));
const MessageMenu = lazy(() => import("../delivery/MessageMenu"));

export function Overlays() {
  return (
    <>
      <OnStage />
      <OnMenu />
    </>
  );
}

function OnStage() {
  useTopic("gallery");
  const place = galleryPlace();
  return (
    place && (
      <Suspense fallback={null}>
        <Gallery place={place} />
      </Suspense>
    )
  );
}

function OnMenu() {
  useTopic("message-menu");
  const place = menuPlace();
  return (
    place && (
      <Suspense fallback={null}>
        <MessageMenu place={place} />
      </Suspense>
    )
  );
}
