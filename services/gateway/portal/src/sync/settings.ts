/** Lets the page be as its person set it, at this screen and at every other. */
import { setTheme } from "../app/theme";
import type { Bootstrap } from "../contract/shapes";
import { strings } from "../strings";

export function applySettings(settings: Bootstrap["settings"]): void {
  setTheme(settings.theme);
  document.documentElement.dataset.density = settings.density;
  keep("title-flash", settings.title_flash ? null : "off");
  // Words are chosen before anything is shown: another language is another start.
  if (keep("language", settings.language) && strings.lang !== wanted()) location.reload();
}

function wanted(): string {
  const spoken = localStorage.getItem("language") ?? navigator.language;
  return spoken.startsWith("es") ? "es" : "en";
}

/** True where it was different before. */
function keep(name: string, value: string | null): boolean {
  if (localStorage.getItem(name) === value) return false;
  if (value === null) localStorage.removeItem(name);
  else localStorage.setItem(name, value);
  return true;
}
