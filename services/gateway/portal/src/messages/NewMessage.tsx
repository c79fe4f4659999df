/** The page of a new message, in the place of a thread. */
import { ArrowLeft } from "lucide-react";
import { useLocation, useSearch } from "wouter";
import { pathTo } from "../app/routes";
import { words } from "../contacts/words";
import { IconButton } from "../kit/Button";
import { NARROW, useMedia } from "../kit/time";
import { strings } from "../strings";
import { wantFocus } from "./claiming";
import { NewMessageForm } from "./NewMessageForm";
import css from "./new.module.css";

export default function NewMessage() {
  const [, go] = useLocation();
  const wish = useSearch();
  const grouped = wish === "kind=group";
  const narrow = useMedia(NARROW);
  const Title = narrow ? "h1" : "h2";
  const started = (id: string) => {
    wantFocus(id);
    go(pathTo.conversation(id));
  };
  return (
    <main className={css.page} id="conversation" aria-label={words.newTitle}>
      <header>
        {narrow && (
          <IconButton label={strings.back} onClick={() => go(pathTo.messages)}>
            <ArrowLeft size={20} aria-hidden />
          </IconButton>
        )}
        <Title>{words.newTitle}</Title>
      </header>
      <NewMessageForm
        key={wish}
        grouped={grouped}
        started={started}
        cancel={() => go(pathTo.messages)}
      />
    </main>
  );
}
