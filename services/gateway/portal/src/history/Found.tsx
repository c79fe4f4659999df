/** What a search found: conversations of that name, and messages with the words marked. */
import { useCallback, useEffect, useState } from "react";
import { useLocation } from "wouter";
import { pathTo } from "../app/routes";
import type { Conversation } from "../contract/shapes";
import { Button } from "../kit/Button";
import { Empty, Failed, Skeleton, TagMark } from "../kit/bits";
import { listTime } from "../kit/time";
import { strings } from "../strings";
import { world } from "../sync/store";
import { EVERYTHING, type FoundMessage, history, type Piece, type Sifted } from "./api";
import { Conversations } from "./Conversations";
import css from "./history.module.css";
import { usePages } from "./looking";
import { words } from "./words";

/** Something that could be a word: without one, messages are not asked. */
const WORD = /[\p{L}\p{N}]/u;

type Line = FoundMessage & { conversation: Conversation };

export function Found({ asked, sifted }: { asked: string; sifted: Sifted }) {
  const [partial, setPartial] = useState(false);
  const named = useNamed(asked, sifted);
  const ask = useCallback(
    async (before: string | null) => {
      if (!WORD.test(asked)) return { items: [], next: null };
      const page = await history.messages(asked, sifted, before);
      setPartial(page.partial);
      const of = new Map(page.conversations.map((one) => [one.id, one]));
      const items = page.items.flatMap((one): Line[] => {
        const conversation = of.get(one.message.conversation_id);
        return conversation ? [{ ...one, conversation }] : [];
      });
      return { items, next: page.next };
    },
    [asked, sifted],
  );
  const { items, next, busy, failed, again, more } = usePages(ask);
  const nothing = items?.length === 0 && named.length === 0;
  return (
    <>
      {named.length > 0 && (
        <section className={css.found}>
          <h2>{words.people}</h2>
          <Conversations label={words.people} rows={named} changed={again} />
        </section>
      )}
      <p role="status" className={css.status}>
        {items && !(nothing && !next) ? words.messagesFound(items.length, next !== null) : ""}
        {items && nothing && !next ? words.noneFound : ""}
        {partial && <small>{words.partial}</small>}
      </p>
      {failed && !items && <Failed text={words.couldNot} again={again} />}
      {!failed && !items && <Skeleton rows={6} />}
      {items && items.length > 0 && <Messages lines={items} />}
      {nothing && !next && <Empty title={words.noneFound} text={words.noneFoundText} />}
      {next && (
        <Button disabled={busy} onClick={more}>
          {items?.length ? words.more : words.further}
        </Button>
      )}
    </>
  );
}

/** By name or number; where the list is narrowed, only what was said is looked for. */
function useNamed(asked: string, sifted: Sifted): Conversation[] {
  const [found, setFound] = useState<Conversation[]>([]);
  useEffect(() => {
    let wanted = true;
    setFound([]);
    if (sifted !== EVERYTHING) return undefined;
    history.named(asked).then(
      ({ items }) => wanted && setFound(items),
      () => {},
    );
    return () => {
      wanted = false;
    };
  }, [asked, sifted]);
  return found.map((one) => world.conversations.get(one.id) ?? one);
}

function Messages({ lines }: { lines: Line[] }) {
  return (
    <ol className={css.lines} aria-label={words.messages}>
      {lines.map((line) => (
        <Message key={line.message.id} line={line} />
      ))}
    </ol>
  );
}

function Message({ line: { message, conversation, snippet } }: { line: Line }) {
  const [, go] = useLocation();
  const path = `${pathTo.page("history", conversation.id)}?at=${message.position}`;
  return (
    <li>
      <a
        href={path}
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          go(path);
        }}
      >
        <span className={css.line}>
          <b>{conversation.name}</b>
          <TagMark tag={conversation.tag} />
          <time dateTime={message.at}>{listTime(message.at)}</time>
        </span>
        <span className={css.snippet} dir="auto">
          {authorOf(message)}
          {snippet.map((piece, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a text never change places
            <Stretch key={place} {...piece} />
          ))}
        </span>
      </a>
    </li>
  );
}

function Stretch({ text, found }: Piece) {
  return found ? <mark>{text}</mark> : text;
}

function authorOf({ direction, author }: FoundMessage["message"]): string {
  if (direction === "in" && !author) return "";
  if (author?.id === world.me?.id) return `${strings.you}: `;
  return author ? `${author.name}: ` : "";
}
