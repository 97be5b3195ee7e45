try {
  const kept = localStorage.getItem("newpip-colours"); // where theme.js keeps what the reader chose
  if (kept) document.documentElement.dataset.theme = kept;
} catch {
  // storage is forbidden here: the system's colours stay
}
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
