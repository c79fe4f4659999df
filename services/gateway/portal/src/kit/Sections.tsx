/** The sections of a page side by side; a phone has no room for all, the current one is in sight. */
import { useEffect, useRef } from "react";
import { Link } from "wouter";
import css from "./sections.module.css";

interface Props<Name extends string> {
  label: string;
  names: readonly Name[];
  words: Readonly<Record<Name, string>>;
  current: Name | undefined;
  hrefOf: (name: Name) => string;
}

export function Sections<Name extends string>(props: Props<Name>) {
  const { label, names, words, current, hrefOf } = props;
  const nav = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another one is current
  useEffect(() => {
    nav.current?.querySelector("[aria-current]")?.scrollIntoView({ inline: "nearest" });
  }, [current]);
  return (
    <nav ref={nav} className={css.sections} aria-label={label}>
      {names.map((name) => (
        <Link key={name} href={hrefOf(name)} aria-current={name === current ? "page" : undefined}>
          {words[name]}
        </Link>
      ))}
    </nav>
  );
}
