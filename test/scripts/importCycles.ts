import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** Who imports whom, by path from the project's folder; types and `import()` count as any other import. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** The scripts of a component; of any other file the whole. */
function codeOf(file: string, text: string): string {
  if (!file.endsWith('.vue')) return text;
  return [...text.matchAll(/<script\b[^>]*>([^]*?)<\/script>/g)].map(([, code]) => code).join('\n');
}

/** The graph of files given by their path and text; only imports of each other are in it. */
export function importGraph(files: ReadonlyMap<string, string>): ImportGraph {
  const importsOf = (file: string, text: string): string[] =>
    ts
      .preProcessFile(codeOf(file, text), true, true)
      .importedFiles.map(({ fileName }) => fileName)
      .filter((name) => name.startsWith('.'))
      .map((name) => path.posix.join(path.posix.dirname(file), name))
      .filter((name) => files.has(name));
  return new Map([...files].map(([file, text]) => [file, importsOf(file, text)]));
}

/** The files below folders of the project that may import each other. */
export function sourcesBelow(project: string, ...folders: readonly string[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const folder of folders) {
    for (const entry of readdirSync(path.join(project, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.(?:ts|vue)$/.test(entry.name)) continue;
      const file = path.join(entry.parentPath, entry.name);
      files.set(path.relative(project, file).replaceAll(path.sep, '/'), readFileSync(file, 'utf8'));
    }
  }
  return files;
}

/** A shortest way from the file back to itself, its ends included; undefined where there is none. */
function wayBack(graph: ImportGraph, file: string): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const waiting = [file];
  for (let from = waiting.shift(); from !== undefined; from = waiting.shift()) {
    for (const to of graph.get(from) ?? []) {
      if (!cameFrom.has(to)) {
        cameFrom.set(to, from);
        waiting.push(to);
      }
      if (to !== file) continue;
      const way = [file];
      for (let step = cameFrom.get(file); step !== undefined && step !== file; step = cameFrom.get(step))
        way.unshift(step);
      return [file, ...way];
    }
  }
  return undefined;
}

/** Cycles of files, each once, as `a → b → a`, beginning with the first name. */
export function importCycles(graph: ImportGraph): string[] {
  const cycles = new Map<string, string>();
  for (const file of [...graph.keys()].sort()) {
    const way = wayBack(graph, file);
    const members = way?.slice(1).sort().join(' ');
    if (way && members !== undefined && !cycles.has(members)) cycles.set(members, way.join(' → '));
  }
  return [...cycles.values()];
}
