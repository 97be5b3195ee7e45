"""Runs code in the Python of the built page, without the page around it."""

ASK = """async ([cells, root]) => {
  const address = name => new URL(name, `${root}/`).href;
  const manifest = await (await fetch(address("_run/manifest.json"))).json();
  const worker = new Worker(address(manifest.book + "worker.js"), {type: "module"});
  const sent = cells.map(() => []);
  const ask = message => new Promise((done, failed) => {
    worker.onmessage = ({data}) => {
      if (data.run !== undefined) sent[data.run].push(data);
      else if (data.kind === "ready" || data.kind === "done") done(data);
      else if (data.kind === "fatal") failed(new Error(data.message));
    };
    worker.onerror = event => failed(new Error(event.message));
    worker.postMessage(message);
  });
  const stop = URL.createObjectURL(new Blob(["go on"]));
  const told = {root: `${root}/`, folder: manifest.python, book: `${manifest.book}book.zip`, digests: manifest.files};
  await ask({kind: "start", ...told, stop});
  for (const [run, code] of cells.entries()) await ask({kind: "run", number: run + 1, code, drawn: "wide", run, stop});
  worker.terminate();
  return sent;
}"""


def run_in_page(browser, address, codes):
    """Run cells, one after the other, in a new Python.

    Parameters
    ----------
    browser : playwright.sync_api.Browser
    address : str
        Of the built book.
    codes : list of str

    Returns
    -------
    list of list of dict
        What each sent.
    """
    page = browser.new_page()
    try:
        page.goto(f"{address}/_run/manifest.json")  # nothing runs there
        return page.evaluate(ASK, [codes, address])
    finally:
        page.close()
