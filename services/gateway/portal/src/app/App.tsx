/** Who is here decides what is shown: the sign-in page, the work, or why there is neither. */
import { PlugZap } from "lucide-react";
import { lazy, Suspense, useEffect } from "react";
import { Button } from "../kit/Button";
import { Empty } from "../kit/bits";
import { ArrivalLog, Toaster } from "../kit/Toaster";
import { strings } from "../strings";
import { session, start } from "../sync/session";
import { useTopic } from "../sync/topics";
import { Shell } from "./Shell";

// Who is signed in never needs them.
const SignIn = lazy(() => import("./SignIn"));
const SignedOut = lazy(() => import("./SignInAgain"));

const RETRY_MS = 5_000;

export function App() {
  useTopic("session");
  return (
    <>
      <Page />
      <ArrivalLog />
      <Toaster />
      {session.expired && (
        <Suspense fallback={null}>
          <SignedOut />
        </Suspense>
      )}
    </>
  );
}

function Page() {
  if (session.phase === "here") return <Shell />;
  if (session.phase === "signed-out")
    return (
      <Suspense fallback={null}>
        <SignIn />
      </Suspense>
    );
  if (session.phase === "unreachable") return <Unreachable />;
  return null;
}

function Unreachable() {
  useEffect(() => {
    const timer = setInterval(() => void start(), RETRY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <main style={{ display: "grid", blockSize: "100%" }}>
      <Empty
        icon={<PlugZap size={26} aria-hidden />}
        title={strings.unreachableTitle}
        text={strings.unreachableText}
      >
        <Button onClick={() => void start()}>{strings.tryAgain}</Button>
      </Empty>
    </main>
  );
}
