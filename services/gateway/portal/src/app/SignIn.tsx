/** The sign-in page. */
import { useEffect } from "react";
import { strings } from "../strings";
import css from "./app.module.css";
import { Mark } from "./Mark";
import SignInForm from "./SignInForm";

export default function SignIn() {
  useEffect(() => {
    document.title = `${strings.signIn} – Tandem`;
  }, []);
  return (
    <main className={css.signIn}>
      <div className={css.card}>
        <Mark size={52} />
        <h1>{strings.signInTitle}</h1>
        <p>{strings.signInLead}</p>
        <SignInForm />
      </div>
    </main>
  );
}
