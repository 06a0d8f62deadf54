// A chat server as Socket.IO's own guide has it, with what Parley promises too: a message is durable before its ack.
//
// MONGODB_URL says where messages are kept. Prints the port it listens on.

import { createServer } from "node:http";
import { MongoClient } from "mongodb";
import { Server } from "socket.io";

const client = await new MongoClient(process.env.MONGODB_URL).connect();
const messages = client.db().collection("socketio_messages", { writeConcern: { w: "majority", journal: true } });
// What it takes to read a room back in order.
await messages.createIndex({ room: 1, ts: 1 });

const server = createServer();
const io = new Server(server, { transports: ["websocket"], perMessageDeflate: false });

io.on("connection", (socket) => {
  socket.on("join", async (room, acked) => {
    await socket.join(room);
    acked();
  });
  socket.on("send", async ({ id, room, text }, acked) => {
    const message = { _id: id, room, sender: socket.id, text, ts: Date.now() };
    await messages.insertOne(message);
    acked({ id });
    socket.to(room).emit("message", message);
  });
});

server.listen(0, "127.0.0.1", () => console.log(server.address().port));
