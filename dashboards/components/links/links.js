// Streamlit follows the browser's history by itself, so a link only has to add to it.
export default function () {
  const follow = (event) => {
    const link = event.target.closest?.("a[data-au-link]");
    const plain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (!link || !plain || event.defaultPrevented) return;
    event.preventDefault();
    if (link.href !== location.href) {
      history.pushState({}, "", link.href);
      window.dispatchEvent(new PopStateEvent("popstate"));
    }
  };
  document.addEventListener("click", follow);
  return () => document.removeEventListener("click", follow);
}
