/** The profile menu: who I am, alerts, and the way out, which asks what happens to claims. */
import { Bell, LogOut } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import { useLocation } from "wouter";
import { Avatar } from "../kit/bits";
import { Menu, type MenuEntry } from "../kit/Menu";
import { heldByMe } from "../messages/lists";
import { strings } from "../strings";
import { signOut } from "../sync/session";
import { world } from "../sync/store";
import { useTopic } from "../sync/topics";
import css from "./app.module.css";
import { myPages } from "./pages";
import { pathTo } from "./routes";

const HoldingDialog = lazy(() => import("../desk/HoldingDialog"));

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
      {asking && (
        <Suspense fallback={null}>
          <HoldingDialog close={() => setAsking(false)} />
        </Suspense>
      )}
    </>
  );
}
