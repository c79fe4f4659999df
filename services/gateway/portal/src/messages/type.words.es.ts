/** The words of how somebody is written to, in Spanish. */
import type { en } from "./type.words.en";

export const es: typeof en = {
  type: "Tipo de mensaje",
  kinds: { direct: "Chat", sms: "SMS" },
  sendingFrom: (number) => `Se envía como SMS desde ${number}`,
};
