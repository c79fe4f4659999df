/** The words of this section, in the page's language. */
import { strings } from "../../strings";
import { en } from "./words.en";

export const words = strings.lang === "es" ? (await import("./words.es")).es : en;
