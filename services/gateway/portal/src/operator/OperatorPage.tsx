/** The operators' page: the log, time, rebuilds; one section at a time, each with its own code. */
import { Suspense, useEffect, useRef } from "react";
import { useLocation } from "wouter";
import { pathTo } from "../app/routes";
import { Skeleton } from "../kit/bits";
import { Sections } from "../kit/Sections";
import css from "./operator.module.css";
import { sections } from "./sections";
import { words } from "./words";

export default function OperatorPage({ rest }: { rest: string[] }) {
  const [, go] = useLocation();
  const section = sections.find(({ name }) => name === rest[0]);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!section) go(pathTo.page("operator", "events"), { replace: true });
    else heading.current?.focus();
  }, [section, go]);
  return (
    <main className={css.page} id="conversation">
      <header className={css.head}>
        <h1 ref={heading} tabIndex={-1}>
          {words.operator}
        </h1>
        <Sections
          label={words.operator}
          names={sections.map(({ name }) => name)}
          words={words.sections}
          current={section?.name}
          hrefOf={(name) => pathTo.page("operator", name)}
        />
      </header>
      <Suspense fallback={<Skeleton rows={8} />}>
        {section && <section.view rest={rest.slice(1)} />}
      </Suspense>
    </main>
  );
}
