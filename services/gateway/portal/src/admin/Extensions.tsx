/** `table "Extensions"`: who there is, what they may do, how they sign in. */
import { Pencil, Plus } from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "../kit/Button";
import { Avatar, Switch } from "../kit/bits";
import { dayName, exactTime } from "../kit/time";
import css from "./admin.module.css";
import { type AdminExtension, admin } from "./api";
import { ExtensionDialog } from "./ExtensionDialog";
import { attempt, Loaded, useFound } from "./found";
import { words } from "./words";

export function Extensions() {
  const found = useFound(admin.extensions);
  const [open, setOpen] = useState<string | "new" | null>(null);
  const put = (changed: AdminExtension | null) => {
    if (!changed) return found.again();
    const others = (found.value ?? []).filter(({ id }) => id !== changed.id);
    found.put([...others, changed].sort((a, b) => a.dial.localeCompare(b.dial)));
  };
  return (
    <section aria-label={words.sections.extensions}>
      <div className={css.bar}>
        <Button kind="primary" onClick={() => setOpen("new")}>
          <Plus size={17} aria-hidden />
          {words.addExtension}
        </Button>
      </div>
      <Loaded found={found}>
        {(extensions) => (
          <>
            <Table extensions={extensions} put={put} edit={setOpen} />
            {open && (
              <ExtensionDialog
                known={extensions.find(({ id }) => id === open) ?? null}
                put={(changed) => {
                  put(changed);
                  setOpen(changed && open === "new" ? changed.id : null);
                }}
                again={found.again}
                close={() => setOpen(null)}
              />
            )}
          </>
        )}
      </Loaded>
    </section>
  );
}

interface TableProps {
  extensions: AdminExtension[];
  put: (changed: AdminExtension | null) => void;
  edit: (id: string) => void;
}

function Table({ extensions, put, edit }: TableProps) {
  const change = (id: string, body: Parameters<typeof admin.changeExtension>[1]) =>
    void attempt(async () => put(await admin.changeExtension(id, body)));
  return (
    <table className={css.table} aria-label={words.sections.extensions}>
      <thead>
        <tr>
          <th scope="col">{words.name}</th>
          <th scope="col">{words.role}</th>
          <th scope="col">{words.sms}</th>
          <th scope="col">{words.chat}</th>
          <th scope="col">{words.numbers}</th>
          <th scope="col">{words.queues}</th>
          <th scope="col">{words.deskPhone}</th>
          <th scope="col">{words.lastSeen}</th>
          <td />
        </tr>
      </thead>
      <tbody>
        {extensions.map((one) => (
          <tr key={one.id}>
            <th scope="row">
              <span className={css.who}>
                <Avatar id={one.id} name={one.name} size="small" />
                <span>
                  {one.name}
                  <small>{one.dial}</small>
                </span>
              </span>
            </th>
            <td data-label={words.role}>{one.roles.map((role) => words.roles[role]).join(", ")}</td>
            <td data-label={words.sms}>
              <Switch
                label={words.smsFor(one.dial)}
                checked={one.texting}
                onChange={(texting) => change(one.id, { texting })}
              />
            </td>
            <td data-label={words.chat}>
              <Switch
                label={words.chatFor(one.dial)}
                checked={one.chat}
                onChange={(chat) => change(one.id, { chat })}
              />
            </td>
            <td data-label={words.numbers}>
              {one.numbers.map(({ display }) => display).join(", ") || "–"}
            </td>
            <td data-label={words.queues}>
              {one.queues.map(({ name }) => name).join(", ") || "–"}
            </td>
            <td data-label={words.deskPhone}>{one.desk_phone ? words.on : words.off}</td>
            <td data-label={words.lastSeen}>
              <LastSeen extension={one} />
            </td>
            <td>
              <IconButton label={words.edit(one.name)} onClick={() => edit(one.id)}>
                <Pencil size={17} aria-hidden />
              </IconButton>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function LastSeen({ extension: { online, sign_in } }: { extension: AdminExtension }) {
  if (online) return <>{words.online}</>;
  if (!sign_in) return <>{words.noSignIn}</>;
  if (!sign_in.last_at) return <>{words.never}</>;
  return (
    <time dateTime={sign_in.last_at} title={exactTime(sign_in.last_at)}>
      {dayName(sign_in.last_at)}
    </time>
  );
}
