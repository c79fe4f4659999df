/** Every section of the operators' page, once: its address, its words' key, its code. */
import { lazy, type ReactNode } from "react";

export interface SectionProps {
  /** What follows the section's name in the address, decoded. */
  rest: string[];
}

export interface Section {
  name: "events" | "time" | "projections" | "replay" | "dead-letters";
  view: (props: SectionProps) => ReactNode;
}

/** In the order of the navigation; each brings its own words. */
export const sections: readonly Section[] = [
  { name: "events", view: lazy(() => import("./events/Events")) },
  { name: "time", view: lazy(() => import("./time/Time")) },
  { name: "projections", view: lazy(() => import("./projections/Projections")) },
  { name: "replay", view: lazy(() => import("./replay/ReplayWizard")) },
  { name: "dead-letters", view: lazy(() => import("./letters/Letters")) },
];
