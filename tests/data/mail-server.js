// A mail server for tests. What it does with a recipient is in the address; what it took, it prints as lines of JSON.
//   refused-*      is not accepted (550)
//   greylisted-*   is put off once for each address (451)
//   later-*        is put off always (451)
//   dropped-*      the connection breaks off once for each address, before the message is taken
//   poisoned-*     the connection breaks off always
//   unanswered-*   the message is taken, and the connection breaks off once for each address before the answer
"use strict";
const { readFileSync } = require("node:fs");
const { SMTPServer } = require("smtp-server");

const options = JSON.parse(process.argv[2]);
const seen = new Set();
const first = (what, address) => !seen.has(what + address) && seen.add(what + address);
const answer = (code, text) => Object.assign(new Error(text), { responseCode: code });

const server = new SMTPServer({
  secure: options.security === "tls",
  key: options.key && readFileSync(options.key),
  cert: options.cert && readFileSync(options.cert),
  disabledCommands: [...(options.security === "none" ? ["STARTTLS"] : []), ...(options.user ? [] : ["AUTH"])],
  authOptional: !options.user,
  disableReverseLookup: true,
  maxClients: 100,
  onAuth(auth, session, done) {
    if (auth.username === options.user && auth.password === options.password) return done(null, { user: auth.username });
    return done(answer(535, "5.7.8 Bad credentials"));
  },
  onRcptTo({ address }, session, done) {
    if (address.startsWith("refused-")) return done(answer(550, `5.1.1 No such user: ${address}`));
    if (address.startsWith("later-")) return done(answer(451, "4.7.1 Come back later"));
    if (address.startsWith("greylisted-") && first("greylisted", address)) return done(answer(451, "4.7.1 Greylisted, come back later"));
    return done();
  },
  onData(stream, session, done) {
    const address = session.envelope.rcptTo[0].address;
    const connection = [...server.connections].find(c => c.session === session || c.id === session.id);
    if (address.startsWith("dropped-") && first("dropped", address)) return connection._socket.destroy();
    if (address.startsWith("poisoned-")) return connection._socket.destroy();
    const chunks = [];
    stream.on("data", chunk => chunks.push(chunk));
    stream.on("end", () => {
      const raw = Buffer.concat(chunks);
      const message = {
        to: session.envelope.rcptTo.map(r => r.address),
        from: session.envelope.mailFrom.address,
        secure: session.secure,
        user: session.user || null,
        raw: options.quiet ? "" : raw.toString("base64"),
        id: /^message-id:\s*<([^>]*)>/im.exec(raw.toString("latin1"))?.[1] ?? "",
      };
      process.stdout.write(JSON.stringify(message) + "\n");
      if (address.startsWith("unanswered-") && first("unanswered", address)) return connection._socket.destroy();
      done(null, "2.0.0 Taken");
    });
  },
});

server.on("error", () => {});
server.listen(options.port || 0, "127.0.0.1", () => process.stdout.write(JSON.stringify({ port: server.server.address().port }) + "\n"));

// The server ends with whoever started it.
process.stdin.on("end", () => process.exit()).resume();
