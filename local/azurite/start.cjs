// Azurite as a child of the local host: it lives as long as its standard input is open, so it ends, and saves
// its metadata, even when the host was killed.
'use strict';
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const { CompiledModules } = require('./compiled.cjs');
const journal = require('./journal.cjs');
const lookups = require('./lookups.cjs');
const { Reserve, guard, isFull } = require('./reserve.cjs');
const { skipModules, skipHashes, skipFlushes } = require('./unasked.cjs');

const [, , main, folderLock, ...azuriteArguments] = process.argv;
const compiled = new CompiledModules(main);

// Ctrl+C reaches the whole process group, but storage has to outlive the host's drain: only the pipe decides.
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
for (const signal of signals) process.on(signal, () => {});
const once = process.once;
process.once = function (event, listener) {
  return signals.includes(event) ? this : once.call(this, event, listener);
};

function stop() {
  // Azurite listens for this message once its servers are up; before that there is nothing to save.
  if (!process.emit('message', 'shutdown')) process.exit(0);

  // Each of the three services says when it has saved. Clients that keep their connections would hold the process.
  const log = console.log;
  let open = 3;
  console.log = (text) => {
    log(text);
    if (!/successfully closed$/.test(text) || --open > 0) return;
    compiled.keep();
    process.exit(0);
  };
}

function isHeld(address) {
  return new Promise((resolve) => {
    const socket = net.connect(address, () => { socket.destroy(); resolve(true); });
    socket.on('error', () => resolve(false));
  });
}

function hold(address) {
  return new Promise((resolve, reject) => {
    net.createServer((socket) => socket.destroy()).on('error', reject).listen(address, resolve).unref();
  });
}

// The Azurite of a host that was killed may still be saving to this folder.
async function takeFolder(address) {
  for (const deadline = Date.now() + 30_000; ;) {
    try {
      return await hold(address);
    } catch (error) {
      if (error.code !== 'EADDRINUSE') throw error;
    }
    if (!await isHeld(address)) fs.rmSync(address, { force: true });
    else if (Date.now() > deadline) throw new Error('Another Azurite is using this data folder.');
    else await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

// Azure has no such error; 507 is what a server says whose disk is full, and what no client tries again.
function refuse(database, error) {
  const service = database.includes('_table_') ? 'table' : database.includes('_queue_') ? 'queue' : 'blob';
  const { default: StorageError } = require(path.join(path.dirname(main), service, 'errors', 'StorageError.js'));
  return new StorageError(507, 'InsufficientStorage', `The data folder cannot be written to: ${error.message}`, '');
}

// The bytes of blobs lie in files of their own.
function refuseWhenFull() {
  const { default: Extents } = require(path.join(path.dirname(main), 'common', 'persistence', 'FSExtentStore.js'));
  const { appendExtent } = Extents.prototype;
  Extents.prototype.appendExtent = async function (...given) {
    try {
      return await appendExtent.apply(this, given);
    } catch (error) {
      throw isFull(error) ? refuse('', error) : error;
    }
  };
}

// Azurite moves bytes in pieces of 16 and 64 kB, each of which costs its one thread a turn. In pieces of a megabyte a file of 119 MB is
// stored with 0.5 s of processor time instead of 1.9, and read with 0.08 s instead of 0.7.
function widenBuffers() {
  for (const open of ['createReadStream', 'createWriteStream']) {
    const original = fs[open];
    fs[open] = (file, options) => {
      const given = typeof options === 'string' ? { encoding: options } : options;
      return original(file, { highWaterMark: 1 << 20, ...given });
    };
  }
}

// A batch whose undoing fails would otherwise be open for ever, and every later one be refused.
function endBatches() {
  const { default: Tables } = require(path.join(path.dirname(main), 'table', 'persistence', 'LokiTableMetadataStore.js'));
  const { endBatchTransaction } = Tables.prototype;
  Tables.prototype.endBatchTransaction = async function (...given) {
    try {
      return await endBatchTransaction.apply(this, given);
    } finally {
      this.transactionRollbackTheseEntities = [];
      this.transactionDeleteTheseEntities = [];
    }
  };
}

function quickenQueries() {
  const persistence = path.join(path.dirname(main), 'table', 'persistence');
  const { default: Tables } = require(path.join(persistence, 'LokiTableMetadataStore.js'));
  const { default: Generator } = require(path.join(persistence, 'LokiTableStoreQueryGenerator.js'));
  lookups.installQueries(Tables, Generator);
}

// Nobody reads any more when the host was killed; that must not keep Azurite from saving.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

process.stdin.on('end', stop).on('error', stop).resume();
takeFolder(folderLock).then(
  () => {
    process.argv = [process.argv[0], main, ...azuriteArguments];
    compiled.install();
    skipModules();
    skipHashes(main);
    skipFlushes();
    refuseWhenFull();
    widenBuffers();
    endBatches();
    const reserve = new Reserve(azuriteArguments[azuriteArguments.indexOf('--location') + 1]);
    guard(reserve, refuse);
    const loki = require(require.resolve('lokijs', { paths: [main] }));
    lookups.install(loki);
    quickenQueries();
    journal.install(loki, reserve, refuse);
    require(main);
  },
  (error) => {
    console.error(error.message);
    process.exit(1);
  });
