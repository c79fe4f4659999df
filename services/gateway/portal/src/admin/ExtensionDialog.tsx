/** One extension: its name, its roles, and the sign-in of its user. */
import { useState } from "react";
import { Button } from "../kit/Button";
import { Dialog, DialogActions, Field } from "../kit/Dialog";
import kit from "../kit/kit.module.css";
import { exactTime } from "../kit/time";
import { strings } from "../strings";
import { world } from "../sync/store";
import css from "./admin.module.css";
import { type AdminExtension, admin, type Role } from "./api";
import { attempt } from "./found";
import { words } from "./words";

const ROLES = Object.keys(words.roles) as Role[];

interface ExtensionDialogProps {
  known: AdminExtension | null;
  put: (changed: AdminExtension | null) => void;
  again: () => void;
  close: () => void;
}

export function ExtensionDialog({ known, put, again, close }: ExtensionDialogProps) {
  const [name, setName] = useState(known?.name ?? "");
  const [dial, setDial] = useState(known?.dial ?? "");
  const [roles, setRoles] = useState<Role[]>(known?.roles ?? ["user"]);
  const operator = world.me?.roles.includes("operator");
  const save = async () => {
    const body = { name: name.trim(), dial: dial.trim(), roles };
    const done = await attempt(async () => {
      put(known ? await admin.changeExtension(known.id, body) : await admin.addExtension(body));
    }, words.saved);
    if (done && known) close();
  };
  return (
    <Dialog title={known ? known.name : words.addExtension} onClose={close}>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Field label={words.name}>
          <input
            className={kit.input}
            required
            maxLength={100}
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </Field>
        <Field label={words.extension}>
          <input
            className={kit.input}
            required
            maxLength={20}
            value={dial}
            onInput={(event) => setDial(event.currentTarget.value)}
          />
        </Field>
        <fieldset className={css.choice}>
          <legend>{words.role}</legend>
          {ROLES.map((role) => (
            <label key={role}>
              <input
                type="checkbox"
                checked={roles.includes(role)}
                // the router judges it again: only operators make operators
                disabled={role === "operator" && !operator}
                onChange={(event) =>
                  setRoles(
                    event.currentTarget.checked
                      ? [...roles, role]
                      : roles.filter((other) => other !== role),
                  )
                }
              />
              {words.roles[role]}
            </label>
          ))}
        </fieldset>
        {known && <SignInOf extension={known} again={again} />}
        <DialogActions>
          <Button onClick={close}>{known ? strings.close : strings.cancel}</Button>
          <Button kind="primary" submit disabled={roles.length === 0}>
            {words.save}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

type Given = Awaited<ReturnType<typeof admin.giveSignIn>>;

function SignInOf({ extension, again }: { extension: AdminExtension; again: () => void }) {
  const { id, sign_in } = extension;
  const [login, setLogin] = useState(sign_in?.login ?? "");
  const [given, setGiven] = useState<Given | null>(null);
  const give = () =>
    void attempt(async () => {
      setGiven(await admin.giveSignIn(id, login.trim()));
      again();
    });
  const end = () => void attempt(() => admin.endSignIn(id).then(again), words.saved);
  return (
    <fieldset className={css.signIn}>
      <legend>{words.signIn}</legend>
      <Field label={words.login} hint={words.loginHint}>
        <input
          className={kit.input}
          pattern="\S+"
          autoComplete="off"
          value={login}
          onInput={(event) => setLogin(event.currentTarget.value)}
        />
      </Field>
      {given ? (
        <p role="status" className={css.given}>
          <output aria-label={words.oneTimePassword}>{given.password}</output>
          {words.oneTimeTold(given.login, exactTime(given.expires_at))}
        </p>
      ) : (
        sign_in?.one_time && <p>{words.oneTimeWaiting}</p>
      )}
      <div className={css.row}>
        <Button small disabled={!/^\S+$/.test(login.trim())} onClick={give}>
          {sign_in ? words.newPassword : words.giveSignIn}
        </Button>
        {sign_in && id !== world.me?.id && (
          <Button small kind="danger" onClick={end}>
            {words.endSignIn}
          </Button>
        )}
      </div>
      {sign_in && <small>{words.endSignInText}</small>}
    </fieldset>
  );
}
