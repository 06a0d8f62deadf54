import { expect, test, vi } from "vitest";

import { Updates } from "./updates";

class FakeWorker extends EventTarget {
  state = "installing";
  readonly told: unknown[] = [];

  postMessage(message: unknown): void {
    this.told.push(message);
  }

  becomes(state: string): void {
    this.state = state;
    this.dispatchEvent(new Event("statechange"));
  }
}

class FakeRegistration extends EventTarget {
  active: FakeWorker | null = null;
  waiting: FakeWorker | null = null;
  installing: FakeWorker | null = null;
  readonly update = vi.fn(() => Promise.reject(new Error("no network")));

  finds(worker: FakeWorker): void {
    this.installing = worker;
    this.dispatchEvent(new Event("updatefound"));
  }
}

function following(registration: FakeRegistration) {
  const reload = vi.fn();
  const updates = new Updates(reload);
  updates.follow(registration as unknown as ServiceWorkerRegistration, 0);
  return { updates, reload };
}

test("the first worker is no update", () => {
  const registration = new FakeRegistration();
  const { updates } = following(registration);
  const worker = new FakeWorker();
  registration.finds(worker);
  worker.becomes("installed");
  expect(updates.ready.get()).toBe(false);
});

test("a newer version is told of when all of it is there, and the page is loaded anew once it took over", () => {
  const registration = new FakeRegistration();
  registration.active = new FakeWorker();
  const { updates, reload } = following(registration);
  const worker = new FakeWorker();
  registration.finds(worker);
  expect(updates.ready.get()).toBe(false);
  registration.waiting = worker;
  worker.becomes("installed");
  expect(updates.ready.get()).toBe(true);

  updates.apply();
  expect(worker.told).toEqual(["take-over"]);
  worker.becomes("activating");
  expect(reload).not.toHaveBeenCalled();
  worker.becomes("activated");
  expect(reload).toHaveBeenCalledOnce();
});

test("where another tab called the newer version, loading anew is all", () => {
  const registration = new FakeRegistration();
  registration.waiting = new FakeWorker();
  const { updates, reload } = following(registration);
  expect(updates.ready.get()).toBe(true);
  registration.waiting = null;
  updates.apply();
  expect(reload).toHaveBeenCalledOnce();
});

test("the server is asked once an hour at most, and may be out of reach", async () => {
  const registration = new FakeRegistration();
  const { updates } = following(registration);
  await updates.look(3_599_999);
  await updates.look(3_600_000);
  await updates.look(3_600_001);
  expect(registration.update).toHaveBeenCalledOnce();
});
