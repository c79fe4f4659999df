/** Why somebody cannot text, in English; portal.md §4.4 has each word. */
export const en = {
  title: "Oops",
  user: {
    "no-number":
      "No phone number is set up to send you text messages. Contact your admin to get a number assigned.",
    "user-off": "Text messaging is turned off for your extension. Contact your admin.",
    "system-off": "Text messaging is turned off for your organization. Contact your admin.",
  },
  admin: {
    "no-number":
      "No phone number forwards text messages to this extension. Set one up, or contact support.",
    "user-off": "Text messaging is turned off for your extension.",
    "system-off": "Text messaging is turned off for your organization.",
  },
  links: {
    "no-number": "Assign a number",
    "user-off": "Open Extensions",
    "system-off": "System settings",
  },
};

export type Words = typeof en;
