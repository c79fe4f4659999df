/** `button "More actions"`: its menu comes when it is asked for. */
import { EllipsisVertical } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import type { Conversation } from "../contract/shapes";
import { IconButton } from "../kit/Button";
import { strings } from "../strings";

export type ThreadMenuShown = "menu" | "delete";

const ThreadMenu = lazy(() => import("../deleting/ThreadMenu"));

export function ThreadMore({ conversation }: { conversation: Conversation }) {
  const [open, setOpen] = useState<{ anchor: HTMLElement; shown: ThreadMenuShown } | null>(null);
  return (
    <>
      <IconButton
        label={strings.moreActions}
        opens="menu"
        onClick={(anchor) => setOpen({ anchor, shown: "menu" })}
      >
        <EllipsisVertical size={18} aria-hidden />
      </IconButton>
      {open && (
        <Suspense fallback={null}>
          <ThreadMenu
            conversation={conversation}
            {...open}
            show={(shown) => setOpen({ ...open, shown })}
            // A menu that goes late does not take along what was chosen from it.
            close={(shown) => setOpen((now) => (now?.shown === shown ? null : now))}
          />
        </Suspense>
      )}
    </>
  );
}
