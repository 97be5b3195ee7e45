// What the stand-in for Python makes its module with: what is to come first comes first.
export default async function create(settings) {
  let waiting = 0;
  let done;
  const ready = new Promise((settled) => (done = settled));
  settings.addRunDependency = () => (waiting += 1);
  settings.removeRunDependency = () => (waiting -= 1) || done();
  for (const prepare of settings.preRun) prepare();
  if (waiting) await ready;
  return { HEAP8: new Int8Array(64), growMemory: () => {}, version: "VERSION" };
}
