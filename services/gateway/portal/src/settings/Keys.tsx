/** API keys of one's own: made once, shown once, revoked for good. */
import { useEffect, useState } from "react";
import { Button } from "../kit/Button";
import { Failed, Skeleton } from "../kit/bits";
import { Field } from "../kit/Dialog";
import kit from "../kit/kit.module.css";
import { dayName } from "../kit/time";
import { world } from "../sync/store";
import { notice } from "../sync/toasts";
import { type ApiKey, mine, type Scope } from "./api";
import css from "./settings.module.css";
import { words } from "./words";

export function Keys() {
  const [keys, setKeys] = useState<ApiKey[] | "failed" | null>(null);
  const look = () => {
    mine
      .keys()
      .then(setKeys)
      .catch(() => setKeys("failed"));
  };
  useEffect(look, []);
  const revoke = async (key: ApiKey) => {
    try {
      await mine.revoke(key.id);
      look();
    } catch {
      notice({ kind: "alert", text: words.didNotWork });
    }
  };
  return (
    <section aria-label={words.keys}>
      <h2>{words.keys}</h2>
      <p className={css.hint}>{words.keysHint}</p>
      {keys === null && <Skeleton rows={2} />}
      {keys === "failed" && <Failed text={words.couldNotLoad} again={look} />}
      {Array.isArray(keys) && (
        <ul className={css.keys}>
          {keys.length === 0 && <li>{words.noKeys}</li>}
          {keys.map((key) => (
            <li key={key.id}>
              <span>
                <b>{key.name}</b> <code>{key.prefix}…</code>
                <small>
                  {key.scopes.map((scope) => words.scopes[scope]).join(", ")} ·{" "}
                  {key.last_used_at ? words.lastUsed(dayName(key.last_used_at)) : words.neverUsed}
                </small>
              </span>
              <Button
                small
                kind="danger"
                label={words.revoke(key.name)}
                onClick={() => void revoke(key)}
              >
                {words.revoke("").trim()}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <NewKey made={look} />
    </section>
  );
}

function NewKey({ made }: { made: () => void }) {
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<Scope[]>(["read"]);
  const [secret, setSecret] = useState("");
  const admin = world.me?.roles.some((role) => role === "admin" || role === "operator");
  const offered: Scope[] = admin ? ["read", "write", "admin"] : ["read", "write"];
  const make = async () => {
    try {
      setSecret((await mine.makeKey(name.trim(), scopes)).token);
      setName("");
      made();
    } catch {
      notice({ kind: "alert", text: words.didNotWork });
    }
  };
  return (
    <form
      className={css.form}
      aria-label={words.newKey}
      onSubmit={(event) => {
        event.preventDefault();
        void make();
      }}
    >
      <Field label={words.keyName}>
        <input
          className={kit.input}
          required
          maxLength={100}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </Field>
      <div className={css.scopes}>
        {offered.map((scope) => (
          <label key={scope}>
            <input
              type="checkbox"
              checked={scopes.includes(scope)}
              onChange={(event) =>
                setScopes(
                  event.currentTarget.checked
                    ? [...scopes, scope]
                    : scopes.filter((other) => other !== scope),
                )
              }
            />
            {words.scopes[scope]}
          </label>
        ))}
      </div>
      <Button submit disabled={scopes.length === 0}>
        {words.make}
      </Button>
      {secret && (
        <p role="status" className={css.secret}>
          {words.shownOnce}
          <output aria-label={words.secret}>{secret}</output>
        </p>
      )}
    </form>
  );
}
