/** The chat boxes at the foot of a page: three at most, the others behind a button. */
import { MessagesSquare } from "lucide-react";
import { Menu } from "../kit/Menu";
import { useMedia } from "../kit/time";
import { Overlays } from "../messages/Overlays";
import { world } from "../sync/store";
import { useTopic } from "../sync/topics";
import { boxes, NEW, openBox } from "./boxes";
import { ChatBox } from "./ChatBox";
import css from "./dock.module.css";
import { NewBox } from "./NewBox";
import { words } from "./words";

export default function Dock() {
  useTopic("dock");
  useTopic("list");
  const three = useMedia("(width >= 1160px)");
  const two = useMedia("(width >= 820px)");
  const most = three ? 3 : two ? 2 : 1;
  const all = boxes();
  const folded = all.slice(0, -most);
  return (
    <div className={css.dock} data-dock>
      {folded.length > 0 && (
        <Menu
          label={words.more(folded.length)}
          className={css.more}
          entries={folded.map(({ id }) => ({ label: nameOf(id), run: () => openBox(id) }))}
        >
          <MessagesSquare size={17} aria-hidden />
          {words.more(folded.length)}
        </Menu>
      )}
      {all
        .slice(-most)
        .map((box) =>
          box.id === NEW ? (
            <NewBox key={NEW} minimized={box.minimized} />
          ) : (
            <ChatBox key={box.id} box={box} />
          ),
        )}
      <Overlays />
    </div>
  );
}

function nameOf(id: string): string {
  return id === NEW ? words.newChat : (world.conversations.get(id)?.name ?? "");
}
