// Builds the page for the .NET build: installs packages when the lock file changed, bundles, and compresses what came out.
// Several builds may run at once, so one takes the lock and the others wait for what it makes.
import { createHash } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, extname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const root = dirname(fileURLToPath(import.meta.url))
const dist = join(root, 'dist')
const lock = join(root, '.building')
const sources = ['build.mjs', 'index.html', 'package.json', 'package-lock.json', 'public', 'src', 'tsconfig.json', 'vite.config.ts']
const compressible = new Set(['.css', '.html', '.js', '.json', '.svg'])
const lockStaleMs = 120_000

const filesOf = path => statSync(path).isDirectory()
  ? readdirSync(path).sort().flatMap(name => filesOf(join(path, name))) : [path]

const hashOf = paths => {
  const hash = createHash('sha256')
  for (const file of paths) hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0')
  return hash.digest('hex')
}

const stampOf = path => existsSync(path) ? readFileSync(path, 'utf8') : ''

// For a build that cannot have the page: it goes on without.
const giveUp = sentence => {
  console.log(`The dashboard was not built: ${sentence} The rest works without it.`)
  process.exit(0)
}

const npm = args => spawnSync('npm', args, { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' })

function takeLock() {
  for (;;) {
    try {
      mkdirSync(lock)
      const beat = setInterval(() => writeFileSync(join(lock, 'alive'), ''), 10_000)
      beat.unref()
      writeFileSync(join(lock, 'alive'), '')
      return
    } catch (fault) {
      if (fault.code !== 'EEXIST') throw fault
    }

    // A build that was killed leaves its lock behind.
    const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    if (age > lockStaleMs) rmSync(lock, { recursive: true, force: true })
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
  }
}

function install() {
  const stamp = join(root, 'node_modules', '.installed')
  const wanted = hashOf([join(root, 'package-lock.json')])
  if (stampOf(stamp) === wanted) return
  const run = npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  if (run.error || run.status !== 0) giveUp(`npm ci failed (${(run.stderr ?? String(run.error)).trim().split('\n')[0]}).`)
  writeFileSync(stamp, wanted)
}

function bundle() {
  const made = join(root, 'node_modules', '.dist')
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const run = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn', '--outDir', made, '--emptyOutDir'], { cwd: root, stdio: 'inherit' })
  if (run.status !== 0) process.exit(run.status ?? 1)
  return made
}

function compress(folder) {
  for (const file of filesOf(folder).filter(f => compressible.has(extname(f)))) {
    const content = readFileSync(file)
    const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }
    writeFileSync(`${file}.br`, brotliCompressSync(content, options))
    writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }))
  }
}

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) giveUp(`it needs Node 20.19 or later, not ${process.versions.node}.`)

takeLock()
process.on('exit', () => rmSync(lock, { recursive: true, force: true }))
const inputs = hashOf(sources.map(s => join(root, s)).filter(existsSync).flatMap(filesOf))
const stamp = join(dist, '.built')
if (stampOf(stamp) !== inputs) {
  install()
  const made = bundle()
  compress(made)

  // Renamed when it is whole, so that no compiler embeds half of it.
  const next = `${dist}.next`
  rmSync(next, { recursive: true, force: true })
  cpSync(made, next, { recursive: true })
  writeFileSync(join(next, '.built'), inputs)
  rmSync(dist, { recursive: true, force: true })
  renameSync(next, dist)
} else {
  // Newer than its sources, so that the next build need not ask.
  utimesSync(stamp, new Date(), new Date())
}
