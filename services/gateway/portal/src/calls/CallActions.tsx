/** `button "Call"` beside a text; `button "Start video"` beside a chat, and never beside a text. */
import { Video } from "lucide-react";
import type { Conversation } from "../contract/shapes";
import { IconButton } from "../kit/Button";
import { newKey } from "../sync/gateway";
import { outbox } from "../sync/session";
import { world } from "../sync/store";
import { notice } from "../sync/toasts";
import { useTopic } from "../sync/topics";
import { calls } from "./api";
import CallNumber from "./CallNumber";
import { words } from "./words";

export default function CallActions({ conversation }: { conversation: Conversation }) {
  useTopic("me");
  const calling = world.rights?.calling;
  if (!calling) return null;
  if (conversation.kind !== "sms") return calling.video ? <StartVideo of={conversation} /> : null;
  const [other] = conversation.counterparts;
  if (!other || conversation.counterparts.length > 1) return null;
  const own = conversation.number?.number ?? null;
  return <CallNumber number={other.number} name={conversation.name} own={own} />;
}

function StartVideo({ of: { id } }: { of: Conversation }) {
  const start = async () => {
    // opened in the click itself, or the browser takes it for an advertisement
    const room = window.open("about:blank", "_blank");
    try {
      const { url } = await calls.room(id);
      void outbox.send(id, words.videoAt(url), null, [], newKey());
      if (!room) return;
      room.opener = null;
      room.location.href = url;
    } catch {
      room?.close();
      notice({ kind: "alert", text: words.noVideo });
    }
  };
  return (
    <IconButton label={words.video} onClick={() => void start()}>
      <Video size={18} aria-hidden />
    </IconButton>
  );
}
