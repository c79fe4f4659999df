/** Administration: numbers, extensions, queues, the organization, reviews and the audit. */
import { useEffect, useRef } from "react";
import { useLocation } from "wouter";
import { pathTo } from "../app/routes";
import { Sections } from "../kit/Sections";
import { world } from "../sync/store";
import { Audit } from "./Audit";
import css from "./admin.module.css";
import { Extensions } from "./Extensions";
import { Numbers } from "./Numbers";
import { QueuePage } from "./QueueForm";
import { Queues } from "./Queues";
import { Reviews } from "./Reviews";
import { System } from "./System";
import { words } from "./words";

type Section = keyof typeof words.sections;
const ALL = ["numbers", "extensions", "queues", "system", "texts", "audit"] as const;
/** What an office manager looks after: texts, not who and what there is. */
const TEXTS = ["texts"] as const;

export default function AdminPage({ rest }: { rest: string[] }) {
  const [, go] = useLocation();
  const admin = world.me?.roles.some((role) => role === "admin" || role === "operator");
  const sections: readonly Section[] = admin ? ALL : TEXTS;
  const section = sections.find((name) => name === rest[0]);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!section) go(pathTo.page("admin", sections[0] ?? "texts"), { replace: true });
    else heading.current?.focus();
  }, [section, sections, go]);
  return (
    <main className={css.admin} id="conversation">
      <h1 ref={heading} tabIndex={-1}>
        {words.admin}
      </h1>
      <div className={css.sections}>
        <Sections
          label={words.admin}
          names={sections}
          words={words.sections}
          current={section}
          hrefOf={(name) => pathTo.page("admin", name)}
        />
      </div>
      {section === "numbers" && <Numbers />}
      {section === "extensions" && <Extensions />}
      {section === "queues" && (rest[1] ? <QueuePage key={rest[1]} id={rest[1]} /> : <Queues />)}
      {section === "system" && <System />}
      {section === "texts" && <Reviews />}
      {section === "audit" && <Audit />}
    </main>
  );
}
