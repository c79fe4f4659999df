/** The words of how somebody is written to, in English. */
export const en = {
  type: "Message type",
  kinds: { direct: "Chat", sms: "SMS" },
  sendingFrom: (number: string) => `Sending as SMS from ${number}`,
};
