// Azurite finds a row by walking through all rows of its partition, answers each query by walking through all rows of the table, and moves a
// row in its indexes with every change, though its keys stay: all of that grows with the table. Here the rows of a table are found by their
// partition and by both of their keys, a query of one partition, or of those between two keys, walks through that part of them which its row
// keys mean until its page is full, and a row is moved only when its place changes. Blobs and blocks are found by their names as rows are.
'use strict';

// Loki collection -> partition -> { ids: row key -> a document's id, sorted: the row keys in order, null when they have changed }; made when
// it is first asked.
const tables = new WeakMap();

// The partitions of a table in order, until there is another.
const orders = new WeakMap();
const stay = () => {};

// A row's keys; those of a blob's documents and of its blocks are its name, and what tells them apart.
function keysOf({ PartitionKey, RowKey, accountName, containerName, blobName, name, $loki }) {
  return containerName === undefined ? { PartitionKey, RowKey }
    : { PartitionKey: `${accountName}\0${containerName}\0${blobName ?? name}`, RowKey: $loki };
}

// Names of blobs never change; one that is changed where it lies is the same then.
const isBlob = (document) => typeof document.containerName === 'string';
const isSame = (before, document) => isBlob(before) || (before !== document
  && before.PartitionKey === document.PartitionKey && before.RowKey === document.RowKey);

function add(known, document) {
  const { $loki } = document;
  const { PartitionKey, RowKey } = keysOf(document);
  let partition = known.get(PartitionKey);
  if (!partition) {
    known.set(PartitionKey, partition = { ids: new Map(), sorted: null });
    orders.delete(known);
  }
  if (!partition.ids.has(RowKey)) partition.sorted = null;
  partition.ids.set(RowKey, $loki);
}

function forget(known, document) {
  const { PartitionKey, RowKey } = keysOf(document);
  const partition = known.get(PartitionKey);
  if (!partition?.ids.delete(RowKey)) return;
  partition.sorted = null;
  if (partition.ids.size > 0) return;
  known.delete(PartitionKey);
  orders.delete(known);
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

  // Of what a query asks for, Loki looks up the first alone, the account, and walks through all that the account has.
  const { find } = Loki.Resultset.prototype;
  Loki.Resultset.prototype.find = function (query, firstOnly) {
    const names = [query?.accountName, query?.containerName, query?.blobName ?? query?.name];
    if (this.filterInitialized || !names.every((name) => typeof name === 'string')) return find.call(this, query, firstOnly);
    const ids = rowsOf(this.collection).get(names.join('\0'))?.ids.values() ?? [];
    this.filteredrows = Array.from(ids, (id) => this.collection.get(id, true)[1]).sort((a, b) => a - b);
    this.filterInitialized = true;
    return find.call(this, query, firstOnly);
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
    const stays = before && isSame(before, document)
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
    const known = tables.get(this);
    if (known) for (const position of positions) forget(known, this.data[position]);
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

// From where to where a key's conditions reach; undefined where they leave an end open.
function rangeOf(conditions, key, next) {
  const values = (...operators) => conditions.filter((c) => c.key === key && operators.includes(c.operator)).map((c) => c.value);
  const starts = values('gt', 'ge', 'eq').concat(next === undefined ? [] : [next]);
  const ends = values('lt', 'le', 'eq');
  return { from: starts.sort().at(-1), to: ends.sort()[0] };
}

function orderOf(known) {
  let order = orders.get(known);
  if (!order) orders.set(known, order = [...known.keys()].sort());
  return order;
}

// The keys of a sorted list that lie in a range, its ends included: what is asked for besides is decided row by row.
function* within(sorted, { from, to }) {
  for (let i = from === undefined ? 0 : placeOf(sorted, from); i < sorted.length && !(sorted[i] > to); i++) yield sorted[i];
}

// Rows with the columns that are selected: Azurite makes its answer of all that a row has, and leaves out at last what nobody asked for.
function narrow(rows, select) {
  const names = select?.split(',').map((name) => name.trim()).filter((name) => name.length > 0);
  if (!names?.length) return rows;
  return rows.map(({ PartitionKey, RowKey, eTag, lastModifiedTime, properties }) => {
    const kept = {};
    for (const name of names.flatMap((own) => [own, `${own}@odata.type`])) {
      if (Object.hasOwn(properties, name)) kept[name] = properties[name];
    }
    return { PartitionKey, RowKey, eTag, lastModifiedTime, properties: kept };
  });
}

/// Quickens queries of a partition, or of those between two keys; what they answer stays the same.
function installQueries(Tables, Generator) {
  const { queryTableEntities } = Tables.prototype;
  Tables.prototype.queryTableEntities = async function (context, account, table, options, nextPartition, nextRow) {
    const conditions = options.filter && conditionsOf(options.filter);
    const [partitionAhead, rowAhead] = [nextPartition, nextRow].map((header) => this.decodeContinuationHeader(header));
    const partitions = conditions ? rangeOf(conditions, 'PartitionKey', partitionAhead) : {};
    if (partitions.from === undefined && partitions.to === undefined)
      return queryTableEntities.call(this, context, account, table, options, nextPartition, nextRow);

    const collection = this.getEntityCollection(account, table, context);
    const isMeant = Generator.generateQueryForPersistenceLayer(options, context);
    const most = this.getMaxResultsOption(options);
    const known = rowsOf(collection);
    const found = [];
    const one = partitions.from === partitions.to ? [partitions.from].filter((key) => known.has(key)) : null;
    for (const key of one ?? within(orderOf(known), partitions)) {
      const partition = known.get(key);
      partition.sorted ??= [...partition.ids.keys()].sort();
      for (const row of within(partition.sorted, rangeOf(conditions, 'RowKey', key === partitionAhead ? rowAhead : undefined))) {
        if (found.length > most) break;
        const document = collection.get(partition.ids.get(row));
        if (isMeant(document)) found.push(document);
      }
      if (found.length > most) break;
    }
    const place = this.adjustQueryResultforTop(found, most);
    return [narrow(found, options.select), place.nextPartitionKeyResponse, place.nextRowKeyResponse];
  };
}

module.exports = { install, installQueries };
