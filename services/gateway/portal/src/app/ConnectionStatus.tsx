/** Whether what is on screen is the present; a short hiccup is nobody's business. */
import { WifiOff } from "lucide-react";
import { Button } from "../kit/Button";
import { useTicking } from "../kit/time";
import { strings } from "../strings";
import { clock } from "../sync/clock";
import { session } from "../sync/session";
import { useTopic } from "../sync/topics";
import css from "./app.module.css";

const SHOWN_FROM_TRY = 3;

export function ConnectionStatus() {
  useTopic("net");
  const offline = session.connection?.net === "offline";
  return (
    <div role="status" data-net={session.connection?.net}>
      {offline && <Banner />}
      {!offline && session.catchingUp && <p className={css.catching}>{strings.catchingUp}</p>}
    </div>
  );
}

function Banner() {
  useTicking(1_000);
  const { connection } = session;
  const retryAt = connection?.retryAt ?? null;
  const counting = connection && retryAt !== null && connection.failures >= SHOWN_FROM_TRY;
  return (
    <div className={css.banner}>
      <WifiOff size={18} aria-hidden />
      <span>{strings.offlineBanner}</span>
      {counting && (
        <>
          <span aria-hidden="true">
            {strings.reconnectingIn(Math.max(0, Math.ceil((retryAt - clock.now()) / 1_000)))}
          </span>
          <Button small onClick={() => connection.wake()}>
            {strings.retryNow}
          </Button>
        </>
      )}
    </div>
  );
}
