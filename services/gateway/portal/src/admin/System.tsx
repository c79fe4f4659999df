/** The organization: the switch above all others, what everybody hears, limits against abuse. */
import { useRef, useState } from "react";
import { playAlertTone } from "../alerts/tone";
import { Button } from "../kit/Button";
import { Field } from "../kit/Dialog";
import kit from "../kit/kit.module.css";
import { newKey } from "../sync/gateway";
import { transfer } from "../sync/transfer";
import css from "./admin.module.css";
import { admin, type GuardOptions, type Organization } from "./api";
import { FileLimits } from "./FileLimits";
import { Check } from "./fields";
import { attempt, Loaded, useFound, useSaving } from "./found";
import { words } from "./words";

export function System() {
  const found = useFound(admin.organization);
  const change = (body: Parameters<typeof admin.changeOrganization>[0]) =>
    attempt(async () => {
      const now = await admin.changeOrganization(body);
      if (now) found.put(now);
      else found.again();
    }, words.saved);
  return (
    <section className={css.page} aria-label={words.sections.system}>
      <Loaded found={found}>
        {(organization) => (
          <>
            <Check
              label={words.smsForAll}
              hint={words.smsForAllHint}
              checked={organization.texting}
              onChange={(texting) => void change({ texting })}
            />
            <Tone organization={organization} change={change} />
            <Field label={words.consentScope}>
              <select
                className={kit.input}
                value={organization.consent}
                onChange={(event) =>
                  void change({ consent: event.currentTarget.value as Organization["consent"] })
                }
              >
                {(["number", "tenant"] as const).map((one) => (
                  <option key={one} value={one}>
                    {words.consentScopes[one]}
                  </option>
                ))}
              </select>
            </Field>
            <Field label={words.ownZone} hint={words.ownZoneHint}>
              <select
                className={kit.input}
                value={organization.time_zone ?? ""}
                onChange={(event) => void change({ time_zone: event.currentTarget.value || null })}
              >
                <option value="">{words.noZone}</option>
                {Intl.supportedValuesOf("timeZone").map((zone) => (
                  <option key={zone}>{zone}</option>
                ))}
              </select>
            </Field>
            <FileLimits
              key={JSON.stringify(organization.files)}
              known={organization.files}
              most={organization.files_at_most}
              save={(files) => change({ files })}
            />
            <Guard
              key={JSON.stringify(organization.guard)}
              known={organization.guard}
              save={(guard) => change({ guard })}
            />
            <div>
              <h2>{words.retention}</h2>
              <p className={css.hint}>{words.retentionText}</p>
            </div>
          </>
        )}
      </Loaded>
    </section>
  );
}

type Change = (body: Parameters<typeof admin.changeOrganization>[0]) => Promise<boolean>;

function Tone({ organization, change }: { organization: Organization; change: Change }) {
  const picker = useRef<HTMLInputElement>(null);
  const now = organization.alert_tone ? "own" : "none";
  const upload = async (file: File | undefined) => {
    if (!file) return;
    const name = file.name.replace(/\.[^.]+$/, "").slice(0, 100);
    let id = "";
    const brought = await attempt(async () => {
      id = await sent(file);
    });
    if (brought) await change({ alert_tone: { upload: id, name } });
    if (picker.current) picker.current.value = "";
  };
  return (
    <div className={css.tone}>
      <Field label={words.alertTone} hint={words.alertToneHint}>
        <select
          className={kit.input}
          value={now}
          onChange={(event) => {
            const chosen = event.currentTarget.value;
            event.currentTarget.value = now;
            if (chosen === "upload") picker.current?.click();
            else if (chosen === "none" && now !== "none") void change({ alert_tone: null });
          }}
        >
          <option value="none">{words.ownTone}</option>
          {organization.alert_tone && <option value="own">{organization.alert_tone.name}</option>}
          <option value="upload">{words.uploadTone}</option>
        </select>
      </Field>
      <Button onClick={() => playAlertTone()}>{words.play}</Button>
      <input
        ref={picker}
        type="file"
        hidden
        aria-label={words.uploadTone}
        accept=".mp3,.m4a,.aac,.wav,.ogg"
        onChange={(event) => void upload(event.currentTarget.files?.[0])}
      />
    </div>
  );
}

