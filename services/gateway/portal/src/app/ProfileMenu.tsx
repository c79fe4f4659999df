/** The profile menu: who I am, alerts, and the way out, which asks what happens to claims. */
import { Bell, LogOut } from "lucide-react";
import { useEffect, useState } from "react";
import { useLocation } from "wouter";
import { Button } from "../kit/Button";
import { Avatar } from "../kit/bits";
import { Dialog, DialogActions } from "../kit/Dialog";
import { Menu, type MenuEntry } from "../kit/Menu";
import { heldByMe } from "../messages/lists";
import { strings } from "../strings";
import { gateway } from "../sync/gateway";
import { signOut } from "../sync/session";
import { world } from "../sync/store";
import { notice } from "../sync/toasts";
import { useTopic } from "../sync/topics";
import css from "./app.module.css";
import { myPages } from "./pages";
import { pathTo } from "./routes";

export function ProfileMenu() {
  useTopic("me");
  const [, go] = useLocation();
  const [asking, setAsking] = useState(false);
  const [alerts, setAlerts] = useState(false);
  useEffect(() => {
    void import("../alerts/push").then(({ alertsOn }) => alertsOn().then(setAlerts));
  }, []);
  const { me } = world;
  if (!me) return null;
  const toggleAlerts = async () => {
    const { switchAlerts } = await import("../alerts/push");
    setAlerts(await switchAlerts(!alerts));
  };
  const leave = () => (heldByMe().length > 0 ? setAsking(true) : void signOut());
  const places = myPages().flatMap(({ name, menu }): MenuEntry[] =>
    menu ? [{ label: menu.label(), group: menu.group?.(), run: () => go(pathTo.page(name)) }] : [],
  );
  const bell = <Bell size={17} aria-hidden />;
  const out = <LogOut size={17} aria-hidden />;
  return (
    <>
      <Menu
        label={strings.profile}
        className={css.profile}
        head={
          <>
            <b>{me.name}</b>
            <small>{me.dial}</small>
          </>
        }
        entries={[
          ...places,
          {
            label: strings.alerts,
            kind: "check",
            checked: alerts,
            icon: bell,
            rule: true,
            run: () => void toggleAlerts(),
          },
          { label: strings.signOut, icon: out, rule: true, run: leave },
        ]}
      >
        <Avatar id={me.id} name={me.name} />
      </Menu>
      {asking && <HoldingDialog close={() => setAsking(false)} />}
    </>
  );
}

function HoldingDialog({ close }: { close: () => void }) {
  const held = heldByMe();
  const leave = async (what: "release" | "keep") => {
    const queues = new Set(held.map((conversation) => conversation.queue?.id ?? ""));
    try {
      for (const queue of queues) await gateway.queueLogout(queue, what);
      await signOut();
    } catch {
      notice({ kind: "alert", text: strings.didNotWork });
      close();
    }
  };
  return (
    <Dialog title={strings.holding(held.length)} lead={strings.holdingText} onClose={close}>
      <DialogActions>
        <Button onClick={close}>{strings.cancel}</Button>
        <Button onClick={() => void leave("keep")}>{strings.keepAndSignOut}</Button>
        <Button kind="primary" autoFocus onClick={() => void leave("release")}>
          {strings.releaseAndSignOut}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
