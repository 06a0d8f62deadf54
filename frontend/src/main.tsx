import "@/shared/styles/base.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "@/app/app";
import { createSession } from "@/app/create-session";
import { registerWorker } from "@/app/register-worker";
import { deviceChoices } from "@/shared/lib/device-choices";
import { speak } from "@/shared/texts/language";
import { languageOf } from "@/shared/texts/locale";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
const session = createSession();
void session.start();
registerWorker();
try {
  await speak(deviceChoices().language ?? languageOf());
} catch {
  // Without its texts the app is in English.
}
createRoot(root).render(
  <StrictMode>
    <App session={session} />
  </StrictMode>,
);
