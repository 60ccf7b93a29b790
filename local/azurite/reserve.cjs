// A change that Azurite has begun must not fail half way: an update there is a removal and an insertion, and a batch that cannot be undone
// locks its table. So a file of some size is kept beside the databases. When the disk is full it is given up, and what had begun ends; until
// it fits again, changes are refused before they begin.
'use strict';
const crypto = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');

const size = 8 << 20; // Far above what one request changes: a batch of a table has at most 4 MiB.
const isFull = (error) => error.code === 'ENOSPC' || error.code === 'EDQUOT';

class Reserve {
  constructor(folder) {
    this.file = path.join(folder, 'reserve');
    this.isKept = false;
  }

  // Random, since a disk that compresses would keep no space for zeros.
  keep() {
    if (this.isKept) return;
    try {
      fs.writeFileSync(this.file, crypto.randomBytes(size));
      this.isKept = true;
    } catch (error) {
      fs.rmSync(this.file, { force: true });
      throw error;
    }
  }

  // Runs a write, if need be in the space that was kept for it.
  write(action) {
    try {
      return action();
    } catch (error) {
      if (!isFull(error) || !this.isKept) throw error;
      fs.rmSync(this.file, { force: true });
      this.isKept = false;
      return action();
    }
  }
}

/// Answers every change while there is no space for it. `refuse` words the error of the disk.
function guard(reserve, refuse) {
  const { emit } = http.Server.prototype;
  http.Server.prototype.emit = function (event, request, response) {
    if (event !== 'request' || request.method === 'GET' || request.method === 'HEAD') return emit.apply(this, arguments);
    try {
      reserve.keep();
    } catch (error) {
      request.resume();
      const { statusCode, headers, body, contentType } = refuse('', error);
      response.writeHead(statusCode, { ...headers, 'content-type': contentType });
      response.end(body);
      return true;
    }
    return emit.apply(this, arguments);
  };
}

module.exports = { Reserve, guard, isFull };
