/** Toasts for the eye; a polite and an urgent region for the ear; the log of arrivals. */
import { TriangleAlert, X } from "lucide-react";
import { Link } from "wouter";
import { strings } from "../strings";
import { dismiss, logLines, type Toast, toasts } from "../sync/toasts";
import { useTopic } from "../sync/topics";
import kit from "./kit.module.css";
import css from "./toaster.module.css";

export function Toaster() {
  useTopic("toasts");
  return (
    <section className={css.toasts} aria-label={strings.notifications}>
      {toasts.map((toast) => (
        <One key={toast.id} toast={toast} />
      ))}
    </section>
  );
}

function One({ toast }: { toast: Toast }) {
  const { action } = toast;
  return (
    <div className={css.toast}>
      {toast.kind === "alert" && <TriangleAlert size={18} aria-hidden />}
      <p role={toast.kind}>
        {toast.text}
        {toast.detail && <small>{toast.detail}</small>}
      </p>
      {action && "href" in action && (
        <Link href={action.href} onClick={() => dismiss(toast.id)}>
          {action.label}
        </Link>
      )}
      {action && "run" in action && (
        <button
          type="button"
          onClick={() => {
            dismiss(toast.id);
            action.run();
          }}
        >
          {action.label}
        </button>
      )}
      <button type="button" data-close aria-label={strings.close} onClick={() => dismiss(toast.id)}>
        <X size={16} aria-hidden />
      </button>
    </div>
  );
}

export function ArrivalLog() {
  useTopic("log");
  return (
    <div role="log" aria-label={strings.newMessagesLog} aria-live="polite" className={kit.hidden}>
      {logLines.map((line) => (
        <p key={line.id}>{line.text}</p>
      ))}
    </div>
  );
}
