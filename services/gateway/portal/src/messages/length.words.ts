/** What a text costs, in words, in the page's language. */
import { strings } from "../strings";
import { en } from "./length.words.en";

export const words = strings.lang === "es" ? (await import("./length.words.es")).es : en;
