/** The address of the page of time, both ways, and asking for one answer after the other. */
import { useEffect, useRef, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { pathTo } from "../../app/routes";
import type { Looking } from "./api";

export interface Address extends Looking {
  /** The message whose author's eyes one looks through. */
  seen?: string;
  /** The position that the one looked at is compared with. */
  with?: number;
}

const PATH = pathTo.page("operator", "time");

function whole(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

export function read(search: string): Address {
  const given = new URLSearchParams(search);
  return {
    position: whole(given.get("position")),
    queue: given.get("queue") || undefined,
    conversation: given.get("conversation") || undefined,
    seen: given.get("seen") || undefined,
    with: whole(given.get("with")),
  };
}

export function write(address: Address): string {
  const given = Object.entries(address).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return query.size > 0 ? `${PATH}?${query}` : PATH;
}

export type Go = (change: Address, how?: { replace: boolean }) => void;

/** What the address says, and how to say something else; a step in time replaces the last one. */
export function useAddress(): [Address, Go] {
  const search = useSearch();
  const [, go] = useLocation();
  const address = read(search);
  const latest = useRef(address);
  latest.current = address;
  return [
    address,
    (change, how) => {
      latest.current = { ...latest.current, ...change };
      go(write(latest.current), how);
    },
  ];
}

export interface Answer<T> {
  /** The newest answer; of an older question while a newer one is under way. */
  found: T | null;
  failed: boolean;
  again: () => void;
}

/** Ask one question at a time; of those that came meanwhile, only the last. */
export function useLatest<T>(key: string, ask: () => Promise<T>): Answer<T> {
  const [found, setFound] = useState<T | null>(null);
  const [failed, setFailed] = useState(false);
  const [round, setRound] = useState(0);
  const state = useRef({ key: "", busy: false, ask, gone: false });
  state.current.ask = ask;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says what is asked
  useEffect(() => {
    const now = state.current;
    now.key = key;
    now.gone = false;
    const next = () => {
      const asked = now.key;
      now.busy = true;
      now
        .ask()
        .then(
          (answer) => {
            if (now.gone) return;
            setFound(answer);
            setFailed(false);
          },
          () => !now.gone && now.key === asked && setFailed(true),
        )
        .finally(() => {
          now.busy = false;
          if (!now.gone && now.key !== asked) next();
        });
    };
    if (!now.busy) next();
  }, [key, round]);
  useEffect(
    () => () => {
      state.current.gone = true;
    },
    [],
  );
  return { found, failed, again: () => setRound((n) => n + 1) };
}
