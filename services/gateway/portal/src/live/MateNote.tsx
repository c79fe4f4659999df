/** Beside what is written to a teammate: whether they are here to read it. */
import type { Conversation } from "../contract/shapes";
import { PresenceDot } from "../kit/bits";
import { world } from "../sync/store";
import { useTopic } from "../sync/topics";
import css from "./live.module.css";
import { words } from "./words";

export default function MateNote({ conversation }: { conversation: Conversation }) {
  const mate = conversation.members.find((member) => member.id !== world.me?.id);
  useTopic(`person:${mate?.id}`);
  if (!mate) return null;
  const { name, online } = world.people.get(mate.id) ?? mate;
  return (
    <span className={css.mate}>
      <PresenceDot name={name} online={online} />
      {!online && words.seesLater(name)}
    </span>
  );
}
