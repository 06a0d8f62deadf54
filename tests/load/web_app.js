// Runs in each page before the app does: notes what holds up the main thread, and times what a reader waits for.
// All times are milliseconds, by the clock that the page's events have.
"use strict";

(() => {
  /** Tasks of 50 ms and more, which are those that the browser tells of. */
  const tasks = [];
  /** From each key pressed to the paint that shows what it wrote. */
  const keys = [];

  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) tasks.push({ end: startTime + duration, duration });
  }).observe({ type: "longtask", buffered: true });

  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

  /** Resolves when the next frame is painted: its messages come after that. */
  async function painted() {
    await frame();
    const { port1, port2 } = new MessageChannel();
    await new Promise((resolve) => {
      port1.onmessage = resolve;
      port2.postMessage(null);
    });
    port1.close();
    return performance.now();
  }

  async function shown(isShown) {
    while (!isShown()) await frame();
    return painted();
  }

  let pressed = 0;
  addEventListener("keydown", (event) => (pressed = event.timeStamp), { capture: true });
  addEventListener("input", async () => keys.push((await painted()) - pressed), { capture: true });

  const timeline = () => document.querySelector('[role="log"]');

  /** Whether the room's timeline stands at its last message, number n. */
  function isAtEnd(title, n) {
    const log = timeline();
    if (log === null || !log.ariaLabel.includes(title)) return false;
    const last = log.querySelector(`[data-n="${n}"]`);
    return last !== null && last.getBoundingClientRect().bottom <= innerHeight;
  }

  globalThis.measured = {
    tasks,
    keys,

    /** When something that the selector names was painted, and when no task held it up any more for `quiet` ms. */
    async interactive(selector, quiet) {
      const usable = await shown(() => document.querySelector(selector) !== null);
      const idleSince = () => Math.max(usable, ...tasks.map(({ end }) => end));
      while (performance.now() - idleSince() < quiet) await frame();
      return { usable, interactive: idleSince() };
    },

    /** From the next click to the paint of the room that it opens. */
    expectRoom(title, n) {
      measured.switched = new Promise((resolve) => {
        const clicked = async (event) => resolve((await shown(() => isAtEnd(title, n))) - event.timeStamp);
        addEventListener("click", clicked, { capture: true, once: true });
      });
    },

    /** Scrolls to the top, so many pixels a frame; how long each frame took. */
    async scrollUp(pixels) {
      const log = timeline();
      const frames = [];
      for (let before = await frame(); log.scrollTop > 0; ) {
        log.scrollTop -= pixels;
        const now = await frame();
        frames.push(now - before);
        before = now;
      }
      return frames;
    },

    open(path) {
      history.pushState(null, "", path);
    },
  };
})();
