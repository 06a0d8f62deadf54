/** The one of the elements that an arrow key leads to from `from`; undefined at an edge, and for other keys. */
export function nextInGrid(elements: readonly HTMLElement[], from: HTMLElement, key: string): HTMLElement | undefined {
  const place = elements.indexOf(from);
  if (key === "ArrowRight") return elements[place + 1];
  if (key === "ArrowLeft") return elements[place - 1];
  if (key === "ArrowDown") return nearest(elements.slice(place + 1), from);
  if (key === "ArrowUp") return nearest(elements.slice(0, place).reverse(), from);
  return undefined;
}

/** Of the first row there is among the elements, which leads away from `from`, the one nearest to its column. */
function nearest(elements: readonly HTMLElement[], from: HTMLElement): HTMLElement | undefined {
  const row = elements.find((it) => it.offsetTop !== from.offsetTop)?.offsetTop;
  const away = (it: HTMLElement) => Math.abs(it.offsetLeft - from.offsetLeft);
  return elements
    .filter((it) => it.offsetTop === row)
    .reduce<HTMLElement | undefined>((best, it) => (best === undefined || away(it) < away(best) ? it : best), undefined);
}
