/**
 * What is smaller than a finger, as [size, words] each. Its label is part of a field, and the row
 * that a link fills is part of the link; a link within a sentence is as high as its line.
 */
(least) => {
  const TARGETS =
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]," +
    " [role=checkbox], [role=link], [role=menuitem], [role=menuitemcheckbox], [role=menuitemradio]," +
    " [role=option], [role=radio], [role=slider], [role=switch], [role=tab]";
  const box = (element) => {
    const all = [element.getBoundingClientRect()];
    for (const label of element.labels ?? []) all.push(label.getBoundingClientRect());
    const around = getComputedStyle(element, "::after");
    if (around.content !== "none" && around.position === "absolute") {
      const [width, height] = [Number.parseFloat(around.width), Number.parseFloat(around.height)];
      all.push({ width, height });
    }
    return {
      width: Math.max(...all.map((one) => one.width)),
      height: Math.max(...all.map((one) => one.height)),
    };
  };
  const isShown = (element) => {
    const { width, height } = element.getBoundingClientRect();
    return width > 1 && height > 1 && element.checkVisibility({ visibilityProperty: true });
  };
  const isInSentence = (element) =>
    getComputedStyle(element).display === "inline" &&
    element.closest("p, li, td, dd, [class*=text]")?.textContent.trim() !==
      element.textContent.trim();
  const isDisabled = (element) => element.matches(":disabled, [inert] *");
  return [...document.querySelectorAll(TARGETS)]
    .filter((one) => isShown(one) && !isDisabled(one) && !isInSentence(one))
    .map((one) => [box(one), one])
    .filter(([size]) => Math.min(size.width, size.height) < least - 0.5)
    .map(([size, one]) => [
      `${Math.round(size.width)}x${Math.round(size.height)}`,
      (one.getAttribute("aria-label") ?? one.textContent ?? one.id).trim().slice(0, 60),
      one.outerHTML.slice(0, 120),
    ]);
};
