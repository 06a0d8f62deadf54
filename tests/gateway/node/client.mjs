// Does what its second argument says (a JSON list of steps) on a socket of `ws`, then prints what happened as JSON.
import WebSocket from "ws";

const [url, steps, options] = [process.argv[2], JSON.parse(process.argv[3]), JSON.parse(process.argv[4] ?? "{}")];
const seen = { protocol: null, messages: [], close: null, refused: null };
const socket = new WebSocket(url, options.protocols ?? [], { headers: options.headers ?? {} });
let waiting = null;

function finish() {
  process.stdout.write(JSON.stringify(seen), () => process.exit(0));
}

socket.on("unexpected-response", (_request, response) => {
  seen.refused = response.statusCode;
  finish();
});
socket.on("error", (error) => {
  seen.error = error.message;
});
socket.on("message", (data, isBinary) => {
  seen.messages.push(isBinary ? { binary: data.length } : data.toString());
  if (waiting && seen.messages.length >= waiting.count) waiting.done();
});
socket.on("close", (code, reason) => {
  seen.close = { code, reason: reason.toString() };
  finish();
});
socket.on("open", async () => {
  seen.protocol = socket.protocol;
  for (const step of steps) {
    if ("send" in step) socket.send(step.send);
    if ("repeat" in step) socket.send("x".repeat(step.repeat));
    if ("binary" in step) socket.send(Buffer.from([1, 2, 3]));
    if ("fragments" in step) {
      const parts = step.fragments.map((part) => part.repeat(step.times ?? 1));
      parts.forEach((part, index) => socket.send(part, { fin: index === parts.length - 1 }));
    }
    if ("ping" in step) await new Promise((done) => socket.once("pong", done).ping());
    if ("receive" in step && seen.messages.length < step.receive)
      await new Promise((done) => (waiting = { count: step.receive, done }));
    if ("close" in step) socket.close(...step.close);
  }
});
