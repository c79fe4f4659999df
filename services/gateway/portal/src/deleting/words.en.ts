/** The words of deleting and muting, in English. */
export const en = {
  remove: "Delete",
  yes: "Yes",
  no: "No",
  askMessage: "Delete this message?",
  ownLine: "It goes for everyone in this chat. This can't be undone.",
  theirLine: (name: string) =>
    `It goes for you only: ${name} and the others keep it. This can't be undone.`,
  text: "It goes for everyone here who sees this conversation; the other side keeps their copy. This can't be undone.",
  messageGone: "Message deleted",
  deleteChat: "Delete chat",
  askChat: "Delete chat?",
  chat: "Everything up to now goes for you only: the others keep it. A new message brings the chat back without its history. This can't be undone.",
  understand: "I understand",
  chatGone: "Chat deleted",
  turnOff: "Turn Off Notifications",
  turnOn: "Turn On Notifications",
};
