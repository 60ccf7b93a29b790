// Azurite answers from memory and saves some seconds later. Here every change of its metadata is written beside the database before it
// is answered, so that what was acknowledged outlives the death of both processes at any moment. A save begins a new journal, and
// removes the older ones once it has succeeded; what is found at the start is applied to what was saved last.
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const journals = new Map(); // Loki database -> Journal
const owners = new WeakMap(); // Loki collection -> its Journal

class Journal {
  constructor(database, reserve, refuse) {
    this.file = database.filename;
    this.reserve = reserve;
    this.refuse = refuse;
    this.numbers = this.find();
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

  // Called in the moment in which the database is serialized: what comes later belongs to the next journal. Without a next one, as when
  // the disk is full, this one goes on.
  rotate() {
    if (this.length === 0) return this.numbers.slice(0, -1);
    const older = this.numbers.slice();
    const { descriptor } = this;
    this.open();
    fs.closeSync(descriptor);
    return older;
  }

  forget(older) {
    this.numbers = this.numbers.filter((number) => !older.includes(number));
    for (const number of older) fs.rmSync(this.nameOf(number), { force: true });
  }

  write(change) {
    const line = Buffer.from(JSON.stringify(change) + '\n');
    try {
      this.reserve.write(() => {
        for (let done = 0; done < line.length;) done += fs.writeSync(this.descriptor, line, done, line.length - done, this.length + done);
      });
      this.length += line.length;
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

/// Journals the databases of a Loki module, at need in the space that is kept for it. `refuse` words an error of the disk.
function install(Loki, reserve, refuse) {
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
