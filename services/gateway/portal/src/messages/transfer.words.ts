/** The words of handing over, in the page's language. */
import { strings } from "../strings";
import { en } from "./transfer.words.en";

export const words = strings.lang === "es" ? (await import("./transfer.words.es")).es : en;
