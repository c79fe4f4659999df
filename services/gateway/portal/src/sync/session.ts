/** One person's stay: from the first snapshot to signing out, and everything that runs between. */
import type { Change } from "../contract/shapes";
import { strings } from "../strings";
import { crowd, noticeArrivals } from "./arrivals";
import { clock } from "./clock";
import { Connection } from "./connection";
import { loadDrafts, wipeDrafts } from "./drafts";
import { FeedEngine } from "./feed";
import { changes, failureOf, gateway, newKey, onSignedOut, Refusal, Unreachable } from "./gateway";
import { Outbox, type Outgoing, type Posted } from "./outbox";
import { storage } from "./storage";
import { adopt, applyChanges, forget, putConversation, setPresence, world } from "./store";
import { announce, notice } from "./toasts";
import { touch } from "./topics";
import { transfer } from "./transfer";
import { heardTyping, noticeSaid } from "./typing";
import { Uploads } from "./uploads";
import { clearWindows, mergeItem } from "./windows";

export type Phase = "starting" | "signed-out" | "here" | "unreachable";

export const session = {
  phase: "starting" as Phase,
  /** Signed out while at work: the page stays, a dialog asks to come back. */
  expired: false,
  catchingUp: false,
  /** They came in by it, and choose their own first. */
  oneTime: null as string | null,
  /** The conversation on screen, which a restart of the feed must not take away. */
  open: null as string | null,
  connection: null as Connection | null,
};

let engine: FeedEngine<Change> | null = null;

export const uploads = new Uploads({ storage, ...transfer, newKey, clock });
export const outbox = new Outbox({ storage, post, accepted, refused, newKey, clock });

export async function start(afterSignIn = false): Promise<void> {
  onSignedOut(() => void expire());
  try {
    const snapshot = await gateway.bootstrap();
    if (afterSignIn)
      void import("../alerts/missed").then(({ tellMissed }) => tellMissed(snapshot.unread));
    adopt(snapshot);
    await loadDrafts();
    await outbox.resume(snapshot.me.id);
    await uploads.resume(snapshot.me.id);
    follow(snapshot.feed);
    phase("here");
    if (snapshot.next !== null) crowd();
  } catch (error) {
    const out = error instanceof Refusal && (error.status === 401 || error.status === 403);
    phase(out ? "signed-out" : "unreachable");
  }
}

export async function signIn(login: string, password: string): Promise<void> {
  const me = await gateway.signIn(login, password);
  session.oneTime = me.new_password_required ? password : null;
  session.expired = false;
  if (session.oneTime !== null) return phase("signed-out");
  await start(true);
}

export async function signOut(): Promise<void> {
  stop();
  await import("../alerts/push").then(({ leaveBrowser }) => leaveBrowser()).catch(() => {});
  await gateway.signOut().catch(() => {});
  uploads.clear();
  await Promise.all([wipeDrafts(), storage.clear("outbox"), storage.clear("uploads")]);
  clearWindows();
  forget();
  location.assign("/login");
}

function follow(place: { id: string; sequence: number }): void {
  stop();
  engine = new FeedEngine<Change>(
    place,
    {
      apply: (frames) => {
        noticeArrivals(frames);
        applyChanges(frames);
        noticeSaid(frames);
        if (frames.some(({ type }) => type === "access")) lookAgain();
      },
      changes: ({ id, sequence }) => changes(id, sequence),
      restart: async () => {
        const snapshot = await gateway.bootstrap();
        adopt(snapshot, session.open);
        session.connection?.reconnect();
        return snapshot.feed;
      },
      healing,
    },
    clock,
  );
  session.connection = new Connection({
    open: () => new WebSocket(feedAddress()),
    receive: (change) => engine?.receive(change),
    passing: (frame) =>
      frame.type === "typing" ? heardTyping(frame) : frame.people.forEach(setPresence),
    opened: () => {
      void engine?.heal();
      outbox.nudge();
      void import("../alerts/fresh").then(({ lookForNewer }) => lookForNewer()).catch(() => {});
    },
    signedOut: () => void expire(),
    clock,
  });
  session.connection.start();
}

/** All who hear of a change do not ask for theirs in the same moment. */
const SPREAD_MS = 500;

/** What this person may do has changed: everything anew, but what they are reading stays. */
function lookAgain(): void {
  clock.after(clock.random() * SPREAD_MS, async () => {
    const { open } = session;
    const snapshot = await gateway.bootstrap().catch(() => null);
    if (!snapshot) return void session.connection?.wake();
    adopt(snapshot, open, false);
    engine?.begin(snapshot.feed);
    if (open) await gateway.conversation(open).then(putConversation, () => {});
  });
}

function feedAddress(): string {
  const { id, sequence } = engine?.place ?? { id: "", sequence: 0 };
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return `${scheme}://${location.host}/api/v1/feed?id=${encodeURIComponent(id)}&after=${sequence}`;
}

function stop(): void {
  engine?.stop();
  session.connection?.stop();
  engine = null;
  session.connection = null;
}

async function expire(): Promise<void> {
  if (session.phase !== "here") return phase("signed-out");
  stop();
  session.expired = true;
  touch("session");
}

function phase(next: Phase): void {
  session.phase = next;
  touch("session");
}

const SHOWN_AFTER_MS = 400;
let cancelShown = () => {};
function healing(active: boolean): void {
  cancelShown();
  const show = () => {
    session.catchingUp = active;
    touch("net");
  };
  if (active) cancelShown = clock.after(SHOWN_AFTER_MS, show);
  else if (session.catchingUp) show();
}

async function post(message: Outgoing): Promise<Posted> {
  try {
    const { conversation, key, text, epoch } = message;
    const files = message.files.map((file) => file.upload);
    const answer = await gateway.send(conversation, key, { text, epoch, files });
    // Accepted but not decided yet: the same key brings the answer later.
    return "position" in answer ? { item: answer } : "later";
  } catch (error) {
    if (error instanceof Unreachable) return "later";
    if (error instanceof Refusal && error.status === 401) return "signed-out";
    return { refused: failureOf(error) };
  }
}

function accepted(message: Outgoing, item: Parameters<typeof mergeItem>[1]): void {
  mergeItem(message.conversation, item);
}

function refused(message: Outgoing): void {
  const name = world.conversations.get(message.conversation)?.name ?? "";
  const text = message.failure?.text ?? "";
  notice({ kind: "alert", text: strings.notSentTo(name), detail: text });
  announce(strings.notSentTo(name));
}
