/** Under the composer of a mixed group: how many a message reaches, and in which way. */
import type { Conversation } from "../contract/shapes";
import { world } from "../sync/store";
import { words } from "./words";

export default function Reach({ conversation }: { conversation: Conversation }) {
  const { members, counterparts } = conversation;
  const colleagues = members.filter((member) => member.id !== world.me?.id).length;
  return <span>{words.reach(colleagues, counterparts.length)}</span>;
}
