// Azurite answers from memory and saves some seconds later. Here every change of its metadata is written beside the database before it
// is answered, so that what was acknowledged outlives the death of both processes at any moment. What gathers until the next answer is
// written at once: a batch of a hundred rows is one write, not two hundred. A save begins a new journal, and removes the older ones once
// it has succeeded; what is found at the start is applied to what was saved last.
//
// A save writes the whole database, during which Azurite answers nobody. Done every five seconds, as Azurite would, most of its time went
// into saves once a database had a hundred thousand rows; since the journal has everything, it waits until that has grown by as much as
// there is to write: what a change costs does not depend on how many there are.
'use strict';
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');

const journals = new Map(); // Loki database -> Journal
const owners = new WeakMap(); // Loki collection -> its Journal
const unwritten = new Set(); // Journals with changes that are not in their files

const minSave = 1 << 20; // Of a small database a save costs nothing
const share = 0.5; // Of the database's size; so much is applied at the start at most

class Journal {
  constructor(database, reserve, refuse) {
    this.file = database.filename;
    this.reserve = reserve;
    this.refuse = refuse;
    this.lines = [];
    this.numbers = this.find();
    this.earlier = this.numbers.reduce((sum, number) => sum + fs.statSync(this.nameOf(number)).size, 0);
    this.applied = this.recover(database);
    this.open();
  }

  find() {
    const name = path.basename(this.file) + '.journal.';
    return fs.readdirSync(path.dirname(this.file))
      .filter((file) => file.startsWith(name)).map((file) => Number(file.slice(name.length))).sort((a, b) => a - b);
  }

  nameOf(number) {
    return `${this.file}.journal.${number}`;
  }

  open() {
    const number = (this.numbers.at(-1) ?? 0) + 1;
    this.descriptor = fs.openSync(this.nameOf(number), 'w');
    this.length = 0;
    this.numbers.push(number);
  }

  isWorthSaving() {
    const saved = fs.statSync(this.file, { throwIfNoEntry: false })?.size ?? 0;
    return this.earlier + this.length >= Math.max(minSave, share * saved);
  }

  // Called in the moment in which the database is serialized: what comes later belongs to the next journal. Without a next one, as when
  // the disk is full, this one goes on.
  rotate() {
    this.flush();
    if (this.length === 0) return this.numbers.slice(0, -1);
    const older = this.numbers.slice();
    const { descriptor, length } = this;
    this.open();
    this.earlier += length;
    fs.closeSync(descriptor);
    return older;
  }

  forget(older) {
    this.numbers = this.numbers.filter((number) => !older.includes(number));
    for (const number of older) fs.rmSync(this.nameOf(number), { force: true });
    this.earlier = 0;
  }

  // As text, since the document goes on changing.
  write(change) {
    this.lines.push(JSON.stringify(change) + '\n');
    if (unwritten.size === 0) setImmediate(flushLater);
    unwritten.add(this);
  }

  flush() {
    if (this.lines.length === 0) return;
    const lines = Buffer.from(this.lines.join(''));
    try {
      this.reserve.write(() => {
        for (let done = 0; done < lines.length;) done += fs.writeSync(this.descriptor, lines, done, lines.length - done, this.length + done);
      });
      this.length += lines.length;
      this.lines = [];
      unwritten.delete(this);
    } catch (error) {
      fs.ftruncateSync(this.descriptor, this.length);
      throw this.refuse(error);
    }
  }

  // A line that was cut off belongs to a change that nobody was told of.
  *changes() {
    for (const number of this.numbers) {
      for (const line of fs.readFileSync(this.nameOf(number), 'utf8').split('\n')) {
        if (line.length === 0) continue;
        try {
          yield JSON.parse(line);
        } catch {
          break;
        }
      }
    }
  }

  recover(database) {
    const documents = new Map(); // collection -> its documents by id
    let applied = 0;
    for (const { collection: name, options, gone, put, remove } of this.changes()) {
      applied++;
      if (gone) database.removeCollection(name);
      else if (options !== undefined) database.addCollection(name, options ?? undefined);
      const collection = database.getCollection(name);
      if (collection === null || (put === undefined && remove === undefined)) continue;

      if (!documents.has(collection)) documents.set(collection, new Map(collection.data.map((document) => [document.$loki, document])));
      if (put !== undefined) documents.get(collection).set(put.$loki, put);
      else for (const id of remove) documents.get(collection).delete(id);
      collection.maxId = Math.max(collection.maxId, put?.$loki ?? 0);
    }

    for (const [collection, byId] of documents) {
      collection.data = [...byId.values()].sort((a, b) => a.$loki - b.$loki);
      collection.idIndex = null;
      collection.ensureId();
      collection.constraints.unique = {};
      collection.ensureAllIndexes(true);
      collection.dirty = true;
    }

    return applied;
  }
}

