/** A conversation as it was: where it stood, who was in it, what had been said. */
import type { PastConversation } from "./api";
import { Items } from "./Items";
import { titleOf } from "./showing";
import css from "./time.module.css";
import { words } from "./words";

interface ConversationPaneProps {
  chosen: string | undefined;
  conversation: PastConversation | null;
  see: (message: string) => void;
}

export function ConversationPane({ chosen, conversation, see }: ConversationPaneProps) {
  const name = words.conversationPane(conversation ? titleOf(conversation) : "");
  return (
    <section
      className={css.pane}
      aria-label={name.trim()}
      data-pane="conversation"
      data-id={conversation?.id}
    >
      <header>
        <h2>{name}</h2>
      </header>
      {!chosen && <p className={css.none}>{words.chooseConversation}</p>}
      {chosen && !conversation && <p className={css.none}>{words.notYet}</p>}
      {conversation && (
        <>
          <Where conversation={conversation} />
          {conversation.has_older && <p className={css.none}>{words.older}</p>}
          {conversation.items.length === 0 && <p className={css.none}>{words.noMessages}</p>}
          <Items items={conversation.items} label={name} see={see} />
        </>
      )}
    </section>
  );
}

function Where({ conversation }: { conversation: PastConversation }) {
  const { place, members, tags, opted_out } = conversation;
  const state = place && (words.states[place.state] ?? place.state);
  return (
    <p className={css.sum} data-place={place?.state}>
      {place &&
        `${place.queue_name}: ${place.holder ? words.by(state ?? "", place.holder.name) : state}`}
      {!place && members.map(({ name }) => name).join(", ")}
      {tags.map((tag) => (
        <span key={tag} className={css.tag}>
          {tag}
        </span>
      ))}
      {opted_out && <strong>{words.optedOut}</strong>}
    </p>
  );
}
