// When a page is done: Streamlit has nothing to do, nothing has moved for a while.
(() => {
  const QUIET_MS = 300;
  let moved = 0;
  new MutationObserver(() => { moved = performance.now(); })
    .observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  const done = () => {
    const app = document.querySelector('[data-testid="stApp"]');
    return app?.getAttribute("data-test-script-state") === "notRunning"
      && document.querySelector("h1, [data-testid=empty], [data-testid=player]")
      && !document.querySelector('[data-stale="true"], [data-testid="stSkeleton"]');
  };
  // Milliseconds from the navigation to the last movement; null: not done yet.
  window.auricleSettled = () => (done() && performance.now() - moved > QUIET_MS ? moved : null);
})();
