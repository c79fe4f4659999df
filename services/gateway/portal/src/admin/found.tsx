/** Lists that are asked for, shown, changed in place, and asked for again when the world moved. */
import { type ReactNode, useCallback, useEffect, useState } from "react";
import { Failed, Skeleton } from "../kit/bits";
import { Unreachable } from "../sync/gateway";
import { notice } from "../sync/toasts";
import { useTopic } from "../sync/topics";
import { words } from "./words";

export interface Found<T> {
  value: T | null;
  failed: boolean;
  again: () => void;
  put: (value: T) => void;
}

export function useFound<T>(look: () => Promise<T>): Found<T> {
  const [value, put] = useState<T | null>(null);
  const [failed, fail] = useState(false);
  const [asked, ask] = useState(0);
  // Whoever changes what people may do makes every screen look again: this one too.
  const version = useTopic("me");
  // biome-ignore lint/correctness/useExhaustiveDependencies: each is a reason to look again
  useEffect(() => {
    let wanted = true;
    look()
      .then((found) => {
        if (!wanted) return;
        put(found);
        fail(false);
      })
      .catch(() => wanted && fail(true));
    return () => {
      wanted = false;
    };
  }, [asked, version]);
  const again = useCallback(() => {
    fail(false);
    ask((before) => before + 1);
  }, []);
  return { value, failed, again, put };
}

export function Loaded<T>({
  found,
  children,
}: {
  found: Found<T>;
  children: (value: T) => ReactNode;
}) {
  if (found.value !== null) return <>{children(found.value)}</>;
  if (found.failed) return <Failed text={words.couldNotLoad} again={found.again} />;
  return <Skeleton rows={4} />;
}

/** Do it and say what came of it: true when it is so now. */
export async function attempt(work: () => Promise<unknown>, done?: string): Promise<boolean> {
  try {
    await work();
    if (done) notice({ kind: "status", text: done });
    return true;
  } catch (error) {
    const unclear = error instanceof Unreachable || !(error instanceof Error);
    notice({ kind: "alert", text: unclear ? words.didNotWork : error.message });
    return false;
  }
}

/** A form takes no more words while what it says is on its way: the answer makes it anew. */
export function useSaving<T>(save: (value: T) => Promise<boolean>) {
  const [saving, setSaving] = useState(false);
  const keep = (value: T) => {
    setSaving(true);
    void save(value).finally(() => setSaving(false));
  };
  return { saving, keep };
}
