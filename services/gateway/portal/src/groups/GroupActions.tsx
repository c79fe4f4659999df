/** What stands in a group's toolbar: its name, and who else comes in. */
import { Pencil, UserPlus } from "lucide-react";
import { useState } from "react";
import type { Conversation } from "../contract/shapes";
import { IconButton } from "../kit/Button";
import { type Asked, GroupDialogs } from "./GroupDialogs";
import { words } from "./words";

export default function GroupActions({ conversation }: { conversation: Conversation }) {
  const [asked, ask] = useState<Asked | null>(null);
  return (
    <>
      <IconButton label={words.rename} onClick={() => ask({ what: "rename" })}>
        <Pencil size={18} aria-hidden />
      </IconButton>
      <IconButton label={words.add} onClick={() => ask({ what: "add" })}>
        <UserPlus size={18} aria-hidden />
      </IconButton>
      <GroupDialogs conversation={conversation} asked={asked} close={() => ask(null)} />
    </>
  );
}
