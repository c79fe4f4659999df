/** One tab tells of what comes, for all (Web Locks). */
let leading = false;

export function leads(): boolean {
  return leading;
}

/** Stand in line to be that tab; the next one follows when it is gone. */
export function standInLine(): void {
  if (!navigator.locks) {
    leading = true; // an insecure origin has no locks: every tab tells
    return;
  }
  void navigator.locks.request("portal-notify", () => {
    leading = true;
    return new Promise(() => undefined);
  });
}
