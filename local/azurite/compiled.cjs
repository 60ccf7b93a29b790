// Azurite is hundreds of modules. To find them and to compile them is most of its start, and comes out the same each time: what was
// found and compiled is kept beside them, in a file for each version of Node. What does not come from there is found and compiled as ever.
'use strict';
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const v8 = require('node:v8');
const vm = require('node:vm');

class CompiledModules {
  constructor(main) {
    const file = fs.realpathSync(main);
    this.root = file.slice(0, file.lastIndexOf('node_modules')); // Written by an installation, and never changed
    this.file = path.join(this.root, `compiled-${process.version}-${process.arch}`);
    this.kept = read(this.file);
    this.paths = this.kept?.paths ?? new Map(); // folder and request -> file
    this.scripts = new Map(); // file -> its script
  }

  install() {
    const compiled = this;
    const resolve = Module._resolveFilename;
    Module._resolveFilename = function (request, parent, isMain, options) {
      if (options !== undefined || !parent?.filename?.startsWith(compiled.root)) return resolve.apply(this, arguments);
      const key = `${path.dirname(parent.filename)}\n${request}`;
      let found = compiled.paths.get(key);
      if (found === undefined) compiled.paths.set(key, found = resolve.apply(this, arguments));
      return found;
    };

    const compile = Module.prototype._compile;
    Module.prototype._compile = function (content, filename, ...others) {
      const script = filename.startsWith(compiled.root) && /\.c?js$/.test(filename) ? compiled.compile(content, filename) : undefined;
      if (script === undefined) return compile.call(this, content, filename, ...others);
      const require = Module.createRequire(filename);
      return script.runInThisContext().call(this.exports, this.exports, require, this, filename, path.dirname(filename));
    };
  }

  compile(content, filename) {
    const cachedData = this.kept?.scripts.get(filename);
    try {
      const script = new vm.Script(Module.wrap(content.replace(/^#!.*/, '')), { filename, cachedData });
      if (script.cachedDataRejected) this.kept = undefined; // Of another build of V8, or other flags
      this.scripts.set(filename, script);
      return script;
    } catch (error) {
      if (error instanceof SyntaxError) return undefined; // As an ES module it is none
      throw error;
    }
  }

  // Once Azurite has run: then what it called is compiled as well.
  keep() {
    if (this.kept !== undefined) return;
    const scripts = new Map([...this.scripts].map(([file, script]) => [file, script.createCachedData()]));
    const unfinished = `${this.file}.${process.pid}`;
    try {
      fs.writeFileSync(unfinished, v8.serialize({ paths: this.paths, scripts }));
      fs.renameSync(unfinished, this.file);
    } catch (error) {
      // Azurite starts without it.
      console.error(`What Azurite's modules were compiled to is not kept: ${error.message}`);
    }
  }
}

function read(file) {
  try {
    return v8.deserialize(fs.readFileSync(file));
  } catch {
    return undefined; // There is none, or it was cut off
  }
}

module.exports = { CompiledModules };
