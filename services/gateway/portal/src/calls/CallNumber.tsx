/** `button "Call"`: rings the user's own phone first; where there is none, the device dials. */
import { Phone } from "lucide-react";
import { IconButton } from "../kit/Button";
import kit from "../kit/kit.module.css";
import { world } from "../sync/store";
import { useTopic } from "../sync/topics";
import { callNumber } from "./calling";
import { words } from "./words";

interface CallProps {
  number: string;
  /** Whom it says that it calls. */
  name: string;
  /** The number that the other side sees. */
  own: string | null;
  label?: string;
}

export default function CallNumber({ number, name, own, label = words.call }: CallProps) {
  useTopic("me");
  const calling = world.rights?.calling;
  if (!calling) return null;
  if (calling.voice === "tel")
    return (
      <a className={kit.icon} href={`tel:${number}`} aria-label={label} title={label}>
        <Phone size={18} aria-hidden />
      </a>
    );
  return (
    <IconButton label={label} onClick={() => void callNumber(number, own, name)}>
      <Phone size={18} aria-hidden />
    </IconButton>
  );
}
