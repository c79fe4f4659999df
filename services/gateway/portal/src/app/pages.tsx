/** Every page beside Messages, once: its address, who sees it, where one reaches it, its code. */
import {
  ChartColumn,
  Clock3,
  Inbox,
  type LucideIcon,
  SlidersHorizontal,
  UsersRound,
} from "lucide-react";
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
  icon?: LucideIcon;
  /** Its entry in the profile menu. */
  menu?: { label: () => string; group?: () => string };
  /** Whoever has one of these sees it; absent: everybody. For the others it does not exist. */
  roles?: readonly Me["roles"][number][];
  /** What else it takes to see it. */
  when?: () => boolean;
}

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
    icon: ChartColumn,
    view: lazy(() => import("../usage/UsagePage")),
    roles: ADMINS,
  },
  {
    name: "queues",
    label: () => strings.queuesGroup,
    icon: Inbox,
    view: lazy(() => import("../desk/QueuesPage")),
    when: () => [...world.queues.values()].some((queue) => queue.supervises),
  },
  {
    name: "admin",
    label: () => strings.admin,
    icon: SlidersHorizontal,
    view: lazy(() => import("../admin/AdminPage")),
    roles: ADMINS,
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
