/** The form by which one signs in, on its page and over the work of whoever was signed out. */
import { lazy, Suspense, useState } from "react";
import { Button } from "../kit/Button";
import { Field } from "../kit/Dialog";
import kit from "../kit/kit.module.css";
import { strings } from "../strings";
import { failureOf } from "../sync/gateway";
import { session, signIn, start } from "../sync/session";
import { useTopic } from "../sync/topics";
import css from "./app.module.css";

const PasswordForm = lazy(() =>
  import("../settings/Password").then(({ PasswordForm }) => ({ default: PasswordForm })),
);

export default function SignInForm() {
  useTopic("session");
  if (session.oneTime !== null)
    return (
      <Suspense fallback={null}>
        <PasswordForm given={session.oneTime} done={() => void start()} />
      </Suspense>
    );
  return <LoginForm />;
}

function LoginForm() {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState("");
  const submit = async (form: HTMLFormElement) => {
    const given = new FormData(form);
    setBusy(true);
    setTrouble("");
    try {
      await signIn(String(given.get("login")), String(given.get("password")));
    } catch (error) {
      setTrouble(failureOf(error).text || strings.unreachableTitle);
    }
    setBusy(false);
  };
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget as HTMLFormElement);
      }}
    >
      <Field label={strings.login}>
        <input
          className={kit.input}
          name="login"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          data-autofocus
        />
      </Field>
      <Field label={strings.password}>
        <input
          className={kit.input}
          name="password"
          type="password"
          autoComplete="current-password"
          required
        />
      </Field>
      {trouble && (
        <p role="alert" className={kit.error}>
          {trouble}
        </p>
      )}
      <Button submit kind="primary" disabled={busy}>
        {strings.signIn}
      </Button>
    </form>
  );
}
