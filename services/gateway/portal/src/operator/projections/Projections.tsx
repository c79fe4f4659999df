/** Projections: every set of read models, how far it is, and what can be done with it. */
import { useEffect } from "react";
import { useAnswer } from "../../desk/useAnswer";
import { Button } from "../../kit/Button";
import { Failed, Skeleton } from "../../kit/bits";
import { attempt } from "../attempt";
import css from "../work.module.css";
import { projections } from "./api";
import { ProjectionSetCard } from "./ProjectionSetCard";
import { words } from "./words";

/** While something is built, and while nothing is: a set falls behind or catches up unasked. */
const LOOK_MS = 2_000;
const IDLE_MS = 10_000;

export default function Projections() {
  const { value, failed, again } = useAnswer(projections.list);
  const running = value?.some(({ rebuild }) => rebuild?.state === "running") ?? false;
  useEffect(() => {
    const timer = setInterval(() => document.hidden || again(), running ? LOOK_MS : IDLE_MS);
    return () => clearInterval(timer);
  }, [running, again]);
  const rebuild = async () => {
    await attempt(projections.rebuild);
    again();
  };
  return (
    <section className={css.section} aria-label={words.projections}>
      <div className={css.bar}>
        <p>{words.lead}</p>
        <Button kind="primary" disabled={running} onClick={() => void rebuild()}>
          {words.rebuild}
        </Button>
      </div>
      {failed && !value && <Failed text={words.couldNot} again={again} />}
      {!failed && !value && <Skeleton rows={4} />}
      {value?.map((one) => (
        <ProjectionSetCard key={one.name} set={one} again={again} />
      ))}
    </section>
  );
}
