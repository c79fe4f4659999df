/** The words of handing over, in Spanish. */
import type { en } from "./transfer.words.en";

export const es: typeof en = {
  transferTitle: "Transferir conversación",
  transferLead: "Quien la recibe ve toda la historia y tu nota.",
  transferNote: "Nota",
  transferNoteHint: "Interna: el cliente nunca la ve",
  agentsGroup: "Agentes",
  nobodyToTransfer: "No hay nadie más que pueda atenderla",
  isOffline: "sin conexión",
};
