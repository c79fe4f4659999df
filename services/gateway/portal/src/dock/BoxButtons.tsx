/** `button "Minimize chat"` and `button "Close chat"`. */
import { Minus, X } from "lucide-react";
import { IconButton } from "../kit/Button";
import kit from "../kit/kit.module.css";
import { closeBox, minimizeBox } from "./boxes";
import { words } from "./words";

export function BoxButtons({ id, minimized }: { id: string; minimized: boolean }) {
  return (
    <>
      <button
        type="button"
        className={kit.icon}
        aria-label={words.minimize}
        aria-expanded={!minimized}
        title={words.minimize}
        onClick={() => minimizeBox(id, !minimized)}
      >
        <Minus size={17} aria-hidden />
      </button>
      <IconButton label={words.close} onClick={() => closeBox(id)}>
        <X size={17} aria-hidden />
      </IconButton>
    </>
  );
}
