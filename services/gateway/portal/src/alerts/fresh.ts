/** After each reconnection: is the page that is served now still this one? */
import { notice } from "../sync/toasts";
import { words } from "./words";

const ENTRY = /\/assets\/index-[\w-]+\.js/;

/** Fetched with the first opening: when there is a new build, the old one's files are gone. */
export async function lookForNewer(): Promise<void> {
  const own = document.querySelector<HTMLScriptElement>("script[type=module]")?.src ?? "";
  const page = await fetch("/", { cache: "no-cache" }).then((answer) => answer.text());
  const served = ENTRY.exec(page)?.[0];
  if (!served || own.endsWith(served)) return;
  const action = { label: words.reload, run: () => location.reload() };
  notice({ kind: "status", text: words.newer, action, stays: true });
}
