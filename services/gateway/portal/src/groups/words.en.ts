/** The words of groups and their participants, in English. */

const plural = new Intl.PluralRules("en");
const people = (n: number) => (plural.select(n) === "one" ? "person" : "people");

export const en = {
  participants: "Participants",
  count: (n: number) => `${n} ${plural.select(n) === "one" ? "participant" : "participants"}`,
  you: "You",
  byText: "Reached by text",
  message: (name: string) => `Message ${name}`,
  remove: (name: string) => `Remove ${name}`,
  removeTitle: (name: string) => `Remove ${name}?`,
  removeLead: (name: string) =>
    `${name} stays able to read what was said so far, and gets nothing that is said from now on.`,
  removeOutsideLead: (name: string) => `${name} gets no more texts from this group.`,
  removeIt: "Remove",
  leave: "Leave group",
  leaveTitle: "Leave this group?",
  leaveLead: "You see nothing that is said from then on. Somebody in the group can add you again.",
  rename: "Rename",
  renameTitle: "Rename group",
  name: "Group name",
  save: "Save",
  add: "Add participants",
  addLead: "They see what is said from now on.",
  addIt: "Add",
  nobody: "Choose somebody, or enter a phone number",
  willGetTexts: (names: string) => `${names} will get this group's messages as texts.`,
  reach: (chat: number, text: number) =>
    [
      chat > 0 && `${chat} ${plural.select(chat) === "one" ? "teammate" : "teammates"} by chat`,
      text > 0 && `${text} ${people(text)} by text`,
    ]
      .filter(Boolean)
      .join(", "),
};
