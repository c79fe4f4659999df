/** A native dialog: the browser keeps the focus inside and gives it back. */
import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import css from "./kit.module.css";

interface DialogProps {
  title: string;
  lead?: string;
  alert?: boolean;
  onClose: () => void;
  children: ReactNode;
}

export function Dialog({ title, lead, alert, onClose, children }: DialogProps) {
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  // Before the next key is pressed: what is typed at once belongs to the dialog.
  useLayoutEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    box.current?.showModal();
    box.current?.querySelector<HTMLElement>("[data-autofocus]")?.focus();
    return () => giveBack(before);
  }, []);
  return (
    <dialog
      ref={box}
      className={css.dialog}
      role={alert ? "alertdialog" : undefined}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div className={css.dialogBody}>
        <div>
          <h2 id={id}>{title}</h2>
          {lead && <p className={css.lead}>{lead}</p>}
        </div>
        {children}
      </div>
    </dialog>
  );
}

/** The focus returns to what had it, unless somebody took it meanwhile. */
function giveBack(before: HTMLElement | null): void {
  requestAnimationFrame(() => {
    if (document.activeElement === document.body) before?.focus();
  });
}

export function DialogActions({ children }: { children: ReactNode }) {
  return <div className={css.dialogActions}>{children}</div>;
}

export function Field({
  label,
  hint,
  error,
  children,
}: {
  label: string;
  hint?: string;
  error?: string | null;
  children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label className={css.field}>
      <span>{label}</span>
      {children}
      {hint && <small className={css.hint}>{hint}</small>}
      {error && (
        <small className={css.error} role="alert">
          {error}
        </small>
      )}
    </label>
  );
}
