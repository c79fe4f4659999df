/** Buttons: with words, and with an icon whose words show on hover and focus. */
import { type ReactNode, useId, useRef } from "react";
import css from "./kit.module.css";

interface ButtonProps {
  children: ReactNode;
  onClick?: () => void;
  kind?: "plain" | "primary" | "danger";
  small?: boolean;
  submit?: boolean;
  disabled?: boolean;
  label?: string;
  autoFocus?: boolean;
}

export function Button({
  children,
  onClick,
  kind = "plain",
  small,
  submit,
  disabled,
  label,
  autoFocus,
}: ButtonProps) {
  return (
    <button
      type={submit ? "submit" : "button"}
      className={`${css.button} ${kind === "plain" ? "" : css[kind]} ${small ? css.small : ""}`}
      onClick={onClick}
      disabled={disabled}
      aria-label={label}
      data-autofocus={autoFocus || undefined}
    >
      {children}
    </button>
  );
}

interface IconButtonProps {
  label: string;
  children: ReactNode;
  onClick?: (button: HTMLButtonElement) => void;
  className?: string;
  opens?: "menu";
}

export function IconButton({ label, children, onClick, className, opens }: IconButtonProps) {
  const tip = useRef<HTMLSpanElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const hide = () => tip.current?.hidePopover();
  const show = () => {
    if (!tip.current || !button.current) return;
    tip.current.showPopover();
    place(tip.current, button.current);
  };
  return (
    <>
      <button
        type="button"
        ref={button}
        className={`${css.icon} ${className ?? ""}`}
        aria-label={label}
        aria-haspopup={opens}
        onClick={(event) => {
          hide();
          onClick?.(event.currentTarget);
        }}
        onMouseEnter={show}
        onMouseLeave={hide}
        onFocus={show}
        onBlur={hide}
        onKeyDown={(event) => event.key === "Escape" && hide()}
      >
        {children}
      </button>
      <span ref={tip} id={id} role="tooltip" popover="manual" className={css.tip}>
        {label}
      </span>
    </>
  );
}

const GAP = 6;
const EDGE = 8;

/** Below its button, above if there is no room, never out of the window. */
export function place(
  floating: HTMLElement,
  anchor: HTMLElement,
  align: "center" | "start" = "center",
): void {
  const from = anchor.getBoundingClientRect();
  const { width, height } = floating.getBoundingClientRect();
  const wish = align === "center" ? from.left + from.width / 2 - width / 2 : from.left;
  const left = Math.max(EDGE, Math.min(wish, innerWidth - width - EDGE));
  const below = from.bottom + GAP;
  const top = below + height + EDGE > innerHeight ? from.top - height - GAP : below;
  floating.style.left = `${left}px`;
  floating.style.top = `${Math.max(EDGE, top)}px`;
}
