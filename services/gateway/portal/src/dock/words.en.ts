/** The words of chat boxes, in English. */
export const en = {
  chatWith: (name: string) => `Chat with ${name}`,
  newChat: "New chat",
  minimize: "Minimize chat",
  close: "Close chat",
  settings: "Conversation settings",
  remove: "Delete the Conversation",
  more: (n: number) => `${n} more ${n === 1 ? "chat" : "chats"}`,
};
