/** The words of who is here and who writes, in English. */
const list = new Intl.ListFormat("en");
const MOST_NAMED = 3;

export const en = {
  typing: (names: string[]) =>
    names.length > MOST_NAMED
      ? "Several people are typing…"
      : `${list.format(names)} ${names.length === 1 ? "is" : "are"} typing…`,
  seesLater: (name: string) => `${name} is offline and will see this at next sign-in.`,
};
