// Azurite finds a row by walking through all rows of its partition, answers each query by walking through all rows of the table, and moves a
// row in its indexes with every change, though its keys stay: all of that grows with the table. Here the rows of a table are found by their
// partition and by both of their keys, a query of one partition walks through that part of it which its row keys mean until its page is full,
// and a row is moved only when its place changes.
'use strict';

// Loki collection -> partition -> { ids: row key -> a document's id, sorted: the row keys in order, null when they have changed }; made when
// it is first asked.
const tables = new WeakMap();
const stay = () => {};
const keyOf = ({ PartitionKey, RowKey }) => `${PartitionKey}\0${RowKey}`;

function add(known, { PartitionKey, RowKey, $loki }) {
  let partition = known.get(PartitionKey);
  if (!partition) known.set(PartitionKey, partition = { ids: new Map(), sorted: null });
  if (!partition.ids.has(RowKey)) partition.sorted = null;
  partition.ids.set(RowKey, $loki);
}

function forget(known, { PartitionKey, RowKey }) {
  const partition = known.get(PartitionKey);
  if (!partition?.ids.delete(RowKey)) return;
  partition.sorted = null;
  if (partition.ids.size === 0) known.delete(PartitionKey);
}

function rowsOf(collection) {
  let known = tables.get(collection);
  if (!known) {
    known = new Map();
    for (const document of collection.data) add(known, document);
    tables.set(collection, known);
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
    const id = rowsOf(this).get(query.PartitionKey)?.ids.get(query.RowKey);
    return id === undefined ? null : this.get(id);
  };

  collections.insertOne = function (document, bulk) {
    const inserted = insertOne.call(this, document, bulk);
    const known = tables.get(this);
    if (inserted && known) add(known, inserted);
    return inserted;
  };

  collections.update = function (document) {
    const before = Array.isArray(document) || document.$loki === undefined ? null : this.get(document.$loki);

    // One that was changed where it lies does not tell what it was.
    const stays = before && before !== document && keyOf(before) === keyOf(document)
      && Object.keys(this.binaryIndices).every((key) => before[key] === document[key]);
    if (!stays) {
      tables.delete(this);
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
    const known = tables.get(this);
    if (typeof document === 'object' && !Array.isArray(document) && known) forget(known, document);
    else tables.delete(this);
    return remove.call(this, document);
  };

  collections.removeBatchByPositions = function (positions) {
    tables.delete(this);
    return removeBatchByPositions.call(this, positions);
  };

  collections.clear = function (options) {
    tables.delete(this);
    return clear.call(this, options);
  };
}

// The conditions that must hold whatever the others say: those that no "or" and no parenthesis is about. Null where an "or" is.
function conditionsOf(filter) {
  const conditions = [];
  const words = filter.match(/'(?:[^']|'')*'|[()]|[^\s()']+/g) ?? [];
  for (let i = 0, depth = 0; i < words.length; i++) {
    if (words[i] === '(') depth++;
    else if (words[i] === ')') depth--;
    else if (depth === 0 && /^(or|not)$/i.test(words[i])) return null;
    else if (depth === 0 && words[i + 2]?.startsWith("'") && /^(PartitionKey|RowKey)$/.test(words[i])) {
      conditions.push({ key: words[i], operator: words[i + 1], value: words[i + 2].slice(1, -1).replaceAll("''", "'") });
      i += 2;
    }
  }
  return conditions;
}

// The place in a sorted list from which on everything is at or behind a key.
function placeOf(sorted, key) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/// Quickens queries of one partition; what they answer stays the same.
function installQueries(Tables, Generator) {
  const { queryTableEntities } = Tables.prototype;
  Tables.prototype.queryTableEntities = async function (context, account, table, options, nextPartition, nextRow) {
    const conditions = options.filter && conditionsOf(options.filter);
    const wanted = conditions?.find(({ key, operator }) => key === 'PartitionKey' && operator === 'eq')?.value;
    if (wanted === undefined) return queryTableEntities.call(this, context, account, table, options, nextPartition, nextRow);

    const collection = this.getEntityCollection(account, table, context);
    const isMeant = Generator.generateQueryForPersistenceLayer(options, context);
    const most = this.getMaxResultsOption(options);
    const partition = rowsOf(collection).get(wanted);
    const sorted = partition ? partition.sorted ??= [...partition.ids.keys()].sort() : [];
    const rows = conditions.filter(({ key }) => key === 'RowKey');
    const starts = rows.filter(({ operator }) => operator === 'gt' || operator === 'ge' || operator === 'eq').map(({ value }) => value);
    const ends = rows.filter(({ operator }) => operator === 'lt' || operator === 'le' || operator === 'eq').map(({ value }) => value);
    const next = this.decodeContinuationHeader(nextRow);
    if (next !== undefined && this.decodeContinuationHeader(nextPartition) === wanted) starts.push(next);
    const found = [];
    for (let i = starts.length > 0 ? placeOf(sorted, starts.reduce((a, b) => (a > b ? a : b))) : 0; i < sorted.length; i++) {
      if (found.length > most || ends.some((end) => sorted[i] > end)) break;
      const row = collection.get(partition.ids.get(sorted[i]));
      if (isMeant(row)) found.push(row);
    }
    const place = this.adjustQueryResultforTop(found, most);
    return [found, place.nextPartitionKeyResponse, place.nextRowKeyResponse];
  };
}

module.exports = { install, installQueries };
