// A centre for short messages on loopback, made of the npm package "smpp": binds, takes, delivers, reports.
// It is told what to do over HTTP on a second port, and keeps what nobody acknowledged until somebody binds again.
const http = require("http");
const smpp = require("smpp");

const [port, control] = process.argv.slice(2).map(Number);
const state = { password: "secret08", sent: [], waiting: [], sessions: new Set(), next: 4096 };

function bound(session, pdu) {
  const known = pdu.system_id === "answerable" && pdu.password === state.password;
  session.send(pdu.response({ command_status: known ? smpp.ESME_ROK : smpp.ESME_RINVPASWD }));
  if (!known) return session.close();
  if (pdu.command === "bind_receiver") {
    state.sessions.add(session);
    state.waiting.forEach((each) => deliver(session, each));
  }
}

function deliver(session, each) {
  session.deliver_sm(each.pdu, (answer) => {
    if (answer.command_status === 0) state.waiting = state.waiting.filter((other) => other !== each);
  });
}

function taken(session, pdu) {
  const { message, udh } = pdu.short_message || {};
  const words = pdu.message_payload ? pdu.message_payload.message || pdu.message_payload : message;
  const id = (state.next++).toString(16);
  const parts = (udh || []).map((each) => each.toString("hex"));
  const kept = { id, to: pdu.destination_addr, from: pdu.source_addr, coding: pdu.data_coding, udh: parts };
  state.sent.push({ ...kept, words: String(words), registered: pdu.registered_delivery });
  session.send(pdu.response({ message_id: id }));
}

smpp
  .createServer({}, (session) => {
    session.on("bind_receiver", (pdu) => bound(session, pdu));
    session.on("bind_transmitter", (pdu) => bound(session, pdu));
    session.on("submit_sm", (pdu) => taken(session, pdu));
    session.on("enquire_link", (pdu) => session.send(pdu.response()));
    session.on("unbind", (pdu) => { session.send(pdu.response()); session.close(); });
    session.on("close", () => state.sessions.delete(session));
    session.on("error", () => state.sessions.delete(session));
  })
  .listen(port, "127.0.0.1");

function hear(told) {
  const pdu = { source_addr_ton: 1, dest_addr_ton: 1, ...told };
  if (told.udh) pdu.short_message = { udh: Buffer.from(told.udh, "hex"), message: told.short_message };
  delete pdu.udh;
  const each = { pdu };
  state.waiting.push(each);
  state.sessions.forEach((session) => deliver(session, each));
}

http
  .createServer((request, response) => {
    let body = "";
    request.on("data", (part) => { body += part; });
    request.on("end", () => {
      const told = body ? JSON.parse(body) : {};
      if (request.url === "/hear") hear(told);
      if (request.url === "/password") state.password = told.password;
      if (request.url === "/drop") state.sessions.forEach((session) => session.destroy());
      const { sent, waiting, sessions } = state;
      response.end(JSON.stringify({ sent, waiting: waiting.length, bound: sessions.size }));
    });
  })
  .listen(control, "127.0.0.1");
