/** The theme: the system's unless chosen; `theme.js` reads it before the first paint. */

export type Theme = "system" | "light" | "dark";

export function setTheme(chosen: Theme): void {
  if (chosen === "system") {
    delete document.documentElement.dataset.theme;
    localStorage.removeItem("theme");
  } else {
    document.documentElement.dataset.theme = chosen;
    localStorage.setItem("theme", chosen);
  }
}
