import "@/shared/styles/base.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "@/app/app";
import { createSession } from "@/app/create-session";
import { registerWorker } from "@/app/register-worker";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
const session = createSession();
void session.start();
registerWorker();
createRoot(root).render(
  <StrictMode>
    <App session={session} />
  </StrictMode>,
);
