/** The words of the people page, in English. */
export const en = {
  teammates: "Teammates",
  name: "Name",
  extension: "Extension",
  presence: "Presence",
  onlineShort: "Online",
  offlineShort: "Offline",
  chatWith: (name: string) => `Chat with ${name}`,
  noTeammates: "Nobody else yet",
};
