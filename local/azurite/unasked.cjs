// Azurite does what nobody asked for; here it does not.
'use strict';
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { Readable } = require('node:stream');

// Clients of SQL databases and of Application Insights: with its data in files and its telemetry off Azurite only names their classes,
// while loading them is two fifths of its start.
const unused = ['sequelize', 'applicationinsights'];

function skipModules() {
  if (process.env.AZURITE_DB) return;
  const load = Module._load;
  Module._load = function (request, ...others) {
    return unused.includes(request) ? standIn(request) : load.call(this, request, ...others);
  };
}

// Can be inherited from, and says so if it is ever made use of.
function standIn(name) {
  const fail = () => { throw new Error(`Azurite was started without ${name}.`); };
  class Absent {
    constructor() { fail(); }
  }
  return new Proxy({}, { get: (_, member) => member === '__esModule' ? true : Absent });
}

// A staged block is read again from its file and hashed, a third of what it costs, even if the request has no hash to compare with: then
// the result is dropped.
function skipHashes(main) {
  const { default: Blocks } = require(path.join(path.dirname(main), 'blob', 'handlers', 'BlockBlobHandler.js'));
  const { stageBlock } = Blocks.prototype;
  Blocks.prototype.stageBlock = function (blockId, contentLength, body, options, context) {
    const isHashed = ['content-md5', 'x-ms-blob-content-md5'].some((name) => context.request.getHeader(name));
    return stageBlock.call(isHashed ? this : withoutReading(this), blockId, contentLength, body, options, context);
  };
}

// The bytes of each block are flushed to the disk before it is acknowledged, half of what an upload takes. The metadata that says what they
// are is not (journal.cjs): what is acknowledged outlives every process, but not the machine, and a flush of one half does not help.
function skipFlushes() {
  fs.fdatasync = (descriptor, done) => setImmediate(done, null);
}

function withoutReading(handler) {
  const store = Object.create(handler.extentStore, { readExtent: { value: async () => Readable.from([]) } });
  return Object.create(handler, { extentStore: { value: store } });
}

module.exports = { skipModules, skipHashes, skipFlushes };
