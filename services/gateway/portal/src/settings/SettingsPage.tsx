/** What a person sets for themselves: at once, kept at the gateway, the same at every screen. */
import { useEffect, useRef, useState } from "react";
import { alertsOn, switchAlerts } from "../alerts/push";
import { playAlertTone } from "../alerts/tone";
import { Button } from "../kit/Button";
import { Switch } from "../kit/bits";
import { Field } from "../kit/Dialog";
import kit from "../kit/kit.module.css";
import { world } from "../sync/store";
import { notice } from "../sync/toasts";
import { useTopic } from "../sync/topics";
import type { Settings } from "./api";
import { setSettings } from "./choosing";
import { Keys } from "./Keys";
import { Password } from "./Password";
import css from "./settings.module.css";
import { words } from "./words";

export default function SettingsPage() {
  useTopic("me");
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const settings = world.rights?.settings;
  if (!settings) return null;
  const set = async (change: Partial<Settings>) => {
    if (!(await setSettings(change))) notice({ kind: "alert", text: words.didNotWork });
  };
  return (
    <main className={css.settings} id="conversation">
      <h1 ref={heading} tabIndex={-1}>
        {words.settings}
      </h1>
      <Notifications settings={settings} set={set} />
      <Appearance settings={settings} set={set} />
      <section aria-label={words.keyboard}>
        <h2>{words.keyboard}</h2>
        <Line
          label={words.shortcuts}
          hint={words.shortcutsHint}
          checked={settings.shortcuts}
          onChange={(shortcuts) => void set({ shortcuts })}
        />
      </section>
      <Password />
      <Keys />
    </main>
  );
}

interface PartProps {
  settings: Settings;
  set: (change: Partial<Settings>) => Promise<void>;
}

function Notifications({ settings, set }: PartProps) {
  const [alerts, setAlerts] = useState(false);
  useEffect(() => {
    void alertsOn().then(setAlerts);
  }, []);
  const toggle = async (wanted: boolean) => {
    setAlerts(await switchAlerts(wanted));
  };
  return (
    <section aria-label={words.notifications}>
      <h2>{words.notifications}</h2>
      <Line
        label={words.alerts}
        hint={words.alertsHint}
        checked={alerts}
        onChange={(on) => void toggle(on)}
      />
      <div className={css.tone}>
        <Line label={words.tone} checked={settings.tone} onChange={(tone) => void set({ tone })} />
        <Button small onClick={() => playAlertTone()}>
          {words.play}
        </Button>
      </div>
      <Line
        label={words.flash}
        checked={settings.title_flash}
        onChange={(title_flash) => void set({ title_flash })}
      />
      <Line
        label={words.deskPhone}
        hint={words.deskPhoneHint}
        checked={settings.desk_phone}
        onChange={(desk_phone) => void set({ desk_phone })}
      />
    </section>
  );
}

function Appearance({ settings, set }: PartProps) {
  return (
    <section aria-label={words.appearance}>
      <h2>{words.appearance}</h2>
      <Choice
        label={words.theme}
        names={words.themes}
        value={settings.theme}
        onChange={(theme) => void set({ theme })}
      />
      <Choice
        label={words.density}
        names={words.densities}
        value={settings.density}
        onChange={(density) => void set({ density })}
      />
      <Field label={words.language}>
        <select
          className={kit.input}
          value={settings.language ?? ""}
          onChange={(event) => {
            const language = (event.currentTarget.value || null) as Settings["language"];
            void set({ language });
          }}
        >
          <option value="">{words.browsers}</option>
          {(["en", "es"] as const).map((one) => (
            <option key={one} value={one} lang={one}>
              {words.languages[one]}
            </option>
          ))}
        </select>
      </Field>
    </section>
  );
}

interface LineProps {
  label: string;
  hint?: string;
  checked: boolean;
  onChange: (on: boolean) => void;
}

function Line({ label, hint, checked, onChange }: LineProps) {
  const id = `line-${label.replaceAll(" ", "-")}`;
  return (
    <div className={css.line}>
      <span aria-hidden="true">{label}</span>
      <Switch label={label} describedBy={hint && id} checked={checked} onChange={onChange} />
      {hint && <small id={id}>{hint}</small>}
    </div>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  names: Record<T, string>;
  value: T;
  onChange: (value: T) => void;
}

function Choice<T extends string>({ label, names, value, onChange }: ChoiceProps<T>) {
  return (
    <fieldset className={css.choice}>
      <legend>{label}</legend>
      {(Object.keys(names) as T[]).map((one) => (
        <label key={one}>
          <input type="radio" name={label} checked={value === one} onChange={() => onChange(one)} />
          {names[one]}
        </label>
      ))}
    </fieldset>
  );
}
