(async () => {
  const parts = location.pathname.split("/");
  while (parts.length > 1) {
    parts.pop();
    const root = `${parts.join("/")}/`;
    const answer = await fetch(`${root}objects.inv`, { method: "HEAD" }).catch(() => null);
    if (answer && answer.ok) {
      for (const link of document.querySelectorAll("a[data-path]")) link.href = root + link.dataset.path;
      return;
    }
  }
})();
