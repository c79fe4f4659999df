/** An answer that is asked for again when its question changes; the last one stays meanwhile. */
import { useCallback, useEffect, useRef, useState } from "react";

export interface Answered<T> {
  value: T | null;
  failed: boolean;
  again: () => void;
}

/** `ask` must be the same function while the question is the same. */
export function useAnswer<T>(ask: () => Promise<T>): Answered<T> {
  const [value, setValue] = useState<T | null>(null);
  const [failed, setFailed] = useState(false);
  const newest = useRef(0);
  const again = useCallback(() => {
    newest.current += 1;
    const mine = newest.current;
    ask().then(
      (answer) => {
        if (mine !== newest.current) return;
        setValue(answer);
        setFailed(false);
      },
      () => mine === newest.current && setFailed(true),
    );
  }, [ask]);
  useEffect(() => {
    again();
    return () => {
      newest.current += 1;
    };
  }, [again]);
  return { value, failed, again };
}
