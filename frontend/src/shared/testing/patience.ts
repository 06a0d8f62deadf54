import { configure } from "@testing-library/dom";

// What is loaded on demand may take its time on a busy machine.
configure({ asyncUtilTimeout: 20_000 });
