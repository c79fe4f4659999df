/** Every page beside Messages, once: its address, who sees it, where one reaches it, its code. */
import { Clock3, UsersRound } from "lucide-react";
import { lazy, type ReactNode } from "react";
import type { Me } from "../contract/shapes";
import { strings } from "../strings";
import { world } from "../sync/store";

export interface PageProps {
  /** What follows the page's own name in the address, decoded. */
  rest: string[];
}

export interface Page {
  /** The first part of its address. */
  name: string;
  /** Its title, on the rail too. */
  label: () => string;
  /** Its code and its own words, fetched at the first visit. */
  view: (props: PageProps) => ReactNode;
  /** Its place on the rail, in the order of `pages`; without one it is not there. */
  icon?: (props: { size: number; "aria-hidden": true }) => ReactNode;
  /** Its entry in the profile menu. */
  menu?: { label: () => string; group?: () => string };
  /** Whoever has one of these sees it; absent: everybody. For the others it does not exist. */
  roles?: readonly Me["roles"][number][];
  /** What else it takes to see it. */
  when?: () => boolean;
}

/** Of a page that few see: fetched by those who do. */
const few = (name: keyof typeof import("../operator/icons")) =>
  lazy(() => import("../operator/icons").then((icons) => ({ default: icons[name] })));

const ADMINS = ["admin", "operator", "office-manager"] as const;

const pages: readonly Page[] = [
  {
    name: "people",
    label: () => strings.people,
    icon: UsersRound,
    view: lazy(() => import("../people/PeoplePage")),
  },
  {
    name: "history",
    label: () => strings.history,
    icon: Clock3,
    view: lazy(() => import("../history/HistoryPage")),
    menu: { label: () => strings.chatAndSms, group: () => strings.messages },
  },
  {
    name: "usage",
    label: () => strings.usage,
    icon: few("ChartColumn"),
    view: lazy(() => import("../usage/UsagePage")),
    roles: ADMINS,
  },
  {
    name: "queues",
    label: () => strings.queuesGroup,
    icon: few("Inbox"),
    view: lazy(() => import("../desk/QueuesPage")),
    when: () => [...world.queues.values()].some((queue) => queue.supervises),
  },
  {
    name: "admin",
    label: () => strings.admin,
    icon: few("SlidersHorizontal"),
    view: lazy(() => import("../admin/AdminPage")),
    roles: ADMINS,
  },
  {
    name: "operator",
    label: () => strings.operator,
    icon: few("ScrollText"),
    view: lazy(() => import("../operator/OperatorPage")),
    roles: ["operator"],
  },
  {
    name: "settings",
    label: () => strings.settings,
    view: lazy(() => import("../settings/SettingsPage")),
    menu: { label: () => strings.settings },
  },
];

/** The pages that this user may see. */
export function myPages(): readonly Page[] {
  const mine = world.me?.roles ?? [];
  return pages.filter(
    ({ roles, when = () => true }) =>
      when() && (!roles || roles.some((role) => mine.includes(role))),
  );
}

/** The page of this name, if this user may see it. */
export function pageOf(name: string): Page | undefined {
  return myPages().find((page) => page.name === name);
}
