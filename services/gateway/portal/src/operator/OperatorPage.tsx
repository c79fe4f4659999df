/** The operators' page: the log, time, rebuilds; one section at a time, each with its own code. */
import { Suspense, useEffect, useRef } from "react";
import { Link, useLocation } from "wouter";
import { pathTo } from "../app/routes";
import { Skeleton } from "../kit/bits";
import css from "./operator.module.css";
import { sections } from "./sections";
import { words } from "./words";

export default function OperatorPage({ rest }: { rest: string[] }) {
  const [, go] = useLocation();
  const section = sections.find(({ name }) => name === rest[0]);
  const heading = useRef<HTMLHeadingElement>(null);
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!section) go(pathTo.page("operator", "events"), { replace: true });
    else heading.current?.focus();
    // A phone has no room for all of them.
    nav.current?.querySelector("[aria-current]")?.scrollIntoView({ inline: "nearest" });
  }, [section, go]);
  return (
    <main className={css.page} id="conversation">
      <header className={css.head}>
        <h1 ref={heading} tabIndex={-1}>
          {words.operator}
        </h1>
        <nav ref={nav} className={css.sections} aria-label={words.operator}>
          {sections.map(({ name }) => (
            <Link
              key={name}
              href={pathTo.page("operator", name)}
              aria-current={name === section?.name ? "page" : undefined}
            >
              {words.sections[name]}
            </Link>
          ))}
        </nav>
      </header>
      <Suspense fallback={<Skeleton rows={8} />}>
        {section && <section.view rest={rest.slice(1)} />}
      </Suspense>
    </main>
  );
}
