// Azurite finds a row by walking through all rows of its partition, and moves it in its indexes with every change, though its keys stay:
// both grow with the table. Here the rows of a table are found by both of their keys at once, and moved only when their place changes.
'use strict';

const rows = new WeakMap(); // Loki collection -> the ids of its documents by their keys; made when it is first asked
const stay = () => {};
const keyOf = ({ PartitionKey, RowKey }) => `${PartitionKey}\0${RowKey}`;

function rowsOf(collection) {
  let known = rows.get(collection);
  if (!known) {
    known = new Map(collection.data.map((document) => [keyOf(document), document.$loki]));
    rows.set(collection, known);
  }
  return known;
}

/// Quickens the collections of a Loki module; what they answer stays the same.
function install(Loki) {
  const collections = Loki.Collection.prototype;
  const { clear, findOne, insertOne, remove, removeBatchByPositions, update } = collections;

  collections.findOne = function (query) {
    const isRow = typeof query?.PartitionKey === 'string' && typeof query.RowKey === 'string' && Object.keys(query).length === 2;
    if (!isRow || this.cloneObjects) return findOne.call(this, query);
    const id = rowsOf(this).get(keyOf(query));
    return id === undefined ? null : this.get(id);
  };

  collections.insertOne = function (document, bulk) {
    const inserted = insertOne.call(this, document, bulk);
    if (inserted) rows.get(this)?.set(keyOf(inserted), inserted.$loki);
    return inserted;
  };

  collections.update = function (document) {
    const before = Array.isArray(document) || document.$loki === undefined ? null : this.get(document.$loki);

    // One that was changed where it lies does not tell what it was.
    const stays = before && before !== document && keyOf(before) === keyOf(document)
      && Object.keys(this.binaryIndices).every((key) => before[key] === document[key]);
    if (!stays) {
      rows.delete(this);
      return update.call(this, document);
    }

    this.adaptiveBinaryIndexUpdate = stay;
    try {
      return update.call(this, document);
    } finally {
      delete this.adaptiveBinaryIndexUpdate;
    }
  };

  collections.remove = function (document) {
    if (typeof document === 'object' && !Array.isArray(document)) rows.get(this)?.delete(keyOf(document));
    else rows.delete(this);
    return remove.call(this, document);
  };

  collections.removeBatchByPositions = function (positions) {
    rows.delete(this);
    return removeBatchByPositions.call(this, positions);
  };

  collections.clear = function (options) {
    rows.delete(this);
    return clear.call(this, options);
  };
}

module.exports = { install };
