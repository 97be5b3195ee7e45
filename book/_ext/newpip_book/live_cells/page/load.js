// Starts Python in one of two ways: as always, or from a snapshot of its memory, taken after libraries were imported.
// A snapshot fits where native libraries are linked in the same order, before Python starts, and where the engine's
// table of functions is as long as it was when the snapshot was taken.

export const SITE = "/lib/python3.14/site-packages/";

export class OtherTable extends Error {}

// What Pyodide is to make its module with: native libraries are linked first. Returned with what waits until Python is there.
function linking({ base, native, libraries, table, memory }) {
  const linked = { constructors: [], table: 0 };
  async function link(settings) {
    const before = settings.onPostCtors.length;
    for (const name of libraries) {
      await settings.loadDynamicLibrary(SITE + name, { loadAsync: true, global: false, nodelete: true }, {});
    }
    // Some C++ constructors call Python: they run once it is there, and not at all over a snapshot.
    linked.constructors = settings.onPostCtors.splice(before);
    linked.table = settings.wasmTable.length;
  }
  linked.create = async (settings) => {
    const { default: create } = await import(`${base}pyodide.asm.mjs`);
    let failure;
    settings.locateFile = (name) => (name.startsWith(SITE) ? native + name.slice(SITE.length) : base + name);
    settings.preRun = [].concat(settings.preRun || []);
    settings.preRun.push(() => {
      settings.addRunDependency("libraries");
      link(settings)
        .catch((error) => (failure = error))
        .finally(() => settings.removeRunDependency("libraries"));
    });
    const module = await create(settings);
    if (failure) throw failure;
    if (table && table !== linked.table) throw new OtherTable(`${linked.table} functions, ${table} when the snapshot was taken`);
    if (memory) grow(module, await memory);
    return module;
  };
  return linked;
}

// This build of Python ignores INITIAL_MEMORY: memory is grown by hand before the snapshot is laid over it.
function grow(module, bytes) {
  const heap = bytes.length - new Uint32Array(bytes.buffer, bytes.byteOffset, 2)[1];
  if (heap > module.HEAP8.length) module.growMemory(heap);
}

// Python from a snapshot: `libraries` and `table` are those with which `memory`, a promise of its bytes, was taken;
// `native` is where the libraries lie.
export async function restore(loadPyodide, { libraries, table, memory, native }, options) {
  const { create } = linking({ base: options.indexURL, native, libraries, table, memory });
  return loadPyodide({ ...options, createPyodideModule: create, _loadSnapshot: memory });
}

// Python with native libraries linked, ready for a snapshot to be taken; returned with the length of the table.
export async function prepare(loadPyodide, { libraries, native }, options) {
  const linked = linking({ base: options.indexURL, native, libraries });
  const python = await loadPyodide({ ...options, createPyodideModule: linked.create, _makeSnapshot: true });
  for (const construct of linked.constructors) construct(python._module);
  return { python, table: linked.table };
}
