/** Every shortcut once: its keys, its name in the list, and what it does. */
import { navigate } from "wouter/use-browser-location";
import { myPages } from "../app/pages";
import { pathTo } from "../app/routes";
import { turn } from "../deleting/turning";
import { claim, giveUp } from "../messages/claiming";
import { closeConversation } from "../messages/closing";
import { isUnread, listed, waitingIn } from "../messages/lists";
import { strings } from "../strings";
import { markUnread } from "../sync/reading";
import { session } from "../sync/session";
import { world } from "../sync/store";
import { words } from "./words";

export interface Shortcut {
  name: string;
  /** What the list calls it. */
  label: string;
  group: keyof typeof words.groups;
  /** Several are ways to the same; a space is "then". */
  keys: readonly string[];
  /** Absent: somebody else listens, the list only tells of it. Says whether there was anything to do. */
  run?: () => boolean;
}

const go = (path: string) => {
  navigate(path);
  return true;
};

type Way = Omit<Shortcut, "label"> & { name: keyof typeof words.names };

const WAYS: readonly Way[] = [
  { name: "switcher", group: "go", keys: ["mod+k"] },
  { name: "create", group: "go", keys: ["n"], run: () => go(pathTo.create) },
  { name: "search", group: "go", keys: ["/"], run: search },
  { name: "next", group: "go", keys: ["alt+arrowdown", "j"], run: () => step(1) },
  { name: "previous", group: "go", keys: ["alt+arrowup", "k"], run: () => step(-1) },
  { name: "unread", group: "go", keys: ["alt+shift+arrowdown"], run: nextUnread },
  { name: "claim", group: "thread", keys: ["c"], run: claimLongest },
  { name: "compose", group: "thread", keys: ["r"], run: () => focus("form textarea") },
  { name: "send", group: "thread", keys: ["enter", "mod+enter"] },
  { name: "attach", group: "thread", keys: ["mod+shift+a"], run: attach },
  { name: "mark", group: "thread", keys: ["u"], run: mark },
  { name: "mute", group: "thread", keys: ["m"], run: mute },
  { name: "close", group: "thread", keys: ["e"], run: close },
  { name: "list", group: "thread", keys: ["escape"], run: toList },
  { name: "region", group: "page", keys: ["f6"], run: () => region(1) },
  { name: "back", group: "page", keys: ["shift+f6"], run: () => region(-1) },
  { name: "help", group: "page", keys: ["?"] },
];

/** The second key of "G then P". */
const LETTERS: Record<string, string> = {
  people: "p",
  queues: "q",
  history: "h",
  usage: "u",
  admin: "a",
  operator: "o",
  settings: "s",
};

/** Those of this user: a page that they may not see has none. */
export function shortcuts(): Shortcut[] {
  const ways = WAYS.map((way) => ({ ...way, label: words.names[way.name] }));
  const pages = myPages().flatMap(({ name, label }): Shortcut[] => {
    const letter = LETTERS[name];
    const run = () => go(pathTo.page(name));
    return letter
      ? [{ name, group: "go", label: words.goTo(label()), keys: [`g ${letter}`], run }]
      : [];
  });
  const messages = words.goTo(strings.messages);
  const run = () => go(pathTo.messages);
  return [
    ...ways,
    { name: "messages", group: "go", label: messages, keys: ["g m"], run },
    ...pages,
  ];
}

function focus(selector: string): boolean {
  const found = document.querySelector<HTMLElement>(selector);
  found?.focus();
  return found !== null;
}

const SEARCH = "nav input[type=search]";

function search(): boolean {
  if (focus(SEARCH)) return true;
  go(pathTo.messages);
  requestAnimationFrame(() => focus(SEARCH));
  return true;
}

function here() {
  return session.open === null ? undefined : world.conversations.get(session.open);
}

function step(by: 1 | -1): boolean {
  const all = listed("all", "");
  const at = all.findIndex((one) => one.id === session.open);
  const goal = at < 0 ? all[0] : all[at + by];
  return goal !== undefined && go(pathTo.conversation(goal.id));
}

function nextUnread(): boolean {
  const all = listed("all", "");
  const at = all.findIndex((one) => one.id === session.open);
  const goal = [...all.slice(at + 1), ...all.slice(0, at + 1)].find(isUnread);
  return goal !== undefined && go(pathTo.conversation(goal.id));
}

function claimLongest(): boolean {
  const [longest] = [...world.queues.values()]
    .filter((queue) => queue.logged_in)
    .flatMap((queue) => waitingIn(queue.id).slice(0, 1))
    .sort((a, b) => Date.parse(a.queued_at) - Date.parse(b.queued_at));
  if (!longest) return false;
  void claim(longest).then((mine) => mine && go(pathTo.conversation(longest.conversation_id)));
  return true;
}

/** The button's own click: a file picker opens only for a press of keys or of the pointer. */
function attach(): boolean {
  const button = document.querySelector<HTMLButtonElement>(
    "[aria-keyshortcuts~='Control+Shift+A']",
  );
  button?.click();
  return button !== null;
}

function mark(): boolean {
  const conversation = here();
  if (!conversation || isUnread(conversation)) return false;
  void markUnread(conversation);
  return true;
}

function mute(): boolean {
  const conversation = here();
  if (conversation) void turn(conversation);
  return conversation !== undefined;
}

function close(): boolean {
  const conversation = here();
  if (!conversation || conversation.closed) return false;
  if (conversation.queue && !conversation.queue.mine) return false;
  if (conversation.queue) void giveUp(conversation, "close");
  else void closeConversation(conversation);
  return go(pathTo.messages);
}

function toList(): boolean {
  if (!document.activeElement?.matches("form textarea")) return false;
  return focus("[role=tabpanel] a[aria-current=page]") || focus("[role=tabpanel] a");
}

/** Where the focus begins in each part of the page. */
const FIRST = "a[href], button:not(:disabled), input, textarea, select, [tabindex='0']";

/** Go to the next part that has anything to stand on: a page without a thread has nothing there. */
function region(by: 1 | -1): boolean {
  const regions = [...document.querySelectorAll<HTMLElement>("nav, main")];
  const at = regions.findIndex((one) => one.contains(document.activeElement));
  for (let n = 1; n <= regions.length; n++) {
    const goal = regions.at((at + by * n) % regions.length);
    const first =
      goal?.querySelector<HTMLElement>("textarea, a[aria-current=page]") ??
      goal?.querySelector<HTMLElement>(FIRST);
    first?.focus();
    if (first && first === document.activeElement) return true;
  }
  return false;
}
