/** The words of this part, in the page's language. */
import { strings } from "../strings";
import { en } from "./type.words.en";

export const words = strings.lang === "es" ? (await import("./type.words.es")).es : en;
