/** The words of the tray, in the page's language. */
import { strings } from "../strings";
import { en } from "./tray.words.en";

export const words = strings.lang === "es" ? (await import("./tray.words.es")).es : en;
