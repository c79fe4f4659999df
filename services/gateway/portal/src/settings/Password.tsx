/** A password of one's own: chosen at the first visit, changed at any. */
import { useState } from "react";
import { Button } from "../kit/Button";
import { Field } from "../kit/Dialog";
import kit from "../kit/kit.module.css";
import { Refusal } from "../sync/gateway";
import { notice } from "../sync/toasts";
import { mine } from "./api";
import css from "./settings.module.css";
import { words } from "./words";

export function Password() {
  return (
    <section aria-label={words.password}>
      <h2>{words.password}</h2>
      <PasswordForm done={() => notice({ kind: "status", text: words.changed })} />
    </section>
  );
}

export function PasswordForm({ done, given }: { done: () => void; given?: string }) {
  const [now, setNow] = useState(given ?? "");
  const [then, setThen] = useState("");
  const [trouble, setTrouble] = useState("");
  const change = async () => {
    setTrouble("");
    try {
      await mine.changePassword(now, then);
      setNow("");
      setThen("");
      done();
    } catch (error) {
      setTrouble(error instanceof Refusal && error.status === 401 ? words.wrong : words.didNotWork);
    }
  };
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        void change();
      }}
    >
      {given === undefined && (
        <Field label={words.now}>
          <input
            className={kit.input}
            type="password"
            autoComplete="current-password"
            required
            value={now}
            onInput={(event) => setNow(event.currentTarget.value)}
          />
        </Field>
      )}
      <Field label={words.next} hint={words.nextHint} error={trouble || null}>
        <input
          className={kit.input}
          type="password"
          autoComplete="new-password"
          minLength={12}
          required
          data-autofocus
          value={then}
          onInput={(event) => setThen(event.currentTarget.value)}
        />
      </Field>
      <Button submit kind={given === undefined ? "plain" : "primary"}>
        {words.change}
      </Button>
    </form>
  );
}
