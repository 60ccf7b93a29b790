// Writes the types of the API from its own description: npm run types -- http://localhost:7071/api/openapi.json
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import openapiTS, { astToString } from 'openapi-typescript'

const folder = join(import.meta.dirname, 'src/api')
const place = '#/components/schemas/'

/** What the page reads, and what that is made of. */
function partsOf(schemas) {
  const wanted = [...readFileSync(join(folder, 'types.ts'), 'utf8').matchAll(/Schema<'(\w+)'>/g)].map(match => match[1])
  const found = new Map()
  while (wanted.length) {
    const name = wanted.pop()
    if (found.has(name) || !schemas[name]) continue
    found.set(name, schemas[name])
    for (const [, inner] of JSON.stringify(schemas[name]).matchAll(/"\$ref":"([^"]+)"/g)) wanted.push(inner.slice(place.length).split('/')[0])
  }
  return Object.fromEntries([...found].sort(([a], [b]) => a < b ? -1 : 1))
}

/** The types as a source file. */
export async function typesOf(document) {
  const schemas = partsOf(document.components.schemas)
  const ast = await openapiTS({ openapi: document.openapi, info: document.info, paths: {}, components: { schemas } }, { defaultNonNullable: false })
  return `// Made by types.mjs from /api/openapi.json.\n${astToString(ast)}`
}

if (process.argv[1] === import.meta.filename) {
  const answer = await fetch(process.argv[2] ?? 'http://localhost:7071/api/openapi.json')
  writeFileSync(join(folder, 'schema.ts'), await typesOf(await answer.json()))
}
