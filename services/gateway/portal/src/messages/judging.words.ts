/** Why a file may not come along, in the page's language. */
import { strings } from "../strings";
import { en } from "./judging.words.en";

export const words = strings.lang === "es" ? (await import("./judging.words.es")).es : en;