/** Bring a sound in one piece after another; what the gateway refuses is said in its words. */
async function sent(file: File): Promise<string> {
  const judged = (piece: Awaited<ReturnType<typeof transfer.open>>) => {
    if (piece === "later") throw new Error(words.didNotWork);
    if ("refused" in piece) throw new Error(piece.refused.text);
    return piece;
  };
  let upload = judged(await transfer.open(newKey(), file.name, file.size));
  while (upload.offset < file.size) {
    const piece = file.slice(upload.offset, upload.offset + upload.chunk_bytes);
    upload = judged(await transfer.add(upload.id, upload.offset, piece, () => {}));
  }
  return judged(await transfer.complete(upload.id)).id;
}

const RULES = ["country", "user-pace", "prefix-pace", "daily-cap"] as const;

interface GuardProps {
  known: GuardOptions;
  save: (guard: GuardOptions) => Promise<boolean>;
}

function Guard({ known, save }: GuardProps) {
  const [guard, setGuard] = useState(known);
  const [countries, setCountries] = useState(known.countries.join(", "));
  const { saving, keep } = useSaving(save);
  const set = (change: Partial<GuardOptions>) => setGuard({ ...guard, ...change });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const codes = countries
          .toUpperCase()
          .split(/[\s,]+/)
          .filter(Boolean);
        keep({ ...guard, countries: codes });
      }}
    >
      <fieldset className={css.group} disabled={saving}>
        <legend>{words.guard}</legend>
        <Check
          label={words.guardOn}
          checked={guard.enabled}
          onChange={(enabled) => set({ enabled })}
        />
        {guard.enabled && (
          <>
            <Field label={words.countries} hint={words.countriesHint}>
              <input
                className={kit.input}
                value={countries}
                onInput={(event) => setCountries(event.currentTarget.value)}
              />
            </Field>
            <Limit
              label={words.perUser}
              value={guard.per_user}
              set={(per_user) => set({ per_user })}
            />
            <Seconds
              of={words.perUser}
              value={guard.per_user_seconds}
              set={(per_user_seconds) => set({ per_user_seconds })}
            />
            <Limit
              label={words.perPrefix}
              value={guard.per_prefix}
              set={(per_prefix) => set({ per_prefix })}
            />
            <Seconds
              of={words.perPrefix}
              value={guard.per_prefix_seconds}
              set={(per_prefix_seconds) => set({ per_prefix_seconds })}
            />
            <Limit
              label={words.daily}
              value={guard.daily_segments}
              set={(daily_segments) => set({ daily_segments })}
            />
            <fieldset className={css.choice}>
              <legend>{words.hold}</legend>
              {RULES.map((rule) => (
                <label key={rule}>
                  <input
                    type="checkbox"
                    checked={guard.hold.includes(rule)}
                    onChange={(event) =>
                      set({
                        hold: event.currentTarget.checked
                          ? [...guard.hold, rule]
                          : guard.hold.filter((other) => other !== rule),
                      })
                    }
                  />
                  {words.rules[rule]}
                </label>
              ))}
            </fieldset>
          </>
        )}
        <div className={css.row}>
          <Button submit kind="primary" small>
            {words.save}
          </Button>
        </div>
      </fieldset>
    </form>
  );
}

interface LimitProps {
  label: string;
  value: number | null;
  set: (value: number | null) => void;
}

function Limit({ label, value, set }: LimitProps) {
  return (
    <Field label={label}>
      <input
        className={kit.input}
        type="number"
        min={1}
        placeholder={words.noLimit}
        value={value ?? ""}
        onInput={(event) => {
          const given = event.currentTarget.valueAsNumber;
          set(given > 0 ? given : null);
        }}
      />
    </Field>
  );
}

/** As the router takes them: up to a day. */
const MOST_SECONDS = 86_400;

interface SecondsProps {
  of: string;
  value: number;
  set: (value: number) => void;
}

function Seconds({ of, value, set }: SecondsProps) {
  return (
    <Field label={words.within(of)}>
      <input
        className={kit.input}
        type="number"
        required
        min={1}
        max={MOST_SECONDS}
        value={value}
        onInput={(event) => {
          const given = event.currentTarget.valueAsNumber;
          if (given > 0) set(given);
        }}
      />
    </Field>
  );
}
