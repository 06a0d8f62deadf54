import "@/shared/styles/base.css";
import "./page.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { Controls } from "./sections/controls";
import { Dialogs } from "./sections/dialogs";
import { Messages } from "./sections/messages";
import { People } from "./sections/people";
import { Rooms } from "./sections/rooms";
import { Writing } from "./sections/writing";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <main className="catalogue">
      <h1>Components</h1>
      <Controls />
      <Messages />
      <Writing />
      <Rooms />
      <People />
      <Dialogs />
    </main>
  </StrictMode>,
);
