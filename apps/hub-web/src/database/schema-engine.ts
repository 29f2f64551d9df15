import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { bindMigrationAwareSqlAdapterFactory, type SqlMigrationAwareDriverAdapterFactory } from "@prisma/driver-adapter-utils";
import * as wasm from "@prisma/schema-engine-wasm/schema_engine_bg";

export type SchemaEngine = wasm.SchemaEngine;

interface WasmGlue {
  __wbg_set_wasm(exports: WebAssembly.Exports): void;
}

/** Once for each process: the package holds its instance in a module, and a second one breaks the callbacks of the first. */
let loading: Promise<void> | undefined;

/** Prisma's schema engine as WebAssembly, from npm alone: the command line's engine is a binary that it would download. */
export async function openSchemaEngine(factory: SqlMigrationAwareDriverAdapterFactory, schema: string): Promise<SchemaEngine> {
  loading ??= load();
  await loading;
  // The constructor is asynchronous, behind a static method called `new` that the package's types leave out.
  const { SchemaEngine } = wasm as unknown as { SchemaEngine: { new: (...parts: unknown[]) => Promise<SchemaEngine> } };
  return SchemaEngine.new({ datamodels: [["schema.prisma", schema]] }, () => {}, bindMigrationAwareSqlAdapterFactory(factory));
}

/** The package's own entry imports its .wasm as a module, which Node does not do without a flag. */
async function load(): Promise<void> {
  const file = join(dirname(createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm")), "schema_engine_bg.wasm");
  const { instance } = await WebAssembly.instantiate(await readFile(file), { "./schema_engine_bg.js": wasm as unknown as WebAssembly.ModuleImports });
  (wasm as unknown as WasmGlue).__wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as (() => void) | undefined)?.();
}