function flush() {
  for (const journal of unwritten) journal.flush();
}

// For changes that nobody waits for. What cannot be written now is tried again before the next answer, which tells of the trouble.
function flushLater() {
  try {
    flush();
  } catch (error) {
    console.log(`Azurite could not write its journal: ${error.message}`);
  }
}

// No byte of an answer leaves before what it acknowledges is written. Without that the client gets none, and asks again.
function holdAnswers() {
  const { writeHead } = http.ServerResponse.prototype;
  http.ServerResponse.prototype.writeHead = function (...given) {
    try {
      flush();
    } catch (error) {
      console.log(`Azurite could not write its journal: ${error.message}`);
      this.destroy();
      return this;
    }
    return writeHead.apply(this, given);
  };
}

/// Journals the databases of a Loki module, at need in the space that is kept for it. `refuse` words an error of the disk.
function install(Loki, reserve, refuse) {
  holdAnswers();
  const loading = new WeakSet();
  const { addCollection, removeCollection, loadDatabaseInternal, saveDatabaseInternal } = Loki.prototype;

  function begin(database) {
    if (journals.has(database) || loading.has(database) || database.options.persistenceMethod !== 'fs') return journals.get(database);
    loading.add(database);
    const journal = new Journal(database, reserve, (error) => refuse(database.filename, error));
    loading.delete(database);
    journals.set(database, journal);
    for (const collection of database.collections) owners.set(collection, journal);
    if (journal.applied > 0) console.log(`Azurite found ${journal.applied} changes that it had not saved in ${path.basename(database.filename)}`);
    return journal;
  }

  Loki.prototype.loadDatabaseInternal = function (options, callback) {
    loading.add(this);
    return loadDatabaseInternal.call(this, options, (error) => {
      loading.delete(this);
      if (!error) begin(this);
      callback(error);
    });
  };

  Loki.prototype.addCollection = function (name, options) {
    const journal = begin(this);
    const known = this.collections.some((collection) => collection.name === name);
    const collection = addCollection.call(this, name, options);
    if (journal && !known) {
      owners.set(collection, journal);
      journal.write({ collection: name, options: options ?? null });
    }
    return collection;
  };

  Loki.prototype.removeCollection = function (name) {
    removeCollection.call(this, name);
    journals.get(this)?.write({ collection: name, gone: true });
  };

  Loki.prototype.saveDatabaseInternal = function (callback) {
    const journal = journals.get(this);

    // Asked for by its clock; one that closes is saved whatever there is.
    if (journal && this.autosaveHandle !== null && !journal.isWorthSaving()) return callback?.();
    let older;
    try {
      older = journal?.rotate();
    } catch (error) {
      // The journal has all that is not saved; the next save begins anew.
      return callback?.(error);
    }

    return saveDatabaseInternal.call(this, (error) => {
      if (journal && !error) journal.forget(older);
      callback?.(error);
    });
  };

  const collections = Loki.Collection.prototype;
  const { insertOne, update, remove, removeBatchByPositions } = collections;

  collections.insertOne = function (document, bulk) {
    const inserted = insertOne.call(this, document, bulk);
    if (inserted) owners.get(this)?.write({ collection: this.name, put: inserted });
    return inserted;
  };

  collections.update = function (document) {
    const updated = update.call(this, document);
    if (updated) owners.get(this)?.write({ collection: this.name, put: updated });
    return updated;
  };

  collections.remove = function (document) {
    const id = typeof document === 'number' ? document : document.$loki;
    if (id !== undefined) owners.get(this)?.write({ collection: this.name, remove: [id] });
    return remove.call(this, document);
  };

  collections.removeBatchByPositions = function (positions) {
    this.ensureId();
    const ids = positions.map((position) => this.idIndex[position]);
    if (ids.length > 0) owners.get(this)?.write({ collection: this.name, remove: ids });
    removeBatchByPositions.call(this, positions);
  };
}

module.exports = { install };
