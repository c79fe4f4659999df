/** The words of handing over, in English. */
export const en = {
  transferTitle: "Transfer conversation",
  transferLead: "The receiver sees the whole history and your note.",
  transferNote: "Note",
  transferNoteHint: "Internal: the customer never sees it",
  agentsGroup: "Agents",
  nobodyToTransfer: "Nobody else is here to take it",
  isOffline: "offline",
};
