/** The page's language: English unless the reader's browser or choice says Spanish. */
import { en, type Strings } from "./en";

export type { Strings };
export let strings: Strings = en;

export async function chooseLanguage(): Promise<void> {
  const wanted = remembered() ?? navigator.language;
  if (wanted.startsWith("es")) strings = (await import("./es")).es;
  document.documentElement.lang = strings.lang;
}

function remembered(): string | null {
  try {
    return localStorage.getItem("language");
  } catch {
    return null;
  }
}
